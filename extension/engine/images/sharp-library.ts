import type { Sharp, SharpOptions } from 'sharp';

type SharpLibrary = (input: Uint8Array, options?: SharpOptions) => Sharp;

let loading: Promise<SharpLibrary | null> | undefined;

/**
 * libvips by way of sharp, loaded when the first picture is asked for; null where no build of it exists for
 * this platform. One thread a picture and no cache: many pictures are made one after the other.
 */
export function sharpLibrary(): Promise<SharpLibrary | null> {
  loading ??= load();
  return loading;
}

async function load(): Promise<SharpLibrary | null> {
  try {
    const { default: sharp } = await import('sharp');
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  } catch {
    return null;
  }
}
