import { readSync } from 'node:fs';
import { Encodings, PageTypes } from 'hyparquet/src/constants.js';
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';
import type { PageHeader, PageKind } from './layout.ts';

/** A page whose header takes more is not looked at. */
export const MAX_HEADER_READ = 16 * 1024 * 1024;

const KINDS: Readonly<Record<string, PageKind>> = { DATA_PAGE: 'data', DATA_PAGE_V2: 'data-v2', DICTIONARY_PAGE: 'dictionary' };

/** Field 1 of a struct in Thrift's compact protocol, a 32-bit number: the page's kind, with which every header begins. */
const FIRST_FIELD = 0x15;

type Fields = Readonly<Record<`field_${number}`, unknown>>;

/**
 * The page header that these bytes begin with; null when they hold no whole one. Only for a child process: on damaged bytes
 * the Thrift reader may take all memory.
 * @throws where a header lacks what every header has
 */
export function parsePageHeader(bytes: Uint8Array): PageHeader | null {
  // Most of what is no header is told by its first byte, before it costs any memory.
  if (bytes.length > 0 && bytes[0] !== FIRST_FIELD) throw new Error('no page header');
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  let fields: Fields;
  try {
    fields = deserializeTCompactProtocol(reader);
  } catch {
    return null;
  }
  const kind = KINDS[PageTypes[wholeNumber(fields.field_1)] ?? ''] ?? 'other';
  const [first, dictionary, second] = [fields.field_5, fields.field_7, fields.field_8].map((part) => (part ?? {}) as Fields);
  const own = (kind === 'data-v2' ? second : kind === 'dictionary' ? dictionary : first) ?? {};
  const isSecond = kind === 'data-v2';
  return {
    length: reader.offset,
    kind,
    compressed: wholeNumber(fields.field_3),
    uncompressed: wholeNumber(fields.field_2),
    values: kind === 'other' ? 0 : wholeNumber(own.field_1),
    encoding: encodingName(isSecond ? own.field_4 : own.field_2),
    definitionEncoding: kind === 'data' ? encodingName(own.field_3) : '',
    repetitionEncoding: kind === 'data' ? encodingName(own.field_4) : '',
    definitionBytes: isSecond ? wholeNumber(own.field_5) : 0,
    repetitionBytes: isSecond ? wholeNumber(own.field_6) : 0,
    isCompressed: own.field_7 !== false,
  };
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

function encodingName(value: unknown): string {
  return typeof value === 'number' ? (Encodings[value] ?? String(value)) : '';
}

function wholeNumber(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error('a page header without a number that it must have');
}
