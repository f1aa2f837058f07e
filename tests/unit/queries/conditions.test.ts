import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Condition } from '../../../extension/protocol/queries.ts';
import { QueryEngine } from '../../support/query-engine.ts';

let engine: QueryEngine;
let files = 0;

beforeAll(async () => {
  engine = await QueryEngine.start();
});
afterAll(() => engine.stop());

type Test = Condition extends infer C ? (C extends { readonly column?: unknown } ? Omit<C, 'column'> : never) : never;

/** Rows of a table of one column `v` that a condition keeps; `rows` are its values in SQL. */
async function kept(rows: readonly string[], ...tests: Test[]): Promise<number[][]> {
  const path = await engine.parquet(`values-${files++}.parquet`, `SELECT v FROM (VALUES ${rows.map((row, i) => `(${i}, ${row})`).join(', ')}) t(i, v) ORDER BY i`);
  const { shard } = await engine.open(path);
  const results: number[][] = [];
  for (const test of tests) results.push(await engine.rows(shard, [{ column: ['v'], ...test }]));
  await engine.request('shard/close', { shard });
  return results;
}

const range = (min?: string, max?: string, open: { minOpen?: boolean; maxOpen?: boolean; not?: boolean } = {}): Test => ({
  type: 'range',
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
  ...open,
});
const values = (...list: (string | null)[]): Test => ({ type: 'values', values: list });
const not = (test: Test): Test => ({ ...test, not: true });
const text = (wanted: string, how: { regex?: boolean; matchCase?: boolean } = {}): Test => ({ type: 'text', text: wanted, regex: false, matchCase: false, ...how });

describe('numbers', () => {
  it('keeps 64-bit integers apart that a double does not', async () => {
    const rows = ['9007199254740992::BIGINT', '9007199254740993', 'NULL', '-9223372036854775808', '9223372036854775807'];
    expect(await kept(rows, range('9007199254740993'), range(undefined, '9007199254740992'), values('9007199254740993'), values('9223372036854775808'))).toEqual([
      [1, 4],
      [0, 3],
      [1],
      [],
    ]);
  });

  it('knows unsigned, 128-bit and decimal numbers to the last digit', async () => {
    expect(await kept(['18446744073709551615::UBIGINT', '18446744073709551614', '0'], range('18446744073709551615'), range('-5', '0'), range('18446744073709551616'))).toEqual([[0], [2], []]);
    // DuckDB writes 128-bit integers to Parquet as doubles; decimals keep theirs.
    const decimals = ["'99999999999999999999999999999999.999999'::DECIMAL(38,6)", "'99999999999999999999999999999999.999998'", "'-0.000001'", 'NULL'];
    expect(
      await kept(decimals, range('99999999999999999999999999999999.9999985'), values('99999999999999999999999999999999.999998'), range(undefined, '-0.0000005'), values('0.1234567'), range('1e400')),
    ).toEqual([[0], [1], [2], [], []]);
  });

  it('cuts between integers at a fraction', async () => {
    const rows = ['1::TINYINT', '2', '-1', '-2', '127'];
    expect(await kept(rows, range('1.5'), range(undefined, '1.5'), range('-1.5'), range(undefined, '-1.5'), range('127', undefined, { minOpen: true }), range('1', '2', { minOpen: true }), values('1.0', '1.5'))).toEqual([
      [1, 4],
      [0, 2, 3],
      [0, 1, 2, 4],
      [3],
      [],
      [1],
      [0],
    ]);
  });

  it('cuts floats where their text is cut', async () => {
    // As a double the float 0.28 is 0.2800000011920929.
    const rows = ['0.28::FLOAT', "'0.27999997'::FLOAT", "'0.28000003'::FLOAT", '0.1::FLOAT'];
    expect(
      await kept(rows, range('0.28'), range('0.28', undefined, { minOpen: true }), range('0.280000001'), range(undefined, '0.279999999'), range(undefined, '0.280000001'), values('0.28'), values('0.280000001'), values('0.1', '2.80e-1')),
    ).toEqual([[0, 2], [2], [2], [1, 3], [0, 1, 3], [0], [], [0, 3]]);
    expect(await kept(['0.1::DOUBLE', '0.30000000000000004', '1e22'], range('0.3'), range('0.1', '0.1'), values('0.3'), values('10000000000000000000000'), range('0.1000000000000000055511151231257827'))).toEqual([[1, 2], [0], [], [2], [1, 2]]);
  });

  it.each(['FLOAT', 'DOUBLE'])('keeps NaN out of every range and infinities in order (%s)', async (type) => {
    const rows = [`'nan'::${type}`, `'inf'::${type}`, `'-inf'::${type}`, 'NULL', '0', `'-0.0'::${type}`];
    expect(await kept(rows, range('0'), range(undefined, '0'), range(), range('inf'), range(undefined, '-inf'), range('1e999'), range('-inf', 'inf', { minOpen: true, maxOpen: true }))).toEqual([
      [1, 4, 5],
      [2, 4, 5],
      [1, 2, 4, 5],
      [1],
      [2],
      [1],
      [4, 5],
    ]);
    expect(await kept(rows, range('0', undefined, { not: true }), values('nan'), values('NaN', 'inf'), values('0'), not(values('nan')), not(values('nan', null)), values(null))).toEqual([
      [0, 2],
      [0],
      [0, 1],
      [4, 5],
      [1, 2, 4, 5],
      [1, 2, 4, 5],
      [3],
    ]);
  });

  it('refuses ends that are no numbers', async () => {
    await expect(kept(['1'], range('one'))).rejects.toMatchObject({ code: 'invalid-request', message: 'The column v holds numbers, and "one" is none.' });
    await expect(kept(['1'], values('1', '--2'))).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(kept(['1.5::FLOAT'], range('nan'))).rejects.toThrow('cannot end at NaN');
  });
});

