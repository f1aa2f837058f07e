import type { Value, ValueLimits } from '../../../protocol/values.ts';
import { JsonReader } from '../jsonl/json-reader.ts';
import { Turns } from './read-ranges.ts';

/** Bytes parsed before other work of the process may have a turn. */
const PIECE = 256 * 1024;

/** A JSON member as a value: numbers as written, every duplicate key. What is no JSON is `invalid`, with the byte. */
export async function parseJson(bytes: Buffer, limits: ValueLimits): Promise<Value> {
  const reader = new JsonReader(limits);
  const turns = new Turns();
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  for (let from = start; from < bytes.length; ) {
    const to = characterEnd(bytes, from + PIECE);
    if (!reader.push(bytes, from, to)) break;
    from = to;
    await turns.pause();
  }
  const { value, fault, badUtf8 } = reader.finish();
  if (fault === null && !badUtf8) return value;
  const why = fault === null ? 'it holds bytes that are no UTF-8' : `byte ${start + fault.byte}: ${fault.message}`;
  return { type: 'invalid', text: bytes.subarray(0, limits.text * 3).toString('utf8').slice(0, limits.text), message: `This is no JSON: ${why}.` };
}

/** The last boundary between characters at or before `at`. */
function characterEnd(bytes: Buffer, at: number): number {
  if (at >= bytes.length) return bytes.length;
  let end = at;
  while (end > at - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return end;
}
