import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ColumnPath } from '../../../extension/protocol/queries.ts';
import { query } from '../../../extension/engine/duckdb/session.ts';
import { IdTables } from '../../../extension/engine/queries/id-tables.ts';
import { QueryEngine } from '../../support/query-engine.ts';

const ROWS = 5_000;
let engine: QueryEngine;
let shard: number;

beforeAll(async () => {
  engine = await QueryEngine.start();
  const table = `SELECT i AS id, md5(i::VARCHAR) AS uid, 'name ' || i AS name, (i + 18446744073709546000)::UBIGINT AS big, CASE WHEN i % 2 = 0 THEN md5(i::VARCHAR)::UUID END AS uuid,
    [i] AS list FROM range(${ROWS}) t(i)`;
  ({ shard } = await engine.open(await engine.parquet('table.parquet', table)));
});
afterAll(() => engine.stop());

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(engine.folder, name);
  await writeFile(path, content);
  return path;
}

/** A NumPy array file, version 1.0. */
function npy(descr: string, shape: string, data: Uint8Array): Buffer {
  const header = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;
  const padded = header.padEnd(117) + '\n';
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, 'latin1'), data]);
}

const never = new AbortController().signal;

async function idTables(): Promise<number> {
  return (await query("SELECT count(*)::INTEGER FROM duckdb_tables() WHERE table_name LIKE 'loupe_ids%'", [])).columns[0]?.[0] as number;
}

const among = (column: string, path: string, more: { fileColumn?: ColumnPath; not?: boolean } = {}): Promise<number[]> =>
  engine.rows(shard, [{ type: 'ids', column: [column], file: path, ...more }]);

/** Rows whose uid a subset keeps: every third one, with some uids that are nowhere. */
const thirds = Array.from({ length: Math.ceil(ROWS / 3) }, (_, i) => i * 3);

async function uidPairs(rows: readonly number[]): Promise<Uint8Array> {
  const { columns } = await query(`SELECT md5(i::VARCHAR) FROM (SELECT unnest([${rows.join(', ')}]) AS i) ORDER BY 1`, []);
  const data = Buffer.alloc(rows.length * 16);
  columns[0]?.forEach((uid, i) => {
    data.writeBigUInt64LE(BigInt(`0x${String(uid).slice(0, 16)}`), i * 16);
    data.writeBigUInt64LE(BigInt(`0x${String(uid).slice(16)}`), i * 16 + 8);
  });
  return data;
}

describe('ids of a NumPy array', () => {
  it('are uids of two uint64 a row, high and low half', async () => {
    const data = await uidPairs([...thirds, 1_000_001, 1_000_002]);
    const path = await file('subset.npy', npy("[('f0', '<u8'), ('f1', '<u8')]", `(${data.length / 16},)`, data));
    expect(await among('uid', path)).toEqual(thirds);
    expect((await among('uid', path, { not: true })).length).toBe(ROWS - thirds.length);
    expect(await among('uuid', path)).toEqual(thirds.filter((row) => row % 2 === 0));
    expect((await among('uuid', path, { not: true })).length).toBe(ROWS / 2 - thirds.filter((row) => row % 2 === 0).length);
    // Texts that are no uids are none of them.
    expect(await among('name', path)).toEqual([]);
    expect((await among('name', path, { not: true })).length).toBe(ROWS);
    const table = await file('subset-2d.npy', npy("'<u8'", `(${data.length / 16}, 2)`, data));
    expect(await among('uid', table)).toEqual(thirds);
  });

  it('are whole numbers, exact to 64 bits', async () => {
    const numbers = await file('u8.npy', npy("'<u8'", '(2,)', new Uint8Array(BigUint64Array.of(18446744073709546001n, 7n).buffer)));
    expect(await among('big', numbers)).toEqual([1]);
    expect(await among('id', numbers)).toEqual([7]);
    expect(await among('id', await file('i4.npy', npy("'<i4'", '(3,)', new Uint8Array(Int32Array.of(-1, 4, 3).buffer))))).toEqual([3, 4]);
    const turned = Buffer.alloc(8);
    turned.writeBigUInt64BE(5n);
    expect(await among('id', await file('big-endian.npy', npy("'>u8'", '(1,)', turned)))).toEqual([5]);
  });

  it('are texts of a fixed length', async () => {
    expect(await among('name', await file('s.npy', npy("'|S8'", '(2,)', Buffer.from('name 12\0name 345'))))).toEqual([12, 345]);
    const text = Buffer.alloc(8 * 4 * 2);
    [...'name 12'].forEach((sign, i) => text.writeUInt32LE(sign.codePointAt(0) ?? 0, i * 4));
    expect(await among('name', await file('u.npy', npy("'<U8'", '(2,)', text)))).toEqual([12]);
  });

  it.each([
    ['pickled', "'|O'", '(1,)', 8, 'unsupported', 'Python objects (pickle), which Loupe never loads'],
    ['float', "'<f4'", '(1,)', 4, 'unsupported', 'are no ids'],
    ['short', "'<u8'", '(3,)', 16, 'malformed', 'its 3 rows of 8 bytes'],
    ['cube', "'<u8'", '(1, 1, 2)', 16, 'unsupported', 'uint64 in rows of 1 × 2, which are no ids'],
    ['huge', "'<u8'", '(1152921504606846976,)', 16, 'malformed', ''],
  ])('are refused in words where they are none (%s)', async (name, descr, shape, bytes, code, message) => {
    await expect(among('id', await file(`${name}.npy`, npy(descr, shape, new Uint8Array(bytes))))).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string });
  });
});

