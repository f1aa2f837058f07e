import type { Picture } from '../../protocol/engine.ts';
import { browserKnowsMore, browserType, counted, inspect, type InspectedPicture } from './inspect.ts';
import { NoDecoder, NotRendered, render } from './render.ts';
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
  const { facts, format } = picture;
  if (format === 'svg') return original(picture, 'SVG is left to the browser');
  try {
    const rendering = await render(picture, (image) =>
      image.resize({ height, width: height * MAX_ASPECT, fit: 'inside', withoutEnlargement: true }).webp({ quality: 82, effort: 2 }),
    );
    return { status: 'ok', facts, mediaType: 'image/webp', ...rendering };
  } catch (error) {
    if (!(error instanceof NotRendered)) throw error;
    if (error instanceof NoDecoder || browserKnowsMore(format)) return original(picture, error.message);
    return { status: 'broken', message: error.message, facts };
  }
}

/** The original in place of a thumbnail, where a browser shows it and it is small. */
function original({ bytes, facts, format }: InspectedPicture, why: string): Picture {
  const mediaType = browserType(format);
  if (mediaType === null) return { status: 'broken', message: why, facts };
  if (bytes.length > MAX_ORIGINAL) return { status: 'broken', message: `${why.replace(/\.$/, '')}; with ${counted(bytes.length)} bytes it is too large for a thumbnail.`, facts };
  return { status: 'ok', facts, bytes, mediaType };
}
