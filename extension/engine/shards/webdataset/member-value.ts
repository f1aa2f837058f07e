import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { WHOLE_LIMITS, type Value, type ValueLimits } from '../../../protocol/values.ts';
import { sniffImage, sniffMedia } from '../../images/sniff.ts';
import type { FieldKind } from './field-kind.ts';
import { parseJson } from './json-value.ts';

/** JSON members above this are not parsed. */
const MAX_JSON = 16 * 1024 * 1024;
/** For the grid, whose pages hold many rows, only JSON up to this is parsed; larger is shown by its beginning. */
const MAX_GRID_JSON = 256 * 1024;
/** Gzip members up to this are decompressed, to at most `MAX_JSON`. */
const MAX_GZIP = 1024 * 1024;
const SMALL_HEAD = 64 * 1024;

/** A member's beginning, as much of it as `bytesWanted` said and the archive has. */
export interface MemberBytes {
  readonly bytes: Buffer;
  /** Bytes of the member by its header. */
  readonly size: number;
  /** Bytes of it that the archive has: fewer where it is cut off. */
  readonly available: number;
}

function isForGrid(limits: ValueLimits): boolean {
  return limits.text <= 4096;
}

/** Bytes of a member that showing it within the limits takes. UTF-8 has at most 3 bytes a UTF-16 unit. */
export function bytesWanted(kind: FieldKind, size: number, limits: ValueLimits): number {
  const text = Math.min(size, limits.text * 3 + 3);
  if (kind.gzip) return size <= MAX_GZIP ? size : Math.min(size, limits.bytes);
  if (kind.decoding === 'json') return size <= (isForGrid(limits) ? MAX_GRID_JSON : MAX_JSON) ? size : text;
  return kind.decoding === 'text' ? Math.max(text, Math.min(size, limits.bytes)) : Math.min(size, limits.bytes);
}

/** The value of a member: parsed JSON, text, or bytes. Magic bytes win over a suffix that says text. */
export async function memberValue(kind: FieldKind, member: MemberBytes, limits: ValueLimits): Promise<Value> {
  if (kind.gzip) {
    const inner = await decompressed(member);
    return inner === null ? bytesValue(member, limits) : memberValue({ ...kind, gzip: false }, inner, limits);
  }
  if (kind.decoding === 'json') return jsonValue(member, limits);
  if (kind.decoding === 'text' && !isMedia(member.bytes)) return textValue(member, limits);
  return bytesValue(member, limits);
}

/** The content of a member whose name says nothing: text where the bytes are that, else bytes. */
export function contentValue(member: MemberBytes, limits: ValueLimits): Value {
  if (isMedia(member.bytes)) return bytesValue(member, limits);
  const looksLikeText = (text: string): boolean => !/[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(text);
  const text = decodeUtf8(member.bytes, member.bytes.length < member.size);
  return text !== null && looksLikeText(text) ? textValue(member, limits) : bytesValue(member, limits);
}

/** How much of a member `contentValue` wants. */
export function contentWanted(size: number, limits: ValueLimits): number {
  return Math.min(size, Math.max(limits.text === WHOLE_LIMITS.text ? size : limits.text * 3 + 3, limits.bytes));
}

function isMedia(head: Buffer): boolean {
  return (sniffImage(head) ?? sniffMedia(head) ?? 'svg') !== 'svg';
}

function bytesValue(member: MemberBytes, limits: ValueLimits): Value {
  const head = member.bytes.subarray(0, limits.bytes);
  // A small head must not keep the whole block alive that it was read with.
  return { type: 'bytes', size: member.available, head: head.length <= SMALL_HEAD ? new Uint8Array(head) : head };
}

function decodeUtf8(bytes: Buffer, cut: boolean): string | null {
  try {
    // `stream` lets a character that the cut goes through be left out instead of failing.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: cut });
  } catch {
    return null;
  }
}

function textValue(member: MemberBytes, limits: ValueLimits): Value {
  const { bytes, size } = member;
  const cut = bytes.length < size;
  const text = decodeUtf8(bytes, cut);
  if (text === null) {
    return { type: 'invalid', text: bytes.toString('utf8').slice(0, limits.text), message: `The text is not UTF-8 (at byte ${firstBadByte(bytes)}).` };
  }
  if (!cut && text.length <= limits.text) return text;
  // The length in UTF-16 units of a text that was not read whole is not known: its bytes stand in for it.
  return { type: 'text', text: text.slice(0, limits.text), length: cut ? size : text.length };
}

/** Offset of the first byte that is no UTF-8: the longest prefix that decodes, by bisection. */
function firstBadByte(bytes: Buffer): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (decodeUtf8(bytes.subarray(0, middle), true) === null) high = middle - 1;
    else low = middle;
  }
  // The prefix may end with the beginning of the character that is broken.
  while (low > 0 && decodeUtf8(bytes.subarray(0, low), false) === null) low--;
  return low;
}

async function jsonValue(member: MemberBytes, limits: ValueLimits): Promise<Value> {
  const { bytes, size, available } = member;
  const raw = (): string => bytes.subarray(0, limits.text * 3).toString('utf8').slice(0, limits.text);
  if (available < size) return { type: 'invalid', text: raw(), message: `The JSON is cut off: the archive has ${available} of its ${size} bytes.` };
  if (size > MAX_JSON) return { type: 'invalid', text: raw(), message: `The JSON has ${size} bytes; Loupe parses up to ${MAX_JSON} of a member.` };
  if (bytes.length < size) return { type: 'text', text: raw(), length: size };
  return parseJson(bytes, limits);
}

const gunzipAsync = promisify(gunzip);

/** The inside of a small gzip member; null where it is too large or broken, so that its bytes are shown. */
async function decompressed(member: MemberBytes): Promise<MemberBytes | null> {
  if (member.bytes.length < member.size || member.size === 0) return null;
  try {
    const bytes = await gunzipAsync(member.bytes, { maxOutputLength: MAX_JSON });
    return { bytes, size: bytes.length, available: bytes.length };
  } catch {
    return null;
  }
}
