import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteName, quoteText } from '../../../extension/engine/duckdb/quote.ts';
import { query } from '../../../extension/engine/duckdb/session.ts';
import type { ExportSummary, ExportWish, FileFormat } from '../../../extension/protocol/export.ts';
import { EVERYTHING } from '../../../extension/protocol/queries.ts';
import { QueryEngine } from '../../support/query-engine.ts';
import { float32, npz } from '../sidecars/arrays.ts';
import { END, member } from '../webdataset/archive.ts';

let engine: QueryEngine;
let next = 0;

beforeAll(async () => {
  engine = await QueryEngine.start();
});
afterAll(() => engine.stop());

async function open(name: string, content: string | Buffer): Promise<number> {
  const path = join(engine.folder, name);
  await writeFile(path, content);
  return (await engine.open(path)).shard;
}

async function write(shard: number, format: FileFormat, more: Partial<ExportWish> = {}): Promise<ExportSummary & { readonly path: string }> {
  const path = join(engine.folder, `out-${next++}.${format}`);
  const summary = await engine.request('shard/export', { shard, export: next, wish: { query: EVERYTHING, format, path, replace: false, ...more } });
  return { ...summary, path: summary.files[0] ?? path };
}

async function table(path: string, what = '*'): Promise<unknown[][]> {
  const { columns } = await query(`SELECT ${what} FROM read_parquet(${quoteText(path)})`, []);
  return columns.map((column) => column.map((value) => (typeof value === 'bigint' ? Number(value) : value)));
}

async function members(path: string): Promise<[string, string][]> {
  const found: [string, string][] = [];
  const unpack = extract();
  unpack.end(await readFile(path));
  for await (const entry of unpack) {
    const pieces: Buffer[] = [];
    for await (const piece of entry) pieces.push(piece as Buffer);
    found.push([entry.header.name, Buffer.concat(pieces).toString('latin1')]);
  }
  return found;
}

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Buffer.from(' picture')]);

const SAMPLES = Buffer.concat([
  member('a/001.jpg', JPEG),
  member('a/001.json', '{"n": 1.50, "big": 123456789012345678901234567890}'),
  member('a/001.cap.txt', 'one'),
  member('a/002.json', '{"n": 2}'),
  member('a/002.jpg', Buffer.concat([JPEG, Buffer.from(' 2')])),
  END,
]);

describe('a WebDataset', () => {
  it('goes to another one member for member, numbers with their digits', async () => {
    const shard = await open('samples.tar', SAMPLES);
    const found = new Map(await members((await write(shard, 'tar')).path));
    expect([...found].map(([name]) => name).sort()).toEqual(['a/001.cap.txt', 'a/001.jpg', 'a/001.json', 'a/002.jpg', 'a/002.json']);
    expect(found.get('a/001.jpg')).toBe(JPEG.toString('latin1'));
    expect(found.get('a/002.jpg')).toBe(`${JPEG.toString('latin1')} 2`);
    expect(found.get('a/001.json')).toBe('{"n": 1.50, "big": 123456789012345678901234567890}');
    expect(found.get('a/001.cap.txt')).toBe('one');
  });

  it('goes to Parquet with its bytes, in the order of the view, in parts', async () => {
    const shard = await open('again.tar', SAMPLES);
    const { files, notes } = await write(shard, 'parquet', { query: { conditions: [], sort: [{ column: ['__key__'], descending: true }] }, fileSize: { unit: 'rows', size: 1 } });
    expect(files.map((file) => /-\d+-of-\d+/.exec(file)?.[0])).toEqual(['-00000-of-00002', '-00001-of-00002']);
    expect(await table(files[0] ?? '', '"__key__", hex(jpg), json, "cap.txt"')).toEqual([['a/002'], [Buffer.concat([JPEG, Buffer.from(' 2')]).toString('hex').toUpperCase()], ['{"n":2}'], [null]]);
    expect(await table(files[1] ?? '', '"__key__", hex(jpg), "cap.txt"')).toEqual([['a/001'], [JPEG.toString('hex').toUpperCase()], ['one']]);
    expect(notes).toContain('A field that a record does not have is written as a null.');
  });
});

