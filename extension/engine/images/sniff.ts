/** Picture formats that Loupe tells by their first bytes. */
export type ImageFormat =
  | 'jpeg'
  | 'png'
  | 'gif'
  | 'webp'
  | 'avif'
  | 'heic'
  | 'tiff'
  | 'bmp'
  | 'ico'
  | 'svg'
  | 'jxl'
  | 'jp2'
  | 'qoi'
  | 'pbm'
  | 'pgm'
  | 'ppm'
  | 'psd';

/** Other media and containers that Loupe names without decoding them. */
export type MediaFormat = 'mp4' | 'webm' | 'mp3' | 'wav' | 'flac' | 'ogg' | 'pdf' | 'npy' | 'gzip' | 'zip';

type Magic<Format> = readonly [format: Format, offset: number, bytes: string];

const IMAGES: readonly Magic<ImageFormat>[] = [
  ['jpeg', 0, '\xff\xd8\xff'],
  ['png', 0, '\x89PNG\r\n\x1a\n'],
  ['gif', 0, 'GIF87a'],
  ['gif', 0, 'GIF89a'],
  ['tiff', 0, 'II*\0'],
  ['tiff', 0, 'MM\0*'],
  ['tiff', 0, 'II+\0'],
  ['tiff', 0, 'MM\0+'],
  ['jxl', 0, '\xff\x0a'],
  ['jxl', 0, '\0\0\0\x0cJXL \r\n\x87\n'],
  ['jp2', 0, '\0\0\0\x0cjP  \r\n\x87\n'],
  ['jp2', 0, '\xff\x4f\xff\x51'],
  ['qoi', 0, 'qoif'],
  ['psd', 0, '8BPS\0\x01'],
  ['psd', 0, '8BPS\0\x02'],
];

const MEDIA: readonly Magic<MediaFormat>[] = [
  ['webm', 0, '\x1a\x45\xdf\xa3'],
  ['mp3', 0, 'ID3'],
  ['flac', 0, 'fLaC'],
  ['ogg', 0, 'OggS'],
  ['pdf', 0, '%PDF-'],
  ['npy', 0, '\x93NUMPY'],
  ['gzip', 0, '\x1f\x8b\x08'],
  ['zip', 0, 'PK\x03\x04'],
  ['zip', 0, 'PK\x05\x06'],
];

/** The picture format by magic bytes; null for anything else. 64 bytes are enough, for SVG with a long prologue more. */
export function sniffImage(head: Uint8Array): ImageFormat | null {
  const text = latin1(head, 0, 32);
  for (const [format, offset, magic] of IMAGES) if (text.startsWith(magic, offset)) return format;
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'webp';
  return sniffHeif(head, text) ?? sniffBitmap(head) ?? sniffNetpbm(text) ?? (isSvg(head) ? 'svg' : null);
}

/** Other media by magic bytes; null for anything else. */
export function sniffMedia(head: Uint8Array): MediaFormat | null {
  const text = latin1(head, 0, 32);
  for (const [format, offset, magic] of MEDIA) if (text.startsWith(magic, offset)) return format;
  if (text.startsWith('RIFF') && text.startsWith('WAVE', 8)) return 'wav';
  if (text.startsWith('ftyp', 4) && sniffHeif(head, text) === null) return 'mp4';
  return isMpegAudio(head) ? 'mp3' : null;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

const AVIF_BRANDS = new Set(['avif', 'avis']);
const HEIC_BRANDS = new Set(['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1']);

/** ISO media files are told by their brands; `mif1` says picture only, so a compatible brand decides which. */
function sniffHeif(head: Uint8Array, text: string): 'avif' | 'heic' | null {
  if (!text.startsWith('ftyp', 4)) return null;
  const major = text.slice(8, 12);
  if (AVIF_BRANDS.has(major)) return 'avif';
  if (!HEIC_BRANDS.has(major)) return null;
  const size = ((head[0] ?? 0) << 24) | ((head[1] ?? 0) << 16) | ((head[2] ?? 0) << 8) | (head[3] ?? 0);
  for (let at = 16; at + 4 <= Math.min(size, head.length, 256); at += 4) if (AVIF_BRANDS.has(latin1(head, at, at + 4))) return 'avif';
  return 'heic';
}

/** `BM` and `\0\0\1\0` are short: more of the header has to make sense. */
function sniffBitmap(head: Uint8Array): 'bmp' | 'ico' | null {
  const at = (index: number): number => head[index] ?? 0;
  if (at(0) === 0x42 && at(1) === 0x4d && head.length >= 18) {
    const headerSize = at(14) | (at(15) << 8) | (at(16) << 16) | (at(17) << 24);
    return [12, 16, 40, 52, 56, 64, 108, 124].includes(headerSize) ? 'bmp' : null;
  }
  const icon = at(0) === 0 && at(1) === 0 && (at(2) === 1 || at(2) === 2) && at(3) === 0 && at(5) === 0;
  return icon && at(4) > 0 && at(4) <= 64 && at(9) === 0 && head.length >= 22 ? 'ico' : null;
}

function sniffNetpbm(text: string): 'pbm' | 'pgm' | 'ppm' | null {
  const match = /^P([1-6])[\s#]/.exec(text);
  if (match === null || !/^P\d\s*(#|\d)/.test(text)) return null;
  return (['pbm', 'pgm', 'ppm'] as const)[(Number(match[1]) - 1) % 3] ?? null;
}

/** The root element decides, behind a byte order mark, white space, declarations and comments. */
function isSvg(head: Uint8Array): boolean {
  const first = head[0] ?? 0;
  if (first !== 0x3c && first !== 0xef && !isSpace(first)) return false;
  const text = latin1(head, 0, 4096).replace(/^\xef\xbb\xbf/, '');
  let at = 0;
  for (;;) {
    while (isSpace(text.charCodeAt(at))) at++;
    if (/^<(svg:)?svg[\s>/]/.test(text.slice(at, at + 9))) return true;
    if (/^<!doctype svg/i.test(text.slice(at, at + 13))) return true;
    const close = text.startsWith('<?', at) ? '?>' : text.startsWith('<!--', at) ? '-->' : null;
    const end = close === null ? -1 : text.indexOf(close, at);
    if (close === null || end < 0) return false;
    at = end + close.length;
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 9 && byte <= 13);
}

/** A frame header of MPEG audio: sync, then fields that may not have their reserved values. */
function isMpegAudio(head: Uint8Array): boolean {
  const second = head[1] ?? 0;
  const third = head[2] ?? 0;
  const layer = (second >> 1) & 3;
  const version = (second >> 3) & 3;
  return head[0] === 0xff && (second & 0xe0) === 0xe0 && layer === 1 && version !== 1 && third >> 4 !== 15 && third >> 4 !== 0 && ((third >> 2) & 3) !== 3;
}
