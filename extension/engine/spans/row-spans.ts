import type { EngineRequests } from '../../protocol/engine.ts';
import { MAX_SPANS, type RowSpans, type Span, type SpanSignal } from '../../protocol/spans.ts';
import { WHOLE_LIMITS, type Value } from '../../protocol/values.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { Shard } from '../shards/shard.ts';
import { parseJson } from '../shards/webdataset/json-value.ts';
import { signalsIn, type Signal } from './signals.ts';

/** The signals of a row, and the spans of one of them. @throws LoupeError */
export async function rowSpans(shard: Shard, { row, sources, text, shown }: EngineRequests['shard/spans']['params'], signal: AbortSignal): Promise<RowSpans> {
  const values = await shard.read({ start: row, end: row + 1, columns: [text, ...sources], limits: WHOLE_LIMITS }, signal);
  if (values[0]?.length !== 1) throw new LoupeError('invalid-request', `There is no row ${row + 1}.`);
  const length = codePoints(values[0][0] ?? null);
  const signals: Signal[] = [];
  for (const [i, source] of sources.entries()) {
    const found = signalsIn(await structured(values[i + 1]?.[0] ?? null));
    signal.throwIfAborted();
    const prefix = sources.length > 1 ? `${shard.state().columns[source]?.name ?? ''}: ` : '';
    signals.push(...found.map((one) => ({ ...one, name: prefix + one.name })));
  }
  return { length, signals: signals.map((one) => described(one, length)), shown: chosen(signals, shown, length) };
}

/** Signals come as a struct, or as the text of a JSON object. */
async function structured(value: Value): Promise<Value> {
  return typeof value === 'string' && /^\s*\{/.test(value) ? parseJson(Buffer.from(value), WHOLE_LIMITS) : value;
}

function described({ name, spans, malformed }: Signal, length: number | null): SpanSignal {
  const document = documentSpan(spans, length);
  return { name, count: spans.length, malformed, ...(document === null ? {} : { document }) };
}

function documentSpan(spans: readonly Span[], length: number | null): Span | null {
  const [only, ...others] = spans;
  return only !== undefined && others.length === 0 && only.start === 0 && only.end === length ? only : null;
}

function chosen(signals: readonly Signal[], shown: string | null, length: number | null): RowSpans['shown'] {
  const partial = signals.filter(({ spans }) => documentSpan(spans, length) === null);
  const one = partial.find(({ name }) => name === shown) ?? partial[0];
  return one === undefined ? null : { name: one.name, spans: one.spans.slice(0, MAX_SPANS) };
}

/** How many code points a text has: a surrogate pair is one, a lone surrogate too, as in Python. */
function codePoints(text: Value): number | null {
  if (typeof text !== 'string') return null;
  let count = text.length;
  for (let i = 1; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) !== 0xdc00 || (text.charCodeAt(i - 1) & 0xfc00) !== 0xd800) continue;
    count--;
    i++;
  }
  return count;
}
