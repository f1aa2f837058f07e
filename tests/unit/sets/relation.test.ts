import { BIGINT, BLOB, DATE, DECIMAL, DOUBLE, FLOAT, HUGEINT, INTEGER, SMALLINT, SQLNULL, TINYINT, UBIGINT, UHUGEINT, UINTEGER, UTINYINT, VARCHAR, type DuckDBType } from '@duckdb/node-api';
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { query } from '../../../extension/engine/duckdb/session.ts';
import { uniteTypes } from '../../../extension/engine/queries/unite-types.ts';
import type { ColumnRef, Relation } from '../../../extension/engine/queries/relation.ts';
import type { Shard } from '../../../extension/engine/shards/shard.ts';
import { rowsOf, SetFixture } from './fixture.ts';

let fixture: SetFixture;
beforeEach(() => void (fixture = new SetFixture()));
afterEach(() => fixture.end());

const signal = new AbortController().signal;

async function writeParquet(name: string, select: string): Promise<void> {
  await query(`COPY (${select}) TO '${fixture.path(name)}' (FORMAT parquet)`, []);
}

/** The columns by name, and `row`, as DuckDB gives them. */
async function ask(shard: Shard, names: readonly (string | readonly string[])[]): Promise<{ relation: Relation; rows: string[][] }> {
  const { columns } = shard.state();
  const refs = names.map((name): ColumnRef => {
    const [column, ...fields] = typeof name === 'string' ? [name] : name;
    return { index: columns.find((each) => each.name === column)!.index, fields };
  });
  const relation = await shard.relation(refs, () => undefined, signal);
  const values = refs.map((_, i) => `, v${i}::VARCHAR`).join('');
  const { columns: found } = await query(`SELECT row::VARCHAR${values} FROM ${relation.from}`, []);
  return { relation, rows: (found[0] ?? []).map((_, row) => found.map((column) => String(column[row]))) };
}

describe('types are united to', () => {
  const cases: [DuckDBType[], DuckDBType][] = [
    [[INTEGER, INTEGER], INTEGER],
    [[INTEGER, BIGINT, SMALLINT], BIGINT],
    [[UINTEGER, INTEGER], BIGINT],
    [[UTINYINT, TINYINT], SMALLINT],
    [[UTINYINT, BIGINT], BIGINT],
    [[UBIGINT, BIGINT], HUGEINT],
    [[UHUGEINT, BIGINT], VARCHAR],
    [[UHUGEINT, UBIGINT], UHUGEINT],
    [[FLOAT, DOUBLE], DOUBLE],
    [[INTEGER, FLOAT], DOUBLE],
    [[DECIMAL(5, 2), DECIMAL(10, 4)], DECIMAL(10, 4)],
    [[DECIMAL(5, 2), INTEGER], DECIMAL(12, 2)],
    [[DECIMAL(38, 30), BIGINT], DOUBLE],
    [[SQLNULL, DATE], DATE],
    [[DATE, VARCHAR], VARCHAR],
    [[BLOB, INTEGER], VARCHAR],
  ];
  test.each(cases)('%s: %s', (types, expected) => {
    expect(uniteTypes(types)?.toString()).toBe(expected.toString());
    expect(uniteTypes(types.toReversed())?.toString()).toBe(expected.toString());
  });

  test('nothing where there is none', () => expect(uniteTypes([])).toBeNull());
});

