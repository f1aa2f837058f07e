import type { Picture, PictureFacts } from '../../protocol/engine.ts';
import { pictureHeader, type PictureHeader } from './picture-header.ts';
import { sharpLibrary } from './sharp-library.ts';
import { sniffImage, sniffMedia, type ImageFormat } from './sniff.ts';

export type BrokenPicture = Extract<Picture, { status: 'broken' }>;

/** A picture whose format and size are known. */
export interface InspectedPicture {
  readonly bytes: Buffer;
  readonly format: ImageFormat;
  readonly header: PictureHeader;
  readonly facts: PictureFacts;
  /** The EXIF block as it stands in the file. */
  readonly exif?: Uint8Array;
}

const MEGAPIXELS = 1_000_000;
/**
 * Pixels that are decoded, by how a format decodes. Line by line (PNG, TIFF) costs time only; what must be
 * held whole costs 4 to 8 bytes a pixel; a baseline JPEG is decoded at an eighth of its size.
 */
const MAX_STREAMED = 268 * MEGAPIXELS;
const MAX_HELD = 100 * MEGAPIXELS;
const MAX_SHRUNK = 1_000 * MEGAPIXELS;

/** Media types of the formats that VS Code's browser shows by itself. */
const BROWSER_TYPES: Partial<Record<ImageFormat, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
  svg: 'image/svg+xml',
  ico: 'image/x-icon',
};

export function browserType(format: ImageFormat): string | null {
  return BROWSER_TYPES[format] ?? null;
}

/** Formats of which a browser shows pictures that fail here: AVIF sequences, compressed bitmaps. */
export function browserKnowsMore(format: ImageFormat): boolean {
  return format === 'avif' || format === 'bmp';
}

export function counted(count: number): string {
  return count.toLocaleString('en-US');
}

export function dimensions({ width, height }: { readonly width: number; readonly height: number }): string {
  return `${counted(width)} x ${counted(height)}`;
}

/** Format, size and orientation by the first bytes and the header; broken where they tell that there is nothing to show. */
export async function inspect(input: Uint8Array, declared: string | undefined): Promise<InspectedPicture | BrokenPicture> {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  const named = { size: bytes.length, ...(declared === undefined ? {} : { declared }) };
  const format = sniffImage(bytes);
  if (format === null) return { status: 'broken', message: notAPicture(bytes, declared), facts: named };
  const header = pictureHeader(bytes, format);
  const stored = { format, width: header.width, height: header.height, orientation: 1, ...named };
  const tooLarge = overLimit(format, header);
  if (tooLarge !== null) return { status: 'broken', message: tooLarge, facts: stored };
  const known = await vipsFacts(bytes, format);
  if (known instanceof Error) return { status: 'broken', message: firstLine(known), facts: stored };
  const { exif, ...size } = known;
  const facts = { ...stored, ...size };
  const stillTooLarge = overLimit(format, { ...header, ...size });
  if (stillTooLarge !== null) return { status: 'broken', message: stillTooLarge, facts };
  return { bytes, format, header, facts, ...(exif === undefined ? {} : { exif }) };
}

function notAPicture(bytes: Buffer, declared: string | undefined): string {
  if (bytes.length === 0) return 'The picture is empty (0 bytes).';
  const media = sniffMedia(bytes);
  const what = media === null ? 'its first bytes are those of no picture format that Loupe knows' : `by its first bytes it is ${media}`;
  return declared === undefined ? `This is no picture: ${what}.` : `This is no ${declared} picture: ${what}.`;
}

/** A sentence when the picture has more pixels than are decoded, else null. */
export function overLimit(format: ImageFormat, header: PictureHeader): string | null {
  const limit = pixelLimit(format, header.interlaced);
  if (header.width * header.height <= limit) return null;
  return `${dimensions(header)} pixels is more than Loupe decodes (${limit / MEGAPIXELS} megapixels${header.interlaced ? ' of an interlaced picture' : ''}).`;
}

function pixelLimit(format: ImageFormat, interlaced: boolean): number {
  if (format === 'jpeg' && !interlaced) return MAX_SHRUNK;
  return (format === 'png' || format === 'tiff') && !interlaced ? MAX_STREAMED : MAX_HELD;
}

type VipsFacts = Partial<Pick<PictureFacts, 'width' | 'height' | 'orientation'>> & { readonly exif?: Uint8Array };

/** What libvips knows of the formats that it reads; an error where it cannot read one of them. */
async function vipsFacts(bytes: Buffer, format: ImageFormat): Promise<VipsFacts | Error> {
  // SVG is never handed to a rasteriser: it may name files and addresses.
  if (!VIPS_FORMATS.has(format)) return {};
  const sharp = await sharpLibrary();
  if (sharp === null) return {};
  try {
    const { width, height, orientation = 1, exif } = await sharp(bytes, { failOn: 'none', limitInputPixels: false }).metadata();
    return { width, height, orientation: orientation >= 1 && orientation <= 8 ? orientation : 1, ...(exif === undefined ? {} : { exif }) };
  } catch (error) {
    // An AVIF sequence is beyond libvips, but not beyond the browser.
    if (format === 'avif') return {};
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Formats for which sharp's libvips has a reader. */
export const VIPS_FORMATS: ReadonlySet<ImageFormat> = new Set<ImageFormat>(['jpeg', 'png', 'gif', 'webp', 'avif', 'heic', 'tiff']);

/** The first line of a libvips message, without its repetitions. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? text).trim();
}