describe('other types', () => {
  it.each([
    ['DATE', ["'2020-01-01'::DATE", "'2020-01-02'", 'NULL', "'0044-03-15 (BC)'"], ['2020-01-02', undefined], [1], ['2020-01-01'], [0]],
    ['TIMESTAMP', ["'2020-01-01 00:00:00.000001'::TIMESTAMP", "'2020-01-01 00:00:00'", 'NULL'], ['2020-01-01 00:00:00.000001', undefined], [0], ['2020-01-01 00:00:00'], [1]],
    ['TIMESTAMP_NS', ["'2020-01-01 00:00:00.000000001'::TIMESTAMP_NS", "'2020-01-01 00:00:00'", 'NULL'], ['2020-01-01 00:00:00.000000001', undefined], [0], ['2020-01-01 00:00:00'], [1]],
    ['TIMESTAMPTZ', ["'2020-01-01 01:00:00+01'::TIMESTAMPTZ", "'2020-01-01 01:00:00+00'", 'NULL'], [undefined, '2020-01-01 00:30:00+00'], [0], ['2020-01-01 00:00:00+00'], [0]],
    ['TIME', ["'23:59:59.5'::TIME", "'00:00:00'", 'NULL'], ['23:59:59.5', '23:59:59.5'], [0], ['00:00:00'], [1]],
    ['BOOLEAN', ['true', 'false', 'NULL'], ['true', undefined], [0], ['false'], [1]],
    ['UUID', ["'00000000-0000-0000-0000-00000000000a'::UUID", "'ffffffff-0000-0000-0000-000000000000'", 'NULL'], ['80000000-0000-0000-0000-000000000000', undefined], [1], ['0000000000000000000000000000000A'], [0]],
    ['text', ["'b'", "'a'", 'NULL', "'ä'", "'B'"], ['a', 'b'], [0, 1], ["b' OR true --", 'ä'], [3]],
  ])('%s: ranges and values in the text that the grid shows', async (_, rows, [min, max], inRange, list, among) => {
    expect(await kept(rows, range(min, max), values(...list), not(range(min, max)), not(values(...list)), { type: 'null' }, not({ type: 'null' }))).toEqual([
      inRange,
      among,
      rows.flatMap((row, i) => (row === 'NULL' || inRange.includes(i) ? [] : [i])),
      rows.flatMap((row, i) => (row === 'NULL' || among.includes(i) ? [] : [i])),
      rows.flatMap((row, i) => (row === 'NULL' ? [i] : [])),
      rows.flatMap((row, i) => (row === 'NULL' ? [] : [i])),
    ]);
  });

  it('names a text that a type does not know', async () => {
    await expect(kept(["'2020-01-01'::DATE"], range('yesterday'))).rejects.toMatchObject({ code: 'invalid-request', message: 'The column v is of the type DATE, and "yesterday" is no such value.' });
    await expect(kept(['uuid()'], values('00000000-0000-0000-0000-00000000000a', 'x'))).rejects.toThrow('"x" is no such value');
  });

  it('asks every item of a list, and refuses what has no order', async () => {
    const lists = ['[0.1, 0.5]::FLOAT[]', '[0.2]', '[]', 'NULL', '[NULL, 0.9]'];
    expect(await kept(lists, range('0.5'), not(range('0.5')), values('0.2', '0.1'), values('0.2', null))).toEqual([[0, 4], [1, 2], [0, 1], [1, 3]]);
    expect(await kept(["[['a'], ['b', 'c']]", "[['d']]"], values('c'))).toEqual([[0]]);
    await expect(kept(["{'a': 1}"], range('1'))).rejects.toMatchObject({ code: 'unsupported', message: 'The values of the column v cannot be compared: they are structs; choose one of their fields.' });
    await expect(kept(["'a'::BLOB"], values('a'))).rejects.toThrow('they are bytes');
  });

  it('looks into fields of structs', async () => {
    const path = await engine.parquet('fields.parquet', "SELECT {'score': i / 10, 'deep': {'tag': 'tag ' || i}} AS toxicity FROM range(10) t(i)");
    const { shard } = await engine.open(path);
    expect(await engine.rows(shard, [{ type: 'range', column: ['toxicity', 'score'], min: '0.8' }])).toEqual([8, 9]);
    expect(await engine.rows(shard, [{ type: 'values', column: ['toxicity', 'deep', 'tag'], values: ['tag 3'] }])).toEqual([3]);
    await expect(engine.rows(shard, [{ type: 'null', column: ['toxicity', 'nothing'] }])).rejects.toThrow('has no field');
    await expect(engine.rows(shard, [{ type: 'null', column: ['nothing'] }])).rejects.toThrow('There is no column nothing.');
  });
});

