import type { WrittenValue } from '../../protocol/edits.ts';
import { MISSING } from '../../protocol/edits.ts';
import { WHOLE_LIMITS, type Value, type ValueLimits } from '../../protocol/values.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { isMissing, jsonText } from '../pages/json-text.ts';
import { readJson } from '../shards/jsonl/json-reader.ts';

/** A written value as the reader would give it, within limits. @throws LoupeError `invalid-request` for what is no JSON */
export function valueOf(written: WrittenValue, limits: ValueLimits): Value {
  if (!('json' in written)) return { type: 'missing' };
  const { value, fault } = readJson(Buffer.from(written.json), limits);
  if (fault === null) return value;
  throw new LoupeError('invalid-request', `This is no JSON: ${fault.message} (at byte ${fault.byte + 1}).`, { place: `byte ${fault.byte + 1}` });
}

/** A whole value that the reader gave, written; null for one that JSON text cannot give back: bytes, or a place that cannot be read. */
export function writtenOf(value: Value): WrittenValue | null {
  if (isMissing(value)) return MISSING;
  return isExact(value) ? { json: jsonText(value) } : null;
}

/** Whether two JSON texts say the same: spacing and escapes do not count, digits and the order of keys do. */
export function sameJson(a: Buffer, b: Buffer): boolean {
  if (a.equals(b)) return true;
  const [first, second] = [readJson(a, WHOLE_LIMITS), readJson(b, WHOLE_LIMITS)];
  if (first.fault !== null || second.fault !== null || first.badUtf8 || second.badUtf8) return false;
  return isExact(first.value) && isExact(second.value) && jsonText(first.value) === jsonText(second.value);
}

/** Nothing in it is cut, summarised, unreadable, or of a type that JSON does not have. */
function isExact(value: Value): boolean {
  if (value === null || typeof value !== 'object') return true;
  switch (value.type) {
    case 'number':
    case 'temporal':
      return true;
    case 'list':
      return value.items.length === value.length && value.items.every(isExact);
    case 'struct':
      return value.entries.length === value.length && value.entries.every(([, item]) => isExact(item));
    default:
      return false;
  }
}
