import type { Picture } from '../../protocol/engine.ts';
import { browserType, inspect, type InspectedPicture } from './inspect.ts';
import { NotRendered, render } from './render.ts';
import { WorkQueue } from './work-queue.ts';

/** Pictures decoded at a time, thumbnails and whole ones together. */
export const pictureQueue = new WorkQueue(2);

/** A thumbnail is at most this many times as wide as high. */
const MAX_ASPECT = 4;
/** Where nothing can be decoded here, originals up to this many bytes serve as their own thumbnail. */
const MAX_ORIGINAL = 512 * 1024;

export interface ThumbnailWish {
  /** Pixels. */
  readonly height: number;
  /** What the name says it is, `jpg`. */
  readonly declared?: string;
}

/**
 * A picture made small: upright, within `height` and four times that in width, never enlarged, as WebP. What
 * decodes in part is shown with a warning; what does not decode is `broken`, with the reason.
 */
export async function thumbnail(bytes: Uint8Array, wish: ThumbnailWish, signal: AbortSignal): Promise<Picture> {
  return pictureQueue.run(async () => {
    const picture = await inspect(bytes, wish.declared);
    return 'status' in picture ? picture : small(picture, Math.max(1, Math.round(wish.height)));
  }, signal);
}

async function small(picture: InspectedPicture, height: number): Promise<Picture> {
  const { facts } = picture;
  if (picture.format === 'svg') return original(picture, 'An SVG is drawn by the browser');
  try {
    const rendering = await render(picture, (image) =>
      image.resize({ height, width: height * MAX_ASPECT, fit: 'inside', withoutEnlargement: true }).webp({ quality: 82, effort: 2 }),
    );
    return { status: 'ok', facts, mediaType: 'image/webp', ...rendering };
  } catch (error) {
    if (!(error instanceof NotRendered)) throw error;
    return fallsBack(picture) ? original(picture, error.message) : { status: 'broken', message: error.message, facts };
  }
}

/** Formats of the browser that libvips does not read, and all of them where there is no libvips. */
function fallsBack({ format, facts }: InspectedPicture): boolean {
  return browserType(format) !== null && (format === 'ico' || format === 'bmp' || format === 'avif' || facts.width === 0);
}

function original({ bytes, facts, format }: InspectedPicture, why: string): Picture {
  const mediaType = browserType(format);
  if (mediaType !== null && bytes.length <= MAX_ORIGINAL) return { status: 'ok', facts, bytes, mediaType };
  return { status: 'broken', message: `${why}; with ${bytes.length} bytes it is too large for a thumbnail.`, facts };
}
