import { copyFile, mkdtemp, readFile, rename, rm, truncate, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { closeDuckdb, query } from '../../../extension/engine/duckdb/session.ts';
import { openParquet } from '../../../extension/engine/shards/parquet/open.ts';
import type { Shard } from '../../../extension/engine/shards/shard.ts';
import { GRID_LIMITS, ROW_LIMITS, WHOLE_LIMITS, type Value, type ValueLimits } from '../../../extension/protocol/values.ts';
import { LoupeError } from '../../../extension/rpc/failure.ts';

const signal = new AbortController().signal;
let folder: string;
let writer: DuckDBConnection;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loupe-parquet-'));
  writer = await (await DuckDBInstance.create(':memory:')).connect();
  await writer.run("SET TimeZone = 'UTC'");
});

afterAll(async () => {
  writer.closeSync();
  await closeDuckdb();
  await rm(folder, { recursive: true });
});

/** Writes what a SELECT gives as a Parquet file. */
async function write(name: string, select: string, options = ''): Promise<string> {
  const path = join(folder, name);
  const plain = join(folder, 'being-written');
  await writer.run(`COPY (${select}) TO '${plain}' (FORMAT parquet${options})`);
  await rename(plain, path);
  return path;
}

function open(path: string, changed: () => void = () => undefined): Promise<Shard> {
  return openParquet(path, { cacheFolder: join(folder, 'cache'), cacheBytes: 0, changed, signal });
}

async function read(shard: Shard, start: number, end: number, limits: ValueLimits = WHOLE_LIMITS): Promise<Value[][]> {
  return shard.read({ start, end, columns: shard.state().columns.map(({ index }) => index), limits }, signal);
}

const number = (text: string): Value => ({ type: 'number', text });
const temporal = (text: string): Value => ({ type: 'temporal', text });

describe('values', () => {
  it.each([
    ["'99999999999999999999999999999999999999'::DECIMAL(38,0)", number('99999999999999999999999999999999999999')],
    ['18446744073709551615::UBIGINT', number('18446744073709551615')],
    ['(-9223372036854775808)::BIGINT', number('-9223372036854775808')],
    ["'-1234567890123456789012345678.9012345678'::DECIMAL(38,10)", number('-1234567890123456789012345678.9012345678')],
    ['0.1::FLOAT', number('0.1')],
    ['1e22::DOUBLE', number('1e+22')],
    ["'-inf'::DOUBLE", number('-inf')],
    ["'nan'::FLOAT", number('nan')],
    ["DATE '0001-02-03'", temporal('0001-02-03')],
    ["TIMESTAMP '2024-01-15 10:30:00.123456'", temporal('2024-01-15 10:30:00.123456')],
    ["TIMESTAMP_NS '2024-01-15 10:30:00.123456789'", temporal('2024-01-15 10:30:00.123456789')],
    ["TIMESTAMPTZ '2024-01-15 10:30:00+05'", temporal('2024-01-15 05:30:00+00')],
    ["TIME '23:59:59.999999'", temporal('23:59:59.999999')],
    ["INTERVAL '1 year 2 days'", temporal('1 year 2 days')],
    ["UUID '0196e8fb-0adf-7355-ba39-d4c2e62dc4bd'", '0196e8fb-0adf-7355-ba39-d4c2e62dc4bd'],
    ["'{\"a\": [1, 1.0]}'::JSON", '{"a": [1, 1.0]}'],
    ["'b'::ENUM('a', 'b')", 'b'],
    ['true', true],
    ['NULL::INTEGER', null],
    ["'nul' || chr(0) || '😀'", 'nul\0😀'],
    ["'\\x00\\xFF'::BLOB", { type: 'bytes', size: 2, head: new Uint8Array([0, 255]) }],
    ['[1, NULL]::TINYINT[]', { type: 'list', items: [number('1'), null], length: 2 }],
    ['[]::VARCHAR[]', { type: 'list', items: [], length: 0 }],
    ["MAP {'k': [true]}", { type: 'map', entries: [['k', { type: 'list', items: [true], length: 1 }]], length: 1 }],
    [
      "{'it''s': {'\"x\"': 1}, 'n': NULL::VARCHAR}",
      { type: 'struct', entries: [["it's", { type: 'struct', entries: [['"x"', number('1')]], length: 1 }], ['n', null]], length: 2 },
    ],
  ] as [string, Value][])('%s', async (sql, value) => {
    const path = await write('value.parquet', `SELECT ${sql} AS v`);
    // Read anew each time: the file's name is the same.
    const shard = await open(path);
    for (const limits of [GRID_LIMITS, ROW_LIMITS, WHOLE_LIMITS]) expect(await read(shard, 0, 1, limits)).toEqual([[value]]);
  });

  it('cuts inside DuckDB what is longer than the limits', async () => {
    const path = await write(
      'long.parquet',
      `SELECT repeat('é😀', 5000) AS t, repeat('x', 70000)::BLOB AS b, range(100) AS l, {'bytes': repeat('y', 9000)::BLOB, 'path': 'p'} AS image,
        [{'b': repeat('z', 500)::BLOB}] AS blobs`,
    );
    const shard = await open(path);
    const [text, bytes, list, image, blobs] = (await read(shard, 0, 1, GRID_LIMITS)).map(([value]) => value);
    expect(text).toMatchObject({ type: 'text', length: 15_000 });
    expect((text as { text: string }).text).toBe('é😀'.repeat(86).slice(0, 256));
    expect(bytes).toEqual({ type: 'bytes', size: 70_000, head: new Uint8Array(64).fill(120) });
    expect(list).toMatchObject({ length: 100, items: Array.from({ length: 24 }, (_, index) => number(String(index))) });
    expect(image).toMatchObject({ entries: [['bytes', { size: 9_000, head: new Uint8Array(64).fill(121) }], ['path', 'p']] });
    expect(blobs).toMatchObject({ items: [{ entries: [['b', { size: 500 }]] }] });
    expect(shard.state().columns.map(({ kind }) => kind)).toEqual(['text', 'bytes', 'list', 'image', 'list']);
  });

  it('tells embeddings by dimension and norm, and pictures by their first bytes', async () => {
    const path = await write(
      'vectors.parquet',
      `SELECT [3.0::FLOAT, 4.0] || list_resize([]::FLOAT[], 30, 0::FLOAT) AS e, [1.5::FLOAT, 2] AS box,
        [NULL::FLOAT] || list_resize([]::FLOAT[], 30, 0::FLOAT) AS holes, '\\xFF\\xD8\\xFF\\xE0'::BLOB AS jpg FROM range(3)`,
    );
    const changed = vi.fn();
    const shard = await open(path, changed);
    const [e, box, holes] = (await read(shard, 0, 1, GRID_LIMITS)).map(([value]) => value);
    expect(e).toEqual({ type: 'vector', dimension: 32, norm: 5 });
    expect(box).toMatchObject({ type: 'list', length: 2 });
    expect(holes).toMatchObject({ type: 'list', length: 31 });
    expect(shard.state().columns.map(({ kind }) => kind)).toEqual(['vector', 'list', 'list', 'image']);
    expect(changed).toHaveBeenCalled();
    expect((await read(shard, 0, 1))[0]?.[0]).toMatchObject({ type: 'list', length: 32 });
  });
});

