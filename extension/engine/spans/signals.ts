import type { Span } from '../../protocol/spans.ts';
import type { Value } from '../../protocol/values.ts';
import { spanOf } from '../../values/span-shape.ts';

/** Attributes stand in the record, or under the name of their experiment. */
const MAX_NESTING = 3;

/** Signals of one record that are looked at. */
const MAX_SIGNALS = 1_000;

/** A signal with all its spans. */
export interface Signal {
  readonly name: string;
  readonly spans: readonly Span[];
  readonly malformed: number;
}

/** Every list of `[start, end, score]` in a value, under the names that lead there. What has another shape is no signal. */
export function signalsIn(value: Value): Signal[] {
  const signals: Signal[] = [];
  collect(value, [], signals);
  return signals;
}

function collect(value: Value, names: readonly string[], signals: Signal[]): void {
  for (const [name, inner] of entriesOf(value)) {
    if (signals.length >= MAX_SIGNALS) return;
    const path = [...names, name];
    const signal = signalOf(path.join('.'), inner);
    if (signal !== null) signals.push(signal);
    else if (path.length < MAX_NESTING) collect(inner, path, signals);
  }
}

function entriesOf(value: Value): readonly (readonly [string, Value])[] {
  if (value === null || typeof value !== 'object') return [];
  if (value.type === 'struct') return value.entries;
  return value.type === 'map' ? value.entries.flatMap(([key, item]) => (typeof key === 'string' ? [[key, item] as const] : [])) : [];
}

function signalOf(name: string, value: Value): Signal | null {
  if (value === null || typeof value !== 'object' || value.type !== 'list') return null;
  const spans = value.items.flatMap((item) => spanOf(item) ?? []);
  return spans.length === 0 ? null : { name, spans, malformed: value.items.length - spans.length };
}
