import type { Sharp } from 'sharp';
import { firstLine, VIPS_FORMATS, type InspectedPicture } from './inspect.ts';
import { rawDecoder } from './raw-decoders.ts';
import { sharpLibrary } from './sharp-library.ts';

/** Seconds after which decoding one picture is given up. */
const DECODE_SECONDS = 4;

export interface Rendering {
  readonly bytes: Buffer;
  /** Set when the picture decodes in part only. */
  readonly warning?: string;
}

/** What cannot be rendered here, with the reason. */
export class NotRendered extends Error {}

/** There is no decoder for the format here; a browser may have one. */
export class NoDecoder extends NotRendered {}

/**
 * Decodes a picture, upright, and gives it to `finish` to scale and encode. Decoded strictly first; where
 * that fails, as far as it goes, with a warning.
 * @throws NotRendered, NoDecoder
 */
export async function render(picture: InspectedPicture, finish: (image: Sharp) => Sharp): Promise<Rendering> {
  const sharp = await sharpLibrary();
  if (sharp === null) throw new NoDecoder('Pictures are not decoded here: sharp has no build for this platform.');
  const raw = rawDecoder(picture.format);
  if (raw !== null) return renderRaw(picture, raw, sharp, finish);
  if (!VIPS_FORMATS.has(picture.format)) throw new NoDecoder(`Loupe does not decode ${picture.format} pictures.`);
  const decode = (failOn: 'error' | 'none'): Promise<Buffer> =>
    finish(sharp(picture.bytes, { failOn, limitInputPixels: false, sequentialRead: true }).autoOrient())
      .timeout({ seconds: DECODE_SECONDS })
      .toBuffer();
  try {
    return { bytes: await decode('error') };
  } catch (error) {
    if (firstLine(error).startsWith('timeout')) throw new NotRendered(`Decoding takes more than ${DECODE_SECONDS} seconds.`);
    try {
      return { bytes: await decode('none'), warning: `decodes in part: ${firstLine(error)}` };
    } catch {
      throw new NotRendered(firstLine(error));
    }
  }
}

type Decoder = NonNullable<ReturnType<typeof rawDecoder>>;
type Library = NonNullable<Awaited<ReturnType<typeof sharpLibrary>>>;

async function renderRaw(picture: InspectedPicture, decode: Decoder, sharp: Library, finish: (image: Sharp) => Sharp): Promise<Rendering> {
  try {
    const { data, width, height, channels, truncated } = decode(picture.bytes);
    const bytes = await finish(sharp(data, { raw: { width, height, channels } })).timeout({ seconds: DECODE_SECONDS }).toBuffer();
    return { bytes, ...(truncated ? { warning: 'decodes in part: the file ends before the last pixel' } : {}) };
  } catch (error) {
    throw new NotRendered(firstLine(error));
  }
}
