/** MiB that a file which is not on disk may have; package.json says the same, and a test compares them. */
export const REMOTE_SIZE = { default: 512, minimum: 1, maximum: 2_047 } as const;
