import type { InsideColumn } from '../../protocol/shards.ts';
import { GRID_LIMITS, type Value, type ValueLimits } from '../../protocol/values.ts';
import type { Shard } from '../shards/shard.ts';
import { parseJson } from '../shards/webdataset/json-value.ts';
import { locateValue } from './locate-value.ts';

/** Enough of a struct, or of a text of JSON, to find a score in it. */
const AROUND: ValueLimits = { ...GRID_LIMITS, text: 65_536, items: 1_000 };

/** Values that lie inside those of columns, by column and row; where there is none, the row has no such field. */
export async function readInside(shard: Shard, { start, end }: { readonly start: number; readonly end: number }, wanted: readonly InsideColumn[], signal: AbortSignal): Promise<Value[][]> {
  if (wanted.length === 0) return [];
  const columns = [...new Set(wanted.map(({ of }) => of))];
  const whole = await shard.read({ start, end, columns, limits: AROUND }, signal);
  return Promise.all(wanted.map(({ of, path }) => Promise.all((whole[columns.indexOf(of)] ?? []).map((value) => inside(value, path)))));
}

async function inside(value: Value, path: readonly string[]): Promise<Value> {
  const tree = typeof value === 'string' && /^\s*\{/.test(value) ? await parseJson(Buffer.from(value), AROUND) : value;
  return tree === null ? null : (locateValue(tree, path) ?? { type: 'missing' });
}
