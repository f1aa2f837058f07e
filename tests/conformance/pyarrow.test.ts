/** Small files of every type, encoding and codec, written by pyarrow: our values against what pyarrow reads back. */
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openShard } from '../../extension/engine/shards/open.ts';
import { WHOLE_LIMITS, type Value } from '../../extension/protocol/values.ts';

const folder = resolve(import.meta.dirname, '../oracles/pyarrow');
const names = readdirSync(folder).filter((name) => name.endsWith('.parquet'));
let compared = 0;

/** Columns that our Parquet reader, DuckDB 1.5.6, refuses; every cell must say so in words. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  // pyarrow reads 0, 1000, ...; DuckDB decodes BYTE_STREAM_SPLIT for FLOAT and DOUBLE only.
  'encodings.parquet/split_int': /BYTE_STREAM_SPLIT/i,
  'pages-delta.parquet/fixed': /BYTE_STREAM_SPLIT/i,
};

/** A value as `tests/oracles/make.py` writes it. */
type Reading = null | boolean | string | { n: string } | { t: string } | { b: string } | { l: Reading[] } | { s: [string, Reading][] } | { m: [Reading, Reading][] };

describe('files written by pyarrow', () => {
  it.each(names)('%s', async (name) => {
    const golden = JSON.parse(readFileSync(join(folder, name.replace('.parquet', '.json')), 'utf8')) as { rows: number; columns: Record<string, Reading[]> };
    const context = { cacheFolder: join(tmpdir(), 'loupe-pyarrow'), cacheBytes: 1e9, changed: () => undefined, signal: new AbortController().signal };
    const shard = await openShard(join(folder, name), context);
    const { columns, rows } = shard.state();
    expect(rows).toBe(golden.rows);
    expect(columns.map((column) => column.name)).toEqual(Object.keys(golden.columns));
    const values = await shard.read({ start: 0, end: rows, columns: columns.map(({ index }) => index), limits: WHOLE_LIMITS }, context.signal);
    for (const column of columns) {
      const refused = REFUSED[`${name}/${column.name}`];
      golden.columns[column.name]!.forEach((reading, row) => {
        if (refused !== undefined) {
          expect(values[column.index]![row]).toMatchObject({ type: 'invalid', message: expect.stringMatching(refused) as string });
          return;
        }
        expect(normal(values[column.index]![row]!, reading), `${column.name}, row ${row + 1}`).toEqual(reading);
        compared++;
      });
    }
    await shard.close();
  });
});

afterAll(() => console.log(`pyarrow: ${names.length} files, ${compared} cells compared`));

/** Our value in the golden's form; numbers and times in the golden's spelling when they are the same number or instant. */
function normal(value: Value, golden: Reading): Reading {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  switch (value.type) {
    case 'number':
      return { n: sameNumber(value.text, golden) };
    case 'temporal':
      return { t: sameTime(value.text, golden) };
    case 'bytes':
      return { b: Buffer.from(value.head).toString('hex') };
    case 'list':
      return { l: value.items.map((item, i) => normal(item, part(golden, 'l', i))) };
    case 'struct':
      return { s: value.entries.map(([name, item], i) => [name, normal(item, part(golden, 's', i, 1))]) };
    case 'map':
      return { m: value.entries.map(([key, item], i) => [normal(key, part(golden, 'm', i, 0)), normal(item, part(golden, 'm', i, 1))]) };
    default:
      return value.type;
  }
}

function part(golden: Reading, key: 'l' | 's' | 'm', i: number, side?: 0 | 1): Reading {
  const list = (golden as Record<string, unknown[]> | null)?.[key]?.[i];
  return (side === undefined ? list : (list as unknown[] | undefined)?.[side]) as Reading;
}

/** Floats are the same when they are the same double (a float column: the same float); all else by its digits. */
function sameNumber(text: string, golden: Reading): string {
  const other = typeof golden === 'object' && golden !== null && 'n' in golden ? golden.n : '';
  if (/^-?\d+(\.\d+)?$/.test(text) && /^-?\d+(\.\d+)?$/.test(other) && text === other) return text;
  const [a, b] = [Number(text.replace('inf', 'Infinity')), Number(other.replace('inf', 'Infinity'))];
  const exact = /[.eina]/.test(other) && (Object.is(a, b) || Object.is(Math.fround(a), b));
  return exact ? other : text;
}

/** `2024-02-29 23:59:59.123+00` against `2024-02-29T23:59:59.123000+00:00`. */
function sameTime(text: string, golden: Reading): string {
  const other = typeof golden === 'object' && golden !== null && 't' in golden ? golden.t : '';
  const plain = (time: string): string => time.replace('T', ' ').replace(/\+00(:00)?$/, '').replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
  return plain(text) === plain(other) ? other : text;
}