describe('rows and columns', () => {
  it('gives any range over row groups, in the order asked for', async () => {
    const shard = await open(await write('rows.parquet', 'SELECT i AS a, -i AS b FROM range(10000) t(i)', ', ROW_GROUP_SIZE 2048'));
    expect(shard.state()).toMatchObject({ rows: 10_000, rowsComplete: true, format: 'parquet' });
    const [b, a] = await shard.read({ start: 2040, end: 4100, columns: [1, 0], limits: GRID_LIMITS }, signal);
    expect(a).toEqual(Array.from({ length: 2060 }, (_, index) => number(String(2040 + index))));
    expect(b).toEqual(Array.from({ length: 2060 }, (_, index) => number(String(-2040 - index))));
    expect(await read(shard, 9_999, 20_000)).toEqual([[number('9999')], [number('-9999')]]);
    expect(await read(shard, 10_000, 10_100)).toEqual([[], []]);
    expect(await shard.place(2_048, signal)).toBe('row group 2, row 1');
    expect(await shard.raw(0, signal)).toBeNull();
    expect(await shard.members(0, signal)).toBeNull();
  });

  it('reads a file above the size of the checked path the same way', async () => {
    const shard = await open(await write('large.parquet', "SELECT i AS file_row_number, [i, i + 1] AS l FROM range(1100000) t(i)"));
    for (const start of [0, 122_870, 700_000, 1_099_990]) {
      const [ids, lists] = await read(shard, start, start + 20, GRID_LIMITS);
      const rows = Array.from({ length: Math.min(20, 1_100_000 - start) }, (_, index) => start + index);
      expect(ids).toEqual(rows.map((row) => number(String(row))));
      expect(lists).toEqual(rows.map((row) => ({ type: 'list', length: 2, items: [number(String(row)), number(String(row + 1))] })));
    }
  });

  it('takes columns by position, whatever their names', async () => {
    const names = ['a"b', 'A', 'ä', 'file_row_number', 'filename', 'select', 'x.y', ' '];
    const shard = await open(await write('names.parquet', `SELECT ${names.map((name, index) => `${index} AS "${name.replaceAll('"', '""')}"`).join(', ')}`));
    expect(shard.state().columns.map(({ name }) => name)).toEqual(names);
    expect(await read(shard, 0, 1)).toEqual(names.map((_, index) => [number(String(index))]));
  });

  it.each(['a*b', '[ab]', 'q?', "it's", '"x"', '{a,b}', 'ü😀', 'x=1', '**', 'sp ace', '%41', '[!a]', 'a\\b'])(
    'opens just the file named %s',
    async (name) => {
      for (const other of ['axb', 'a', 'b', 'qz']) await write(`${other}.parquet`, "SELECT 'other' AS v");
      const shard = await open(await write(`${name}.parquet`, "SELECT 'right' AS v"));
      expect(shard.state().columns).toHaveLength(1);
      expect(await read(shard, 0, 9)).toEqual([['right']]);
    },
  );

  it.each([10_000, 1_100_000])('gives single rows of %i in the order asked for, and null outside the table', async (rows) => {
    const shard = await open(await write('single.parquet', `SELECT i AS a, [i, i + 1] AS l FROM range(${rows}) t(i)`));
    const asked = [rows - 1, 5, 2_500, 5, rows, 0, -1];
    const [lists, ids] = await shard.readRows({ rows: asked, columns: [1, 0], limits: GRID_LIMITS }, signal);
    const there = (row: number): boolean => row >= 0 && row < rows;
    expect(ids).toEqual(asked.map((row) => (there(row) ? number(String(row)) : null)));
    expect(lists).toEqual(asked.map((row) => (there(row) ? { type: 'list', length: 2, items: [number(String(row)), number(String(row + 1))] } : null)));
    expect(await shard.readRows({ rows: [rows], columns: [0], limits: GRID_LIMITS }, signal)).toEqual([[null]]);
    expect(await shard.readRows({ rows: [], columns: [0], limits: GRID_LIMITS }, signal)).toEqual([[]]);
  });

  it("is a table of DuckDB's in place, whatever the names, fields inside structs among its columns", async () => {
    const shard = await open(await write("it's [a] *.parquet", `SELECT i AS "row", {'a.b': {'x"y': i * 2, 'X"Z': 'z' || i}, 'l': [i]} AS "V0" FROM range(5000) t(i)`, ', ROW_GROUP_SIZE 2048'));
    const { from, types, rows } = await shard.relation([{ index: 1, fields: ['a.b', 'X"Z'] }, { index: 0, fields: [] }, { index: 1, fields: ['l'] }], () => undefined, signal);
    expect([rows, types.map(String)]).toEqual([5_000, ['VARCHAR', 'BIGINT', 'BIGINT[]']]);
    const found = await query(`SELECT row, v0, v1 FROM ${from} WHERE v1 >= 4998 OR row = 3 ORDER BY row`, []);
    expect(found.columns).toEqual([[3n, 4998n, 4999n], ['z3', 'z4998', 'z4999'], [3n, 4998n, 4999n]]);
    await expect(shard.relation([{ index: 1, fields: ['none'] }], () => undefined, signal)).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(shard.relation([{ index: 7, fields: [] }], () => undefined, signal)).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('counts the bytes that DuckDB reads of this file', async () => {
    const path = await write('bytes.parquet', "SELECT i AS a, md5(i::VARCHAR) AS b FROM range(200000) t(i)", ', ROW_GROUP_SIZE 20480');
    const other = await open(await write('other.parquet', 'SELECT 1 AS a'));
    const shard = await open(path);
    await shard.settled();
    const before = shard.state().bytesRead;
    await Promise.all([shard.read({ start: 0, end: 10, columns: [0], limits: GRID_LIMITS }, signal), read(other, 0, 1)]);
    await shard.settled();
    await other.settled();
    const read10 = shard.state().bytesRead - before;
    expect(read10).toBeGreaterThan(1_000);
    // One column of one or two of ten row groups.
    expect(read10).toBeLessThan(shard.state().fileSize / 5);
    expect(other.state().bytesRead).toBeLessThan(10_000);
  });
});

describe('trouble', () => {
  async function failure(work: Promise<unknown>): Promise<LoupeError> {
    const error = await work.then(() => null, (caught: unknown) => caught);
    expect(error).toBeInstanceOf(LoupeError);
    return error as LoupeError;
  }

  it('names what is wrong with a file that is no sound Parquet', async () => {
    const sound = await write('sound.parquet', 'SELECT 1 AS a');
    const bytes = await readFile(sound);
    const cases: [string, Buffer, string, RegExp][] = [
      ['empty.parquet', Buffer.alloc(0), 'malformed', /empty/],
      ['tiny.parquet', Buffer.from('PAR1'), 'malformed', /4 bytes/],
      ['cut.parquet', bytes.subarray(0, bytes.length - 20), 'malformed', /cut short/],
      ['text.parquet', Buffer.from('{"a": 1}\n'.repeat(9)), 'malformed', /not a Parquet/],
      ['sealed.parquet', Buffer.concat([bytes.subarray(0, -4), Buffer.from('PARE')]), 'encrypted', /encrypted/],
      ['footer.parquet', Buffer.concat([bytes.subarray(0, -8), Buffer.from([255, 255, 255, 127]), Buffer.from('PAR1')]), 'malformed', /footer/],
    ];
    for (const [name, content, code, words] of cases) {
      await writeFile(join(folder, name), content);
      const error = await failure(open(join(folder, name)));
      expect([error.code, error.message], name).toEqual([code, expect.stringMatching(words)]);
      expect(error.message, name).toContain(name);
    }
    expect((await failure(open(join(folder, 'none.parquet')))).code).toBe('not-found');
    expect((await failure(open(folder))).code).toBe('unsupported');
  });

  it('notices a file that was replaced, cut or deleted while open', async () => {
    const path = await write('moving.parquet', "SELECT 'old' AS v FROM range(100)");
    const shard = await open(path);
    await copyFile(await write('new.parquet', "SELECT 'new' AS v FROM range(100)"), path);
    await utimes(path, 1, 1);
    expect((await failure(read(shard, 0, 1))).code).toBe('changed');
    expect((await read(await open(path), 0, 1))[0]).toEqual(['new']);
    await truncate(path, 50);
    expect((await failure(read(await open(path).catch(() => shard), 0, 1))).code).toBe('changed');
    await unlink(path);
    expect((await failure(read(shard, 0, 1))).code).toBe('not-found');
  });

  it('stops at once when cancelled, before and during a query', async () => {
    const shard = await open(await write('cancel.parquet', 'SELECT 1 AS a'));
    const request = { start: 0, end: 1, columns: [0], limits: GRID_LIMITS };
    expect((await failure(shard.read(request, AbortSignal.abort()))).code).toBe('cancelled');
    const controller = new AbortController();
    const endless = query('SELECT sum(a.range * b.range) FROM range(10000000) a, range(1000000) b', [], { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    expect((await failure(endless)).code).toBe('cancelled');
    expect((await failure(query('SELECT sum(a.range * b.range) FROM range(10000000) a, range(1000000) b', [], { deadline: 50 }))).code).toBe('timeout');
    expect(await shard.read(request, signal)).toEqual([[number('1')]]);
  });

  it('goes on with a fresh database after limits change and after DuckDB was closed', async () => {
    const shard = await open(await write('again.parquet', 'SELECT 1 AS a'));
    await shard.settled();
    const before = shard.state().bytesRead;
    await closeDuckdb();
    expect(await read(shard, 0, 1)).toEqual([[number('1')]]);
    await shard.settled();
    expect(shard.state().bytesRead).toBeGreaterThan(before);
  });

  it('downloads and loads no extension, and lets nobody change that', async () => {
    const result = await query("SELECT value FROM duckdb_settings() WHERE name IN ('autoinstall_known_extensions', 'autoload_known_extensions') ORDER BY name", []);
    expect(result.columns[0]).toEqual(['false', 'false']);
    await expect(query('SET autoload_known_extensions = true', [])).rejects.toThrow(/locked/);
  });
});

describe('metadata', () => {
  it('has properties, schema, key-value pairs and tables', async () => {
    const path = await write('meta.parquet', "SELECT i AS id, {'x': [i::VARCHAR]} AS s FROM range(5000) t(i)", ", ROW_GROUP_SIZE 2048, KV_METADATA {owner: 'née'}");
    const metadata = await (await open(path)).metadata(signal);
    expect(new Map(metadata.properties).get('Rows')).toBe('5000');
    expect(metadata.keyValues).toEqual([['owner', 'née']]);
    expect(metadata.schema.map(({ name }) => name)).toEqual(['id', 's']);
    expect(metadata.schema[1]?.children[0]?.name).toBe('x');
    const [groups, chunks] = metadata.tables;
    expect(groups?.rows.map((row) => row[1])).toEqual(['2048', '2048', '904']);
    expect(chunks?.total).toBe(6);
    expect(chunks?.rows[0]?.slice(0, 2)).toEqual(['1', 'id']);
  });
});
