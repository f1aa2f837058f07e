import type { FileHandle } from 'node:fs/promises';
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';
import { firstBytes } from './level-bytes.ts';

/** A column chunk of values that repeat within a row, as the footer describes it. */
export interface RepeatedChunk {
  /** Where its first page begins. */
  readonly start: number;
  /** Values with their nulls: as many as there are levels. */
  readonly values: number;
  readonly codec: string;
  readonly maxRepetition: number;
}

/** Bytes read at a page's beginning: its header, and with most pages all its repetition levels. */
const FIRST_READ = 16 * 1024;
/** A page whose header or levels take more is not looked at. */
const MAX_READ = 16 * 1024 * 1024;

const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const DATA_PAGE_V2 = 3;
const RLE = 3;

/**
 * How many rows a chunk holds, counted where it says so itself: a row begins at each repetition level 0. Stops at `wanted`.
 * Of every page only the header and the levels are read.
 * @returns null when the pages cannot be understood
 */
export async function countListRows(file: FileHandle, chunk: RepeatedChunk, wanted: number): Promise<number | null> {
  let rows = 0;
  let values = 0;
  let offset = chunk.start;
  while (rows < wanted && values < chunk.values) {
    const page = await readPage(file, offset, chunk);
    if (page === null) return null;
    const taken = Math.min(page.values, chunk.values - values);
    if (page.levels !== null) {
      const found = countZeros(page.levels, bitWidth(chunk.maxRepetition), taken);
      if (found === null) return null;
      // The first value of all continues a row that was never begun.
      if (values === 0 && taken > 0 && !found.startsWithZero) return 0;
      rows += found.zeros;
    }
    values += taken;
    offset = page.end;
  }
  return rows;
}

interface Page {
  readonly values: number;
  /** The encoded repetition levels; null for a dictionary. */
  readonly levels: Uint8Array | null;
  /** Where the next page begins. */
  readonly end: number;
}

async function readPage(file: FileHandle, offset: number, chunk: RepeatedChunk): Promise<Page | null> {
  for (let length = FIRST_READ; length <= MAX_READ; length *= 8) {
    const bytes = await readAt(file, offset, length);
    const page = pageFrom(bytes, offset, chunk);
    if (page !== 'needs more') return page;
    if (bytes.length < length) return null;
  }
  return null;
}

/** The page that these bytes begin with. */
function pageFrom(bytes: Uint8Array, offset: number, chunk: RepeatedChunk): Page | null | 'needs more' {
  const header = headerFrom(bytes);
  if (header === null) return 'needs more';
  const body = bytes.subarray(header.length, header.length + header.compressed);
  const end = offset + header.length + header.compressed;
  if (header.type === DICTIONARY_PAGE) return { values: 0, levels: null, end };
  if (header.type === DATA_PAGE_V2) {
    if (header.levelBytes > header.compressed) return null;
    return body.length < header.levelBytes ? 'needs more' : { values: header.values, levels: body.subarray(0, header.levelBytes), end };
  }
  if (header.type !== DATA_PAGE || header.levelEncoding !== RLE) return null;
  const levels = levelsFrom(body, chunk.codec);
  if (levels === 'needs more' && body.length === header.compressed) return null;
  return levels === null || levels === 'needs more' ? levels : { values: header.values, levels, end };
}

/** Before a first version's repetition levels stands how many bytes they take. */
function levelsFrom(body: Uint8Array, codec: string): Uint8Array | null | 'needs more' {
  const size = firstBytes(codec, body, 4);
  if (size === null) return null;
  if (size.length < 4) return 'needs more';
  const length = Buffer.from(size).readUInt32LE();
  if (length > MAX_READ) return null;
  const levels = firstBytes(codec, body, 4 + length)?.subarray(4);
  return levels?.length === length ? levels : 'needs more';
}

interface PageHeader {
  /** Bytes of the header itself. */
  readonly length: number;
  readonly type: number;
  readonly compressed: number;
  readonly values: number;
  readonly levelEncoding: number;
  readonly levelBytes: number;
}

/** Null when these bytes hold no whole header. */
function headerFrom(bytes: Uint8Array): PageHeader | null {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  let fields: Fields;
  try {
    fields = deserializeTCompactProtocol(reader);
  } catch {
    return null;
  }
  const [first, second] = [fields.field_5 as Fields | undefined, fields.field_8 as Fields | undefined];
  const compressed = wholeNumber(fields.field_3);
  const type = wholeNumber(fields.field_1);
  return {
    length: reader.offset,
    type,
    compressed,
    values: type === DICTIONARY_PAGE ? 0 : wholeNumber((second ?? first)?.field_1),
    levelEncoding: Number(first?.field_4),
    levelBytes: type === DATA_PAGE_V2 ? wholeNumber(second?.field_6) : 0,
  };
}

type Fields = Readonly<Record<`field_${number}`, unknown>>;

function wholeNumber(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error('a page header without a number that it must have');
}

interface ZeroCount {
  readonly zeros: number;
  readonly startsWithZero: boolean;
}

/** Zeros among the first `count` levels of the hybrid of run lengths and bit packs; null when there are fewer levels. */
export function countZeros(bytes: Uint8Array, width: number, count: number): ZeroCount | null {
  let zeros = 0;
  let seen = 0;
  let at = 0;
  let startsWithZero = false;
  while (seen < count) {
    let header = 0;
    for (let shift = 0, byte = 0x80; byte >= 0x80; shift += 7) {
      if (at >= bytes.length || shift > 28) return null;
      byte = bytes[at++] ?? 0;
      header += (byte & 0x7f) * 2 ** shift;
    }
    const packed = header % 2 === 1;
    const run = Math.floor(header / 2) * (packed ? 8 : 1);
    const taken = Math.min(run, count - seen);
    const held = packed ? Math.ceil((taken * width) / 8) : Math.ceil(width / 8);
    if (at + held > bytes.length || run === 0) return null;
    const here = packed ? zerosPacked(bytes, at, width, taken) : bytes.subarray(at, at + held).every((byte) => byte === 0) ? taken : 0;
    if (seen === 0) startsWithZero = packed ? zerosPacked(bytes, at, width, 1) === 1 : here > 0;
    zeros += here;
    seen += taken;
    at += packed ? (run * width) / 8 : held;
  }
  return { zeros, startsWithZero };
}

function zerosPacked(bytes: Uint8Array, from: number, width: number, count: number): number {
  let zeros = 0;
  for (let i = 0, bit = 0; i < count; i++, bit += width) {
    const byte = from + (bit >> 3);
    const pair = (bytes[byte] ?? 0) | ((bytes[byte + 1] ?? 0) << 8);
    if (((pair >> (bit & 7)) & ((1 << width) - 1)) === 0) zeros++;
  }
  return zeros;
}

function bitWidth(maximum: number): number {
  return 32 - Math.clz32(maximum);
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(length);
  const { bytesRead } = await file.read(buffer, 0, length, offset);
  return buffer.subarray(0, bytesRead);
}
