import type { Picture } from '../../protocol/engine.ts';
import { browserType, counted, dimensions, inspect, type InspectedPicture } from './inspect.ts';
import { NotRendered, render, type Rendering } from './render.ts';
import { pictureQueue } from './thumbnail.ts';

/** Bytes of an original that go to the screen. */
export const MAX_ORIGINAL = 64 * 1024 * 1024;
/** Pixels that a browser is trusted with; above them the picture is scaled down here. */
const MAX_BROWSER_PIXELS = 100_000_000;
/** The side of such a picture on the screen. */
const MAX_SIDE = 8192;
/** Converted pictures up to this many pixels are encoded without loss. */
const MAX_LOSSLESS_PIXELS = 4_000_000;

/**
 * A picture whole: its own bytes where a browser shows the format, else converted to PNG or WebP, upright.
 * `facts` are those of the original; a warning says when it decodes in part or is shown smaller than it is.
 */
export async function picture(bytes: Uint8Array, wish: { readonly declared?: string }, signal: AbortSignal): Promise<Picture> {
  return pictureQueue.run(async () => {
    const inspected = await inspect(bytes, wish.declared);
    return 'status' in inspected ? inspected : whole(inspected);
  }, signal);
}

async function whole(inspected: InspectedPicture): Promise<Picture> {
  const { facts, format, bytes } = inspected;
  if (bytes.length > MAX_ORIGINAL) {
    return { status: 'broken', message: `The picture has ${counted(bytes.length)} bytes; Loupe shows up to 64 MiB.`, facts };
  }
  const mediaType = browserType(format);
  try {
    if (mediaType !== null && facts.width * facts.height <= MAX_BROWSER_PIXELS) {
      return { status: 'ok', facts, bytes, mediaType, ...(await warningOf(inspected)) };
    }
    return { status: 'ok', facts, ...(await converted(inspected)) };
  } catch (error) {
    if (!(error instanceof NotRendered)) throw error;
    return { status: 'broken', message: error.message, facts };
  }
}

/** Whether the original decodes, told by a tiny copy; what only the browser can decode is left to it. */
async function warningOf(inspected: InspectedPicture): Promise<Pick<Rendering, 'warning'>> {
  if (inspected.format === 'svg' || inspected.format === 'ico') return {};
  try {
    const { warning } = await render(inspected, (image) => image.resize({ height: 16, width: 16, fit: 'inside' }).raw());
    return warning === undefined ? {} : { warning };
  } catch (error) {
    if (error instanceof NotRendered && !BROWSER_KNOWS_MORE.has(inspected.format)) throw error;
    return { warning: error instanceof Error ? `could not be checked: ${error.message}` : 'could not be checked' };
  }
}

const BROWSER_KNOWS_MORE: ReadonlySet<string> = new Set(['avif', 'bmp']);

async function converted(inspected: InspectedPicture): Promise<Rendering & { readonly mediaType: string }> {
  const { facts } = inspected;
  const lossless = facts.width * facts.height <= MAX_LOSSLESS_PIXELS;
  const rendering = await render(inspected, (image) => {
    const fitted = image.resize({ width: MAX_SIDE, height: MAX_SIDE, fit: 'inside', withoutEnlargement: true });
    return lossless ? fitted.png() : fitted.webp({ quality: 90, effort: 1 });
  });
  const scaled = Math.max(facts.width, facts.height) > MAX_SIDE;
  const warning = rendering.warning ?? (scaled ? `shown smaller: its ${dimensions(facts)} pixels are more than the screen is given` : undefined);
  return { bytes: rendering.bytes, mediaType: lossless ? 'image/png' : 'image/webp', ...(warning === undefined ? {} : { warning }) };
}