describe('text', () => {
  const rows = ["'A cat'", "'two CATS'", "'100% sure_'", 'NULL', "''", "E'line\\nCat'", "'Straße ÄÖ'"];

  it('is searched literally, with and without case', async () => {
    expect(await kept(rows, text('cat'), text('cat', { matchCase: true }), text('%'), text('_'), text('ße ä'), not(text('a')), text("'"), text(''))).toEqual([
      [0, 1, 5],
      [0],
      [2],
      [2],
      [6],
      [2, 4],
      [],
      [0, 1, 2, 4, 5, 6],
    ]);
  });

  it('is searched by regular expressions', async () => {
    expect(await kept(rows, text('cats?$', { regex: true }), text('^[A-Z]', { regex: true, matchCase: true }), text('(?m)^cat', { regex: true }), text('\\d{3}%', { regex: true }), text('^$', { regex: true }))).toEqual([[0, 1, 5], [0, 6], [5], [2], [4]]);
    await expect(kept(rows, text('a(', { regex: true }))).rejects.toMatchObject({ code: 'invalid-request', message: 'The regular expression a( is not valid: missing ): a(' });
    await expect(kept(rows, text('(?<=a)b', { regex: true }))).rejects.toThrow('is not valid');
  });

  it('is found inside lists, structs and maps, but not in the names of fields', async () => {
    expect(await kept(["['a cat', 'dog']", '[NULL]', 'NULL', "['catalogue']"], text('cat'), text('^cat', { regex: true }), not(text('dog')))).toEqual([[0, 3], [3], [1, 3]]);
    expect(await kept(["{'cat': 'dog', 'n': 5}", "{'cat': NULL, 'n': 7}"], text('cat'), text('dog'), text('7'))).toEqual([[], [0], []]);
    expect(await kept(["MAP {'key': ['in', 'list']}", "MAP {'other': ['list']}"], text('key'), text('list'), text('in'))).toEqual([[0], [0, 1], [0]]);
  });

  it('is, of numbers and times, what the grid shows', async () => {
    expect(await kept(['0.28::FLOAT', '28::FLOAT', 'NULL'], text('28'), text('.2'))).toEqual([[0, 1], [0]]);
    expect(await kept(["DATE '2020-02-03'", "DATE '2021-02-03'"], text('2020-'))).toEqual([[0]]);
  });

  it('is looked for in every column that holds text', async () => {
    const path = await engine.parquet('any.parquet', "SELECT * FROM (VALUES ('cat', 1, ['dog']), (NULL, 2, ['cat', 'cow']), ('cow', 77, NULL), (NULL, 4, NULL)) t(a, n, l)");
    const { shard } = await engine.open(path);
    const search = { type: 'text', matchCase: false, regex: false } as const;
    expect(await engine.rows(shard, [{ ...search, text: 'CAT' }])).toEqual([0, 1]);
    expect(await engine.rows(shard, [{ ...search, text: '7' }])).toEqual([]);
    expect(await engine.rows(shard, [{ ...search, text: 'cat', not: true }])).toEqual([2, 3]);
  });
});
