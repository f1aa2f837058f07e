import { netpbmHeader } from './picture-header.ts';
import type { ImageFormat } from './sniff.ts';

/** Pixels, row by row from the top, 8 bits a channel. */
export interface RawPixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  /** The file ended before the last pixel; what is missing is 0. */
  readonly truncated: boolean;
}

/** Formats that libvips as sharp ships it cannot read, and that are simple enough to be read here. */
export function rawDecoder(format: ImageFormat): ((bytes: Buffer) => RawPixels) | null {
  return DECODERS[format] ?? null;
}

const DECODERS: Partial<Record<ImageFormat, (bytes: Buffer) => RawPixels>> = {
  pbm: decodeNetpbm,
  pgm: decodeNetpbm,
  ppm: decodeNetpbm,
  bmp: decodeBmp,
  qoi: decodeQoi,
};

/** PBM, PGM, PPM, as text (P1 to P3) and as bytes (P4 to P6). */
function decodeNetpbm(bytes: Buffer): RawPixels {
  const header = netpbmHeader(bytes);
  const { kind, width, height, maximum } = header;
  if (maximum < 1 || maximum > 65_535) throw new RangeError(`its largest value is ${maximum}`);
  const channels = kind === 3 || kind === 6 ? 3 : 1;
  const data = new Uint8Array(width * height * channels);
  const samples = bytes.subarray(header.data);
  if (kind === 4) return unpackBits(samples, width, height, data);
  const filled = kind < 4 ? fillFromText(samples, data, kind === 1 ? -1 : maximum) : fillFromBytes(samples, data, maximum);
  return { data, width, height, channels, truncated: filled < data.length };
}

/** In bitmaps 1 is black; each row begins at a byte. */
function unpackBits(samples: Buffer, width: number, height: number, data: Uint8Array): RawPixels {
  const stride = Math.ceil(width / 8);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = ((samples[y * stride + (x >> 3)] ?? 0xff) >> (7 - (x & 7))) & 1;
      data[y * width + x] = bit === 1 ? 0 : 255;
    }
  }
  return { data, width, height, channels: 1, truncated: samples.length < stride * height };
}

function fillFromBytes(samples: Buffer, data: Uint8Array, maximum: number): number {
  const wide = maximum > 255;
  const count = Math.min(data.length, wide ? samples.length >> 1 : samples.length);
  for (let index = 0; index < count; index++) {
    const value = wide ? samples.readUInt16BE(index * 2) : (samples[index] ?? 0);
    data[index] = Math.round((Math.min(value, maximum) * 255) / maximum);
  }
  return count;
}

/** `maximum` -1 stands for a bitmap, whose digits need no space between them. */
function fillFromText(samples: Buffer, data: Uint8Array, maximum: number): number {
  let filled = 0;
  let value = -1;
  for (let at = 0; at <= samples.length && filled < data.length; at++) {
    const byte = samples[at] ?? 0x20;
    const digit = byte - 0x30;
    if (digit >= 0 && digit <= 9) {
      if (maximum === -1) data[filled++] = digit === 1 ? 0 : 255;
      else value = Math.max(0, value) * 10 + digit;
    } else if (value >= 0) {
      data[filled++] = Math.round((Math.min(value, maximum) * 255) / maximum);
      value = -1;
    }
  }
  return filled;
}

/** Uncompressed BMP of 1, 4, 8, 24 and 32 bits. */
function decodeBmp(bytes: Buffer): RawPixels {
  const old = bytes.readUInt32LE(14) === 12;
  const width = old ? bytes.readUInt16LE(18) : bytes.readInt32LE(18);
  const signedHeight = old ? bytes.readInt16LE(20) : bytes.readInt32LE(22);
  const height = Math.abs(signedHeight);
  const depth = bytes.readUInt16LE(old ? 24 : 28);
  const compression = old ? 0 : bytes.readUInt32LE(30);
  const plain = compression === 0 || (compression === 3 && depth === 32);
  if (!plain || ![1, 4, 8, 24, 32].includes(depth) || width <= 0) throw new RangeError(`BMP of ${depth} bits with compression ${compression} is not read`);
  const stride = Math.ceil((width * depth) / 32) * 4;
  const start = bytes.readUInt32LE(10);
  const palette = bytes.subarray(14 + bytes.readUInt32LE(14), start);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const line = start + (signedHeight < 0 ? y : height - 1 - y) * stride;
    for (let x = 0; x < width; x++) {
      const from = depth >= 24 ? bytes.subarray(line + (x * depth) / 8) : palette.subarray(paletteIndex(bytes, line, x, depth) * (old ? 3 : 4));
      const to = (y * width + x) * 3;
      data[to] = from[2] ?? 0;
      data[to + 1] = from[1] ?? 0;
      data[to + 2] = from[0] ?? 0;
    }
  }
  return { data, width, height, channels: 3, truncated: bytes.length < start + stride * height };
}

function paletteIndex(bytes: Buffer, line: number, x: number, depth: number): number {
  const perByte = 8 / depth;
  const byte = bytes[line + Math.floor(x / perByte)] ?? 0;
  return (byte >> (8 - depth * ((x % perByte) + 1))) & ((1 << depth) - 1);
}

/** The "Quite OK Image" format, as qoiformat.org specifies it. */
function decodeQoi(bytes: Buffer): RawPixels {
  const width = bytes.readUInt32BE(4);
  const height = bytes.readUInt32BE(8);
  const data = new Uint8Array(width * height * 4);
  const seen = new Uint8Array(64 * 4);
  const pixel = new Uint8Array([0, 0, 0, 255]);
  let at = 14;
  let to = 0;
  const add = (red: number, green: number, blue: number): void => {
    pixel[0] = (pixel[0] ?? 0) + red;
    pixel[1] = (pixel[1] ?? 0) + green;
    pixel[2] = (pixel[2] ?? 0) + blue;
  };
  while (to < data.length && at < bytes.length) {
    const tag = bytes[at++] ?? 0;
    let run = 1;
    if (tag >= 0xfe) {
      const length = tag === 0xff ? 4 : 3;
      pixel.set(bytes.subarray(at, at + length));
      at += length;
    } else if (tag < 0x40) pixel.set(seen.subarray(tag * 4, tag * 4 + 4));
    else if (tag < 0x80) add(((tag >> 4) & 3) - 2, ((tag >> 2) & 3) - 2, (tag & 3) - 2);
    else if (tag < 0xc0) {
      const green = (tag & 63) - 32;
      const more = bytes[at++] ?? 0;
      add(green - 8 + (more >> 4), green, green - 8 + (more & 15));
    } else run = (tag & 63) + 1;
    const [red = 0, green = 0, blue = 0, alpha = 0] = pixel;
    seen.set(pixel, ((red * 3 + green * 5 + blue * 7 + alpha * 11) % 64) * 4);
    for (; run > 0 && to < data.length; run--, to += 4) data.set(pixel, to);
  }
  return { data, width, height, channels: 4, truncated: to < data.length };
}