describe('the table of a set', () => {
  test('has the cells that the reader shows, by the row numbers of the set', async () => {
    await writeParquet('a.parquet', "SELECT range::INTEGER AS id, 'a' || range AS text FROM range(3)");
    await writeParquet('b.parquet', 'SELECT 9007199254740993::BIGINT AS id, 0.5 AS score');
    await writeParquet('c.parquet', "SELECT 'it''s' AS text, 7::INTEGER AS id");
    const shard = await fixture.open(['.']);
    await shard.settled();
    const { relation, rows } = await ask(shard, ['shard', 'id', 'text', 'score']);
    const shown = (await rowsOf(shard)).map(({ shard: name, id, text, score }, row) => [row, name, id, text, score].map((value) => (value === '·' ? 'null' : String(value))));
    expect(rows).toEqual(shown);
    expect(relation.types.map(String)).toEqual(['VARCHAR', 'BIGINT', 'VARCHAR', 'DECIMAL(2,1)']);
    expect(relation.rows).toBe(5);
  });

  test('reads many small files in one scan, each with its name and its rows', async () => {
    for (let i = 0; i < 20; i++) await writeParquet(`${i}.parquet`, `SELECT ${i} * 10 + range AS n FROM range(${i % 3})`);
    await writeParquet('7.parquet', 'SELECT 3.5::DOUBLE AS n');
    const shard = await fixture.open(['*.parquet']);
    await shard.settled();
    const { relation, rows } = await ask(shard, ['n', 'shard']);
    expect(rows).toEqual((await rowsOf(shard)).map(({ shard: name, n }, row) => [String(row), n?.includes('.') === true ? n : `${n ?? ''}.0`, name]));
    // Files without rows are left out: four before the one with another type, that one, and eight behind it.
    expect(relation.from.match(/read_parquet/g)).toHaveLength(4 + 1 + 1);
  });

  test('scans files apart whose columns are in another order', async () => {
    for (let i = 0; i < 20; i++) await writeParquet(`${i}.parquet`, i < 10 ? `SELECT ${i} AS a, ${i} + 100 AS b` : `SELECT ${i} + 100 AS b, ${i} AS a`);
    const shard = await fixture.open(['*.parquet']);
    await shard.settled();
    const { relation, rows } = await ask(shard, ['b', 'a']);
    expect(rows).toEqual(Array.from({ length: 20 }, (_, i) => [i, i + 100, i].map(String)));
    expect(relation.from.match(/read_parquet/g)).toHaveLength(2);
  });

  test('has fields of structs, null where a shard has not the field', async () => {
    await writeParquet('a.parquet', "SELECT {'x': 1, 'y': 2} AS s");
    await writeParquet('b.parquet', "SELECT {'x': 3} AS s");
    await writeParquet('c.parquet', "SELECT 'no struct' AS s");
    await writeParquet('d.parquet', 'SELECT 1 AS other');
    const shard = await fixture.open(['.']);
    await shard.settled();
    expect((await ask(shard, [['s', 'y'], ['s', 'x'], 's'])).rows.map((row) => row.slice(1, 3))).toEqual([['2', '1'], ['null', '3'], ['null', 'null'], ['null', 'null']]); // prettier-ignore
  });

  test('leaves a shard out that is gone; the other rows keep their numbers', async () => {
    await writeParquet('a.parquet', 'SELECT range AS n FROM range(3)');
    await writeParquet('b.parquet', 'SELECT 10 + range AS n FROM range(2)');
    const shard = await fixture.open(['.']);
    await shard.settled();
    rmSync(fixture.path('a.parquet'));
    const { relation, rows } = await ask(shard, ['n']);
    expect(rows).toEqual([['3', '10'], ['4', '11']]); // prettier-ignore
    expect(relation.rows).toBe(2);
    expect(shard.state().notices[0]?.message).toContain('a.parquet');
    rmSync(fixture.path('b.parquet'));
    expect((await ask(shard, ['shard', 'n'])).rows).toEqual([]);
  });

  test('gives up when nobody waits any more', async () => {
    await writeParquet('a.parquet', 'SELECT 1 AS n');
    const shard = await fixture.open(['.']);
    await expect(shard.relation([{ index: 1, fields: [] }], () => undefined, AbortSignal.abort())).rejects.toThrow();
  });
});

describe('shards of text', () => {
  test('are tables of the set with the cells that the reader shows, missing ones apart from nulls', async () => {
    fixture.lines('a.jsonl', [{ id: 1, text: 'x' }, { id: null }, { id: 3, text: null }]);
    fixture.write('b.jsonl', '{"id": 9007199254740993, "score": 0.5}\nno JSON\n{"id": "four"}\n');
    await writeParquet('c.parquet', "SELECT 5::INTEGER AS id, 'p' AS text");
    const shard = await fixture.open(['a.jsonl', 'b.jsonl', 'c.parquet']);
    await shard.settled();
    const { columns } = shard.state();
    const refs = ['shard', 'id', 'text', 'score'].map((name) => ({ index: columns.find((each) => each.name === name)!.index, fields: [] }));
    const relation = await shard.relation(refs, () => undefined, signal);
    const cells = refs.map((_, i) => `CASE WHEN m${i} THEN '·' ELSE coalesce(v${i}::VARCHAR, 'null') END`);
    const found = await query(`SELECT row::VARCHAR, ${cells.join(', ')} FROM ${relation.from}`, []);
    const rows = (found.columns[0] ?? []).map((_, row) => found.columns.map((column) => String(column[row])));
    const shown = (await rowsOf(shard)).map(({ shard: name, id, text, score }, row) => [String(row), name, id, text, score].map((value) => (value?.startsWith('!') === true ? 'null' : value)));
    expect(rows).toEqual(shown);
    expect(relation.rows).toBe(7);
  });

  test('more than are kept open stay open while a relation names their tables', { timeout: 180_000 }, async () => {
    for (let i = 0; i < 140; i++) fixture.lines(`${i}.jsonl`, [{ i }]);
    const shard = await fixture.open(['*.jsonl']);
    await shard.settled();
    const { rows } = await ask(shard, ['i']);
    expect(rows).toEqual(Array.from({ length: 140 }, (_, i) => [String(i), String(i)]));
  });
});