describe('ids of a text file', () => {
  it('stand one a line', async () => {
    const path = await file('names.txt', '\ufeffname 3\r\nname 17\n\n  name 4999 \n"name 5"\nname 3\nname, 6');
    expect(await among('name', path)).toEqual([3, 17, 4999]);
    expect(await among('id', await file('numbers.txt', '3\n4.0\n005\n6x\n99999999999999999999\n'))).toEqual([3, 5]);
    expect(await among('name', await file('none.txt', ''))).toEqual([]);
    expect((await among('uuid', await file('uids.txt', 'cfcd208495d565ef66e7dff9f98764da\nCFCD2084-95D5-65EF-66E7-DFF9F98764DB')))).toEqual([0]);
  });

  it('may be a million', async () => {
    const path = await file('million.txt', Array.from({ length: 1_000_000 }, (_, i) => `name ${i * 2}`).join('\n'));
    expect((await among('name', path)).length).toBe(ROWS / 2);
    expect(await engine.request('shard/count', { shard, query: { conditions: [{ type: 'ids', column: ['name'], file: path, not: true }, { type: 'range', column: ['id'], max: '9' }], sort: [] } })).toEqual({ kept: 5, total: ROWS });
  });

  it('are read again when the file has changed', async () => {
    const path = await file('changing.txt', 'name 1');
    expect(await among('name', path)).toEqual([1]);
    await file('changing.txt', 'name 2\nname 3');
    expect(await among('name', path)).toEqual([2, 3]);
  });

  it('are read once for all who wait, also where the first of them gives up', async () => {
    const path = await file('shared.txt', Array.from({ length: 200_000 }, (_, i) => `name ${i}`).join('\n'));
    const tables = new IdTables(() => ({ cacheFolder: engine.folder, cacheBytes: 0 }));
    const stop = new AbortController();
    const load = (signal: AbortSignal) => tables.load({ type: 'ids', column: ['name'], file: path }, () => stop.abort(), signal);
    const before = await idTables();
    const [first, ...others] = await Promise.allSettled([load(stop.signal), load(never), load(never), load(never)]);
    expect(first.status).toBe('rejected');
    expect(new Set(others.map((other) => (other.status === 'fulfilled' ? other.value.name : 'none'))).size).toBe(1);
    expect(await idTables()).toBe(before + 1);
    await tables.close();
    expect(await idTables()).toBe(before);
  });

  it('let go who does not wait for what another one reads', async () => {
    const path = await file('waited.txt', Array.from({ length: 200_000 }, (_, i) => `name ${i}`).join('\n'));
    const tables = new IdTables(() => ({ cacheFolder: engine.folder, cacheBytes: 0 }));
    const begun = Promise.withResolvers<undefined>();
    const load = (signal: AbortSignal) => tables.load({ type: 'ids', column: ['name'], file: path }, () => begun.resolve(undefined), signal);
    const reading = load(never);
    await begun.promise;
    await expect(load(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    await expect(reading).resolves.toBeDefined();
    await tables.close();
  });

  it('are refused in words where there is no text', async () => {
    await expect(among('name', await file('bytes.txt', Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x0a, 0xff])))).rejects.toMatchObject({ code: 'malformed', message: expect.stringContaining('bytes.txt cannot be read as a list of ids') as string });
    await expect(among('name', join(engine.folder, 'nowhere.txt'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(among('name', engine.folder)).rejects.toMatchObject({ code: 'unsupported' });
  });
});

describe('ids of another shard', () => {
  it('are its column of the same name, its only one, or the one that is named', async () => {
    const path = await engine.parquet('kept.parquet', `SELECT md5(i::VARCHAR) AS uid, i AS other FROM range(0, ${ROWS}, 1000) t(i)`);
    expect(await among('uid', path)).toEqual([0, 1000, 2000, 3000, 4000]);
    expect(await among('id', path, { fileColumn: ['other'] })).toEqual([0, 1000, 2000, 3000, 4000]);
    await expect(among('name', path)).rejects.toMatchObject({ code: 'invalid-request', message: 'kept.parquet has no column name; name the one that holds the ids.' });
    const only = await engine.parquet('only.parquet', "SELECT unnest([5, NULL, 6]) AS whatever");
    expect(await among('id', only)).toEqual([5, 6]);
    expect((await among('id', only, { not: true })).length).toBe(ROWS - 2);
  });

  it('are no ids where the column holds lists', async () => {
    await expect(among('list', await file('some.txt', '1'))).rejects.toMatchObject({ code: 'unsupported' });
  });
});
