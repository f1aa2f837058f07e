import type { PicturePermissions } from '../protocol/pictures.ts';
import type { EngineClientSettings } from './engine-client.ts';

/** Reads one setting of the section `loupe` by its name. */
export type ReadSetting = (name: string) => unknown;

/** Every setting of the engine with its default and what it may be; package.json says the same, and a test compares them. */
export const ENGINE_SETTINGS = {
  'engine.memory': { default: 2048, minimum: 256, maximum: 65_536 },
  'engine.maximumResidentMemory': { default: 4096, minimum: 512, maximum: 1_048_576 },
  'engine.duckdbMemory': { default: 1024, minimum: 128, maximum: 1_048_576 },
  'engine.duckdbThreads': { default: 2, minimum: 1, maximum: 64 },
  'engine.openTimeout': { default: 30, minimum: 1, maximum: 3600 },
  'cache.maximumSize': { default: 10_240, minimum: 0, maximum: 1_048_576 },
} as const;

/** The user's settings as the engine takes them; what is out of range or no number becomes the nearest that is allowed. */
export function engineSettings(read: ReadSetting, cacheFolder: string, pictures?: PicturePermissions): EngineClientSettings {
  const number = (name: keyof typeof ENGINE_SETTINGS): number => {
    const range = ENGINE_SETTINGS[name];
    const value = read(name);
    const wanted = typeof value === 'number' && Number.isFinite(value) ? Math.round(value) : range.default;
    return Math.min(range.maximum, Math.max(range.minimum, wanted));
  };
  return {
    heap: number('engine.memory'),
    maximumResidentMemory: number('engine.maximumResidentMemory'),
    engine: {
      cacheFolder,
      limits: {
        duckdbMemory: number('engine.duckdbMemory'),
        duckdbThreads: number('engine.duckdbThreads'),
        cacheSize: number('cache.maximumSize'),
        openTimeout: number('engine.openTimeout'),
      },
      ...(pictures === undefined ? {} : { pictures }),
    },
  };
}
