import type { BytesValue, CutText } from '../../../protocol/values.ts';

/**
 * Text and bytes are cut inside DuckDB. What is cut arrives as its first `limit` code points (or bytes)
 * followed by its true size in decimal digits: whatever is longer than the limit is such a marked value,
 * because an uncut one never is. One plain column carries both, where a struct would double the work.
 */

const MAX_DIGITS = 20;

/** SQL for the marked form of a VARCHAR expression; `limit` in code points, the size in UTF-16 units. */
export function markedTextSql(e: string, limit: number): string {
  // A code point beyond U+FFFF takes two UTF-16 units; strlen (bytes) = length tells plain ASCII cheaply.
  const units = `CASE WHEN strlen(${e}) = length(${e}) THEN length(${e})
    ELSE length(${e}) + length(regexp_replace(${e}, '[^\\x{10000}-\\x{10FFFF}]', '', 'g')) END`;
  return `CASE WHEN strlen(${e}) > ${limit} AND length(${e}) > ${limit} THEN left(${e}, ${limit}) || (${units})::VARCHAR ELSE ${e} END`;
}

/** SQL for the marked form of a BLOB expression. */
export function markedBytesSql(e: string, limit: number): string {
  return `CASE WHEN octet_length(${e}) > ${limit} THEN array_slice(${e}, 1, ${limit}) || encode(octet_length(${e})::VARCHAR) ELSE ${e} END`;
}

/** A text or its beginning from the marked form. `limit` counts UTF-16 units here; no surrogate pair is split. */
export function cutText(marked: string, limit: number): string | CutText {
  if (marked.length <= limit) return marked;
  const end = endOfCodePoints(marked, limit);
  if (end < marked.length) return { type: 'text', text: firstUnits(marked, limit), length: Number(marked.slice(end)) };
  return { type: 'text', text: firstUnits(marked, limit), length: marked.length };
}

/** Bytes or their beginning from the marked form; the result owns its memory. */
export function cutBytes(marked: Uint8Array, limit: number): BytesValue {
  if (marked.length <= limit) return { type: 'bytes', size: marked.length, head: new Uint8Array(marked) };
  const digits = Buffer.from(marked.buffer, marked.byteOffset + limit, Math.min(MAX_DIGITS, marked.length - limit));
  return { type: 'bytes', size: Number(digits.toString('latin1')), head: new Uint8Array(marked.subarray(0, limit)) };
}

/** The same limit for a text that is here whole. */
export function limitText(text: string, limit: number): string | CutText {
  return text.length <= limit ? text : { type: 'text', text: firstUnits(text, limit), length: text.length };
}

/**
 * The same limit for bytes that are here whole; the result owns its memory, or shares that of a page that holds little
 * else: of a picture a page, copying costs as much as reading.
 */
export function limitBytes(bytes: Uint8Array, limit: number): BytesValue {
  const size = bytes.length;
  const length = Math.min(size, limit);
  const shares = length >= MIN_SHARED && length >= bytes.buffer.byteLength * SHARED_PART;
  return { type: 'bytes', size, head: shares ? new Uint8Array(bytes.buffer, bytes.byteOffset, length) : new Uint8Array(bytes.subarray(0, limit)) };
}

/** Bytes below which a copy costs nothing. */
const MIN_SHARED = 64 * 1024;
/** The part of a page that a value must be not to keep much else in memory. */
const SHARED_PART = 0.75;

/** The first `limit` UTF-16 units, less one where that would split a surrogate pair. */
function firstUnits(text: string, limit: number): string {
  const last = text.charCodeAt(limit - 1);
  const splits = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splits ? limit - 1 : limit);
}

/** Index just behind the first `count` code points. */
function endOfCodePoints(text: string, count: number): number {
  let index = 0;
  for (let seen = 0; seen < count && index < text.length; seen++) index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  return index;
}
