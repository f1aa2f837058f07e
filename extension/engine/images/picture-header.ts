import type { ImageFormat } from './sniff.ts';

/** What a picture's header says, read without decoding anything. */
export interface PictureHeader {
  /** As stored; 0 where the header does not say. */
  readonly width: number;
  readonly height: number;
  /** A progressive JPEG or interlaced PNG: it must be held in memory whole to be decoded. */
  readonly interlaced: boolean;
}

const UNKNOWN: PictureHeader = { width: 0, height: 0, interlaced: false };

/** Size by our own reading of the header, for the formats whose header is simple; zeros for the others. */
export function pictureHeader(bytes: Uint8Array, format: ImageFormat): PictureHeader {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return READERS[format]?.(view) ?? UNKNOWN;
  } catch {
    // A header that ends early says nothing.
    return UNKNOWN;
  }
}

type HeaderReader = (bytes: Buffer) => PictureHeader;

const READERS: Partial<Record<ImageFormat, HeaderReader>> = {
  jpeg: jpegHeader,
  png: (b) => ({ width: b.readUInt32BE(16), height: b.readUInt32BE(20), interlaced: b[28] === 1 }),
  gif: (b) => sized(b.readUInt16LE(6), b.readUInt16LE(8)),
  webp: webpHeader,
  bmp: (b) => (b.readUInt32LE(14) === 12 ? sized(b.readUInt16LE(18), b.readUInt16LE(20)) : sized(b.readInt32LE(18), Math.abs(b.readInt32LE(22)))),
  ico: iconHeader,
  qoi: (b) => sized(b.readUInt32BE(4), b.readUInt32BE(8)),
  psd: (b) => sized(b.readUInt32BE(18), b.readUInt32BE(14)),
  jp2: jp2Header,
  svg: svgHeader,
  pbm: netpbmSize,
  pgm: netpbmSize,
  ppm: netpbmSize,
};

function sized(width: number, height: number): PictureHeader {
  return { width, height, interlaced: false };
}

/** The frame header among the segments; SOF2, 6, 10 and 14 are progressive. */
function jpegHeader(bytes: Buffer): PictureHeader {
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) {
      at++;
      continue;
    }
    const marker = bytes[at + 1] ?? 0;
    const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (frame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5), interlaced: (marker & 3) === 2 };
    const alone = marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    at += alone ? (marker === 0xff ? 1 : 2) : 2 + bytes.readUInt16BE(at + 2);
  }
  return UNKNOWN;
}

function webpHeader(bytes: Buffer): PictureHeader {
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return sized(bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff);
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case 'VP8X':
      return sized(bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1);
    default:
      return UNKNOWN;
  }
}

/** The largest picture of an icon; 0 stands for 256. */
function iconHeader(bytes: Buffer): PictureHeader {
  const count = Math.min(bytes.readUInt16LE(4), 64);
  let largest = UNKNOWN;
  for (let entry = 0; entry < count; entry++) {
    const width = bytes.readUInt8(6 + entry * 16) || 256;
    const height = bytes.readUInt8(7 + entry * 16) || 256;
    if (width * height > largest.width * largest.height) largest = sized(width, height);
  }
  return largest;
}

function jp2Header(bytes: Buffer): PictureHeader {
  if (bytes[0] === 0xff) return sized(bytes.readUInt32BE(8) - bytes.readUInt32BE(16), bytes.readUInt32BE(12) - bytes.readUInt32BE(20));
  const at = bytes.subarray(0, 65_536).indexOf('ihdr');
  return at < 0 ? UNKNOWN : sized(bytes.readUInt32BE(at + 8), bytes.readUInt32BE(at + 4));
}

/** Width and height of the root element in pixels, else those of its view box. */
function svgHeader(bytes: Buffer): PictureHeader {
  const head = bytes.toString('utf8', 0, 16_384);
  const at = head.search(/<(svg:)?svg[\s>]/);
  const root = at < 0 ? '' : head.slice(at, head.indexOf('>', at) + 1);
  const length = (name: string): number => Number(new RegExp(`\\s${name}\\s*=\\s*["']\\s*([\\d.]+)(px)?\\s*["']`).exec(root)?.[1] ?? 0);
  const box = /\sviewBox\s*=\s*["']\s*[-\d.e]+[\s,]+[-\d.e]+[\s,]+([\d.]+)[\s,]+([\d.]+)/.exec(root);
  return sized(Math.round(length('width') || Number(box?.[1] ?? 0)), Math.round(length('height') || Number(box?.[2] ?? 0)));
}

function netpbmSize(bytes: Buffer): PictureHeader {
  const { width, height } = netpbmHeader(bytes);
  return sized(width, height);
}

export interface NetpbmHeader {
  /** 1 to 6, of `P1` to `P6`. */
  readonly kind: number;
  readonly width: number;
  readonly height: number;
  /** Largest sample value; 1 for bitmaps. */
  readonly maximum: number;
  /** Where the samples begin. */
  readonly data: number;
}

/** Header of PBM, PGM and PPM: white space and comments between the numbers, one white space behind the last. */
export function netpbmHeader(bytes: Buffer): NetpbmHeader {
  const kind = (bytes[1] ?? 0) - 0x30;
  const wanted = kind === 1 || kind === 4 ? 2 : 3;
  const numbers: number[] = [];
  const text = bytes.toString('latin1', 0, 65_536);
  const token = /(?:\s|#[^\n]*\n)+(\d{1,9})/y;
  token.lastIndex = 2;
  while (numbers.length < wanted) {
    const match = token.exec(text);
    if (match === null) throw new RangeError('no number');
    numbers.push(Number(match[1]));
    if (numbers.length === wanted) {
      const [width = 0, height = 0, maximum = 1] = numbers;
      return { kind, width, height, maximum, data: match.index + match[0].length + 1 };
    }
  }
  throw new RangeError('no number');
}
