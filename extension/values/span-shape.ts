import type { Span } from '../protocol/spans.ts';
import type { NumberValue, Value } from '../protocol/values.ts';

/** A span in the shape that producers write, `[start, end, score]`, with whole offsets and a score that may be null; else null. */
export function spanOf(value: Value): Span | null {
  const [start, end, score, ...more] = partsOf(value);
  if (!isOffset(start) || !isOffset(end) || more.length > 0) return null;
  if (score === null) return { start: Number(start.text), end: Number(end.text), score };
  return isNumber(score) ? { start: Number(start.text), end: Number(end.text), score: score.text } : null;
}

/** Parquet has spans as structs, JSON as lists. */
function partsOf(value: Value): readonly Value[] {
  if (value === null || typeof value !== 'object') return [];
  if (value.type === 'list') return value.items;
  return value.type === 'struct' ? value.entries.map(([, part]) => part) : [];
}

function isOffset(value: Value | undefined): value is NumberValue {
  return isNumber(value) && Number.isSafeInteger(Number(value.text));
}

function isNumber(value: Value | undefined): value is NumberValue {
  return typeof value === 'object' && value?.type === 'number';
}
