import type { Picture, PictureFacts } from '../../protocol/engine.ts';
import { readExif } from './exif.ts';
import { browserKnowsMore, browserType, counted, dimensions, inspect, type InspectedPicture } from './inspect.ts';
import { NoDecoder, NotRendered, render, type Rendering } from './render.ts';
import { pictureQueue } from './thumbnail.ts';

/** Bytes of an original that go to the screen. */
export const MAX_ORIGINAL = 64 * 1024 * 1024;
/** Pixels that a browser is trusted with; above them the picture is scaled down here. */
const MAX_BROWSER_PIXELS = 100_000_000;
/** The side of such a picture on the screen. */
const MAX_SIDE = 4096;
/** Above these pixels an eighth is shown: a JPEG decodes to that at once, in the time that a person waits. */
const MAX_QUARTERED = 300_000_000;
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
  const { format, bytes } = inspected;
  const facts = withExif(inspected);
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

/** The facts with what its EXIF says for a person. */
function withExif({ facts, exif }: InspectedPicture): PictureFacts {
  const said = exif === undefined ? [] : readExif(exif);
  return said.length === 0 ? facts : { ...facts, exif: said };
}

/** Whether the original decodes, told by a tiny copy; what only the browser can decode is left to it. */
async function warningOf(inspected: InspectedPicture): Promise<Pick<Rendering, 'warning'>> {
  if (inspected.format === 'svg') return {};
  try {
    const { warning } = await render(inspected, (image) => image.resize({ height: 16, width: 16, fit: 'inside' }).raw());
    return warning === undefined ? {} : { warning };
  } catch (error) {
    if (error instanceof NoDecoder) return {};
    if (error instanceof NotRendered && browserKnowsMore(inspected.format)) return { warning: `could not be checked: ${error.message}` };
    throw error;
  }
}

async function converted(inspected: InspectedPicture): Promise<Rendering & { readonly mediaType: string }> {
  const { facts } = inspected;
  const longest = Math.max(facts.width, facts.height);
  const side = facts.width * facts.height > MAX_QUARTERED ? Math.ceil(longest / 8) : MAX_SIDE;
  const lossless = facts.width * facts.height <= MAX_LOSSLESS_PIXELS;
  const rendering = await render(inspected, (image) => {
    const fitted = image.resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true });
    return lossless ? fitted.png() : fitted.webp({ quality: 90, effort: 0 });
  });
  const warning = rendering.warning ?? (longest > side ? `shown smaller: its ${dimensions(facts)} pixels are more than the screen is given` : undefined);
  return { bytes: rendering.bytes, mediaType: lossless ? 'image/png' : 'image/webp', ...(warning === undefined ? {} : { warning }) };
}
