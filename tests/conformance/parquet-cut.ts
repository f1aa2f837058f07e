import { MIN_VECTOR_DIMENSION, type Value, type ValueLimits } from '../../extension/protocol/values.ts';

/** What a whole value must become within limits: the rules of values.ts, written a second time in JavaScript. */
export function cutValue(value: Value, limits: ValueLimits, floats: boolean): Value {
  if (typeof value === 'string') return cutString(value, limits.text);
  if (typeof value !== 'object' || value === null) return value;
  switch (value.type) {
    case 'bytes':
      return { ...value, head: value.head.slice(0, limits.bytes) };
    case 'list':
      if (floats && limits.summariseVectors && isVector(value.items)) return { type: 'vector', dimension: value.length, norm: norm(value.items) };
      return { ...value, items: value.items.slice(0, limits.items).map((item) => cutValue(item, limits, floats)) };
    case 'struct':
      return { ...value, entries: value.entries.slice(0, limits.items).map(([name, held]) => [name, cutValue(held, limits, floats)] as const) };
    case 'map':
      return {
        ...value,
        entries: value.entries.slice(0, limits.items).map(([key, held]) => [cutValue(key, limits, floats), cutValue(held, limits, floats)] as const),
      };
    default:
      return value;
  }
}

function cutString(text: string, limit: number): Value {
  if (text.length <= limit) return text;
  const head = text.slice(0, limit);
  // A pair that is cut in two would leave half a character.
  return { type: 'text', text: /[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head, length: text.length };
}

function isVector(items: readonly Value[]): boolean {
  return items.length >= MIN_VECTOR_DIMENSION && items.every((item) => typeof item === 'object' && item?.type === 'number');
}

function norm(items: readonly Value[]): number {
  return Math.sqrt(items.reduce((sum, item) => sum + toDouble(item) ** 2, 0));
}

function toDouble(item: Value): number {
  return typeof item === 'object' && item?.type === 'number' ? Number(item.text.replace('inf', 'Infinity')) : Number.NaN;
}