describe('a table becomes a WebDataset', () => {
  const pictures = `SELECT * FROM (VALUES
    ('a.b/c', {'bytes': '\\xFF\\xD8\\xFF\\xE0one'::BLOB, 'path': 'p.jpg'}, ['\\x89PNG\\x0D\\x0A\\x1A\\x0Atwo'::BLOB], 'text 1', 1.50::DECIMAL(5,2)),
    ('a.b/c', {'bytes': '\\x89PNG\\x0D\\x0A\\x1A\\x0Athree'::BLOB, 'path': NULL}, NULL, NULL, NULL), ('', NULL, [], 'x', 2)) t(key, image, more, caption, price)`;

  it('with keys that loaders take, suffixes by magic bytes, and the rest as JSON', async () => {
    const { shard } = await engine.open(await engine.parquet('pictures.parquet', pictures));
    const { path, notes } = await write(shard, 'tar');
    const found = await members(path);
    expect(found.map(([name]) => name)).toEqual(['a_b_c.jpg', 'a_b_c.more.png', 'a_b_c.txt', 'a_b_c.json', 'a_b_c-1.png', 'a_b_c-1.json', '000000002.txt', '000000002.json']);
    const texts = new Map(found);
    expect(texts.get('a_b_c.json')).toBe('{"key": "a.b/c", "image": {"path": "p.jpg"}, "price": 1.50}');
    expect(texts.get('a_b_c-1.json')).toBe('{"key": "a.b/c", "more": null, "caption": null, "price": null}');
    expect(notes).toEqual(['1 keys stood in one file already and got a number behind them.']);
  });

  it('that opens again with the same rows', async () => {
    const { shard } = await engine.open(await engine.parquet('pictures-2.parquet', pictures));
    const { path } = await write(shard, 'tar');
    const again = await engine.open(path);
    expect(again.state).toMatchObject({ format: 'webdataset', rows: 3 });
    const { findings } = await engine.request('shard/lint', { shard: again.shard });
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

describe('JSON as a table', () => {
  const lines = (rows: readonly string[]): string => rows.join('\n');

  it('has types where these say the same, else it is text that says all', async () => {
    const shard = await open('nested.jsonl', lines(['{"same": {"a": 1, "b": ["x"]}, "differ": {"a": 1}, "order": {"a": 1, "b": 2}, "mixed": 1, "wide": 18446744073709551617}', '{"same": {"a": -2, "b": []}, "differ": {"a": 1.50}, "order": {"b": 1, "a": 2}, "mixed": "1", "wide": -1}']));
    const { path, notes } = await write(shard, 'parquet');
    expect((await query(`DESCRIBE SELECT * FROM read_parquet(${quoteText(path)})`, [])).columns[1]).toEqual(['STRUCT(a BIGINT, b VARCHAR[])', 'JSON', 'JSON', 'VARCHAR', 'DECIMAL(38,0)']);
    // The table of DuckDB's writes the same number in its own way.
    expect(await table(path, 'differ, "order"')).toEqual([['{"a":1}', '{"a":1.5}'], ['{"a":1,"b":2}', '{"b":1,"a":2}']]);
    expect(notes.join(' ')).toMatch(/wide is written as DECIMAL\(38,0\).*differ is written as JSON text.*order is written as JSON text.*mixed holds values of several types/);
  });

  it('has a name for a column without one', async () => {
    const shard = await open('unnamed.jsonl', '{"": 1, "_": 2}');
    expect((await query(`DESCRIBE SELECT * FROM read_parquet(${quoteText((await write(shard, 'parquet')).path)})`, [])).columns[0]).toEqual(['_', '__1']);
  });

  it('has no number of 128 bits in a struct, which would become a double', async () => {
    const shard = await open('wide.jsonl', '{"s": {"a": 18446744073709551615}}\n{"s": {"a": -1}}');
    const { path } = await write(shard, 'parquet');
    expect(await table(path, 's::VARCHAR, typeof(s)')).toEqual([['{"a":18446744073709551615}', '{"a":-1}'], ['JSON', 'JSON']]);
  });

  it('of records over several lines is a record a line, as written', async () => {
    const shard = await open('pretty.json', '[\n  {\n    "a": 1.50,\n    "b": "x  y"\n  },\n  {"a": 2}\n]');
    expect(await readFile((await write(shard, 'jsonl')).path, 'utf8')).toBe('{ "a": 1.50, "b": "x  y" }\n{"a": 2}\n');
  });

  it('keeps bytes that are no UTF-8, blank lines do not come along', async () => {
    const odd = Buffer.concat([Buffer.from('{"a": "'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    const shard = await open('odd.jsonl', Buffer.concat([odd, Buffer.from('\r\n\r\n{"a": 1}')]));
    expect(await readFile((await write(shard, 'jsonl')).path)).toEqual(Buffer.concat([odd, Buffer.from('\n{"a": 1}\n')]));
  });
});

describe('text of a table', () => {
  it('is JSON Lines whatever signs it holds, plain and packed', async () => {
    const name = 'a \x01 "b"';
    const texts = Array.from({ length: 300 }, (_, code) => `${String.fromCodePoint(code)}, "${String.fromCodePoint(code + 0x1f400)}\u2028`);
    const { shard } = await engine.open(await engine.parquet('signs.parquet', `SELECT chr(i::INTEGER) || ', "' || chr(i::INTEGER + 128000) || chr(8232) AS ${quoteName(name)} FROM range(300) t(i) ORDER BY i`));
    const read = async (format: 'jsonl' | 'jsonl.gz'): Promise<(string | undefined)[]> => {
      const bytes = await readFile((await write(shard, format)).path);
      const lines = (format === 'jsonl' ? bytes : gunzipSync(bytes)).toString('utf8').split('\n').slice(0, -1);
      return lines.map((line) => (JSON.parse(line) as Record<string, string>)[name]);
    };
    expect(await read('jsonl')).toEqual(texts);
    expect(await read('jsonl.gz')).toEqual(texts);
  });
});

describe('a set of shards', () => {
  it('leaves as one table, without the column that says which shard', async () => {
    await engine.parquet('part-0.parquet', "SELECT range AS id, 'a' AS word FROM range(3)");
    await engine.parquet('part-1.parquet', "SELECT range + 3 AS id, 'b' AS word FROM range(3)");
    const { shard } = await engine.request('shard/open', { location: { kind: 'set', folder: engine.folder, patterns: ['part-{0,1}.parquet'] } });
    expect(await table((await write(shard, 'parquet')).path)).toEqual([[0, 1, 2, 3, 4, 5], ['a', 'a', 'a', 'b', 'b', 'b']]);
    expect(await readFile((await write(shard, 'jsonl', { positions: [[2, 4]] })).path, 'utf8')).toBe('{"id": 2, "word": "a"}\n{"id": 3, "word": "b"}\n');
    await expect(write(shard, 'parquet', { path: join(engine.folder, 'part-1.parquet'), replace: true })).rejects.toThrow('is open here');
  });

  it('leaves with the columns of the files beside its shards', async () => {
    for (const shard of [0, 1]) {
      await engine.parquet(`side-${shard}.parquet`, `SELECT range + ${shard * 2} AS id FROM range(2)`);
      await writeFile(join(engine.folder, `side-${shard}.npz`), npz({ clip: float32([shard, shard + 0.5]) }));
    }
    const { shard } = await engine.request('shard/open', { location: { kind: 'set', folder: engine.folder, patterns: ['side-{0,1}.parquet'] } });
    const best: Partial<ExportWish> = { query: { conditions: [{ type: 'range', column: ['clip'], min: '0.5' }], sort: [{ column: ['clip'], descending: true }] } };
    expect(await table((await write(shard, 'parquet', best)).path)).toEqual([[3, 2, 1], [1.5, 1, 0.5]]);
    expect(await readFile((await write(shard, 'csv', best)).path, 'utf8')).toBe('id,clip\r\n3,1.5\r\n2,1.0\r\n1,0.5\r\n');
    for (const path of ['side-1.npz', 'side-0.parquet']) await expect(write(shard, 'csv', { path: join(engine.folder, path), replace: true })).rejects.toThrow('is open here');
  });
});

describe('a size of files', () => {
  it('in bytes is about what Parquet files have', async () => {
    const { shard } = await engine.open(await engine.parquet('large.parquet', 'SELECT range AS id, md5(range::VARCHAR) AS text FROM range(200_000)'));
    const { fileCount, files, rows } = await write(shard, 'parquet', { fileSize: { unit: 'bytes', size: 1_500_000 } });
    const sizes = await Promise.all(files.map(async (file) => (await readFile(file)).length));
    expect(rows).toBe(200_000);
    expect(fileCount).toBeGreaterThan(2);
    for (const size of sizes.slice(0, -1)) expect(size / 1_500_000).toSatisfy((share: number) => share > 0.5 && share < 1.3);
    const list = files.map(quoteText).join(', ');
    expect((await query(`SELECT count(*)::INTEGER, count(DISTINCT id)::INTEGER, min(id)::INTEGER, max(id)::INTEGER FROM read_parquet([${list}])`, [])).columns).toEqual([[200_000], [200_000], [0], [199_999]]);
  });
});
