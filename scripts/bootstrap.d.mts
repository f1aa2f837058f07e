export declare function isInstalled(folder: string): boolean;
export declare function handOver(script: string): never;
