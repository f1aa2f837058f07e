import { readSync } from 'node:fs';
import { Encodings, PageTypes } from 'hyparquet/src/constants.js';
import type { PageHeader, PageKind } from './layout.ts';
import { ThriftFault, ThriftStruct } from './thrift.ts';

/** A page whose header takes more is not looked at. */
export const MAX_HEADER_READ = 16 * 1024 * 1024;

const KINDS: Readonly<Record<string, PageKind>> = { DATA_PAGE: 'data', DATA_PAGE_V2: 'data-v2', DICTIONARY_PAGE: 'dictionary' };

/** Field 1 of a struct in Thrift's compact protocol, a 32-bit number: the page's kind, with which every header begins. */
const FIRST_FIELD = 0x15;

/**
 * The page header that these bytes begin with; null when they hold no whole one.
 * @throws where a header lacks what every header has
 */
export function parsePageHeader(bytes: Uint8Array): PageHeader | null {
  const found = readHeader(bytes);
  if (found === null) return null;
  const { struct, end } = found;
  const kind = KINDS[PageTypes[wholeNumber(struct.number(1))] ?? ''] ?? 'other';
  const isSecond = kind === 'data-v2';
  const own = struct.struct(isSecond ? 8 : kind === 'dictionary' ? 7 : 5) ?? new ThriftStruct();
  return {
    length: end,
    kind,
    compressed: wholeNumber(struct.number(3)),
    uncompressed: wholeNumber(struct.number(2)),
    values: kind === 'other' ? 0 : wholeNumber(own.number(1)),
    encoding: kind === 'other' ? '' : encodingName(own.number(isSecond ? 4 : 2)),
    definitionEncoding: kind === 'data' ? encodingName(own.number(3)) : '',
    repetitionEncoding: kind === 'data' ? encodingName(own.number(4)) : '',
    definitionBytes: isSecond ? wholeNumber(own.number(5)) : 0,
    repetitionBytes: isSecond ? wholeNumber(own.number(6)) : 0,
    isCompressed: !isSecond || own.boolean(7) !== false,
    hasChecksum: struct.has(4),
  };
}

/** @throws ThriftFault for bytes that are no header however they go on */
function readHeader(bytes: Uint8Array): ReturnType<typeof ThriftStruct.read> | null {
  // Most of what is no header is told by its first byte.
  if (bytes.length > 0 && bytes[0] !== FIRST_FIELD) throw new Error('no page header');
  try {
    return ThriftStruct.read(bytes);
  } catch (error) {
    if (error instanceof ThriftFault && error.isCut) return null;
    throw error;
  }
}

/**
 * The header of the page at `offset`, with the bytes that were read of it.
 * @param first bytes to read at first; more where the header is longer
 * @throws where there is no header
 */
export function readPageHeader(file: number, offset: number, first: number): { readonly header: PageHeader; readonly bytes: Uint8Array } {
  for (let length = first; length <= MAX_HEADER_READ; length *= 8) {
    const bytes = readAt(file, offset, length);
    const header = parsePageHeader(bytes);
    if (header !== null) return { header, bytes };
    if (bytes.length < length) break;
  }
  throw new Error(`no page header at byte ${offset}`);
}

/** Reads without giving way to others: the child has nothing else to do, and a chunk may have thousands of headers. */
export function readAt(file: number, offset: number, length: number): Uint8Array {
  const buffer = new Uint8Array(length);
  return buffer.subarray(0, readSync(file, buffer, 0, length, offset));
}

function encodingName(value: number | null): string {
  return value !== null ? (Encodings[value] ?? String(value)) : '';
}

function wholeNumber(value: number | null): number {
  if (value !== null && value >= 0) return value;
  throw new Error('a page header without a number that it must have');
}
