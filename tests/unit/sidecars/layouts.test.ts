import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { query } from '../../../extension/engine/duckdb/session.ts';
import { openLocation } from '../../../extension/engine/open-location.ts';
import type { NamedSideCar } from '../../../extension/protocol/shards.ts';
import type { Shard } from '../../../extension/engine/shards/shard.ts';
import { END, member } from '../webdataset/archive.ts';
import { rowsOf } from '../sets/fixture.ts';
import { GRID_LIMITS } from '../../../extension/protocol/values.ts';
import { float32, int64, matrix, npz, uidArray, writeSparseNpz } from './arrays.ts';
import { SideCarFixture } from './fixture.ts';

let fixture: SideCarFixture;
beforeEach(() => void (fixture = new SideCarFixture()));
afterEach(() => fixture.end());

const never = new AbortController().signal;
const uid = (n: number): string => n.toString(16).padStart(32, '0');
const VECTOR_32 = (row: number): string => {
  const norm = Math.sqrt(Array.from({ length: 32 }, (_, i) => Math.fround(row + i / 100) ** 2).reduce((sum, square) => sum + square, 0));
  return JSON.stringify({ type: 'vector', dimension: 32, norm });
};

/** What a join says of itself, but for paths. */
function sideCars(shard: Shard): object[] {
  return (shard.state().sideCars ?? []).map(({ layout, key, status, unmatched, orphans }) => ({ layout, key, status, unmatched, orphans }));
}

function joined(layout: string, key: string, unmatched = 0, orphans = 0): object {
  return { layout, key, status: 'joined', unmatched, orphans };
}

/** Columns of the shard's table in DuckDB by name, as text. */
async function ask(shard: Shard, names: readonly string[]): Promise<(string | null)[][]> {
  const refs = names.map((name) => ({ index: shard.state().columns.find((column) => column.name === name)!.index, fields: [] }));
  const { from } = await shard.relation(refs, () => undefined, never);
  const { columns } = await query(`SELECT ${refs.map((_, i) => `v${i}::VARCHAR`).join(', ')} FROM ${from} ORDER BY row`, []);
  return (columns[0] ?? []).map((_, row) => columns.map((column) => (column[row] as string | null) ?? null));
}

describe('img2dataset', () => {
  beforeEach(async () => {
    const keys = [3, 0, 2].map((n) => String(n).padStart(9, '0'));
    fixture.write('00000.tar', Buffer.concat([...keys.map((key) => member(`${key}.txt`, `caption ${key}`)), END]));
    await fixture.parquet('00000.parquet', "SELECT lpad(n::VARCHAR, 9, '0') AS key, 'http://x/' || n AS url, CASE WHEN n = 1 THEN 'failed_to_download' ELSE 'success' END AS status FROM unnest([0, 1, 2]) AS t(n)");
    fixture.write('00000_stats.json', JSON.stringify({ count: 3, successes: 2, status_dict: { success: 2 } }));
  });

  test('the table is joined by key, whatever its order, and failures are orphans', async () => {
    const shard = await fixture.open(fixture.path('00000.tar'));
    expect(await rowsOf(shard)).toEqual([
      { __key__: '000000003', txt: 'caption 000000003', url: '·', status: '·' },
      { __key__: '000000000', txt: 'caption 000000000', url: 'http://x/0', status: 'success' },
      { __key__: '000000002', txt: 'caption 000000002', url: 'http://x/2', status: 'success' },
    ]);
    expect(sideCars(shard)).toEqual([joined('img2dataset table', '__key__ = key', 1, 1)]);
    expect(shard.state().columns.at(-1)?.origin).toEqual({ kind: 'side-car', file: fixture.path('00000.parquet'), key: '__key__ = key' });
  });

  test('rows by number come in the order asked for', async () => {
    const shard = await fixture.open(fixture.path('00000.tar'));
    const url = shard.state().columns.findIndex(({ name }) => name === 'url');
    const limits = { text: 100, bytes: 0, items: 9, summariseVectors: true };
    expect(await shard.readRows({ rows: [2, 0, 1], columns: [url, 0], limits }, never)).toEqual([
      ['http://x/2', { type: 'missing' }, 'http://x/0'],
      ['000000002', '000000003', '000000000'],
    ]);
  });

  test('the table has the samples of the shard, by key too', async () => {
    const shard = await fixture.open(fixture.path('00000.parquet'));
    expect((await rowsOf(shard)).map(({ key, txt, status }) => [key, txt, status])).toEqual([
      ['000000000', 'caption 000000000', 'success'],
      ['000000001', '·', 'failed_to_download'],
      ['000000002', 'caption 000000002', 'success'],
    ]);
    expect(sideCars(shard)).toEqual([joined('img2dataset shard', 'key = __key__', 1, 1)]);
    expect(await ask(shard, ['key', 'txt'])).toEqual([['000000000', 'caption 000000000'], ['000000001', null], ['000000002', 'caption 000000002']]);
  });

  test('pictures of the shard stand beside the rows of the table', async () => {
    const picture = Buffer.from('89504e470d0a1a0a', 'hex');
    fixture.write('00000.tar', Buffer.concat([member('000000002.png', picture), END]));
    const shard = await fixture.open(fixture.path('00000.parquet'));
    const png = shard.state().columns.find(({ name }) => name === 'png')!;
    expect(png).toMatchObject({ kind: 'image', origin: { kind: 'side-car', file: fixture.path('00000.tar') } });
    expect(await shard.readRows({ rows: [2, 1], columns: [png.index], limits: GRID_LIMITS }, never)).toEqual([[{ type: 'bytes', size: 8, head: new Uint8Array(picture) }, { type: 'missing' }]]);
  });

  test('a tar beside a table without keys is not joined', async () => {
    await fixture.parquet('00000.parquet', 'SELECT 1 AS a');
    expect((await fixture.open(fixture.path('00000.parquet'))).state().sideCars).toBeUndefined();
  });

  test('the statistics are in the metadata', async () => {
    const { tables } = await (await fixture.open(fixture.path('00000.tar'))).metadata(never);
    expect(tables.find(({ title }) => title.startsWith('img2dataset statistics'))?.rows).toEqual([['count', '3'], ['successes', '2'], ['status_dict', '{"success":2}']]);
    expect(tables.find(({ title }) => title === 'Side-cars')?.rows[0]?.slice(0, 6)).toEqual(['00000.parquet', 'img2dataset table', '__key__ = key', 'joined', '1', '1']);
  });

  test('a key that is there twice is told, and the first row counts', async () => {
    await fixture.parquet('00000.parquet', "SELECT * FROM (VALUES ('000000003', 'first'), ('000000003', 'second'), ('000000002', 'other')) AS t(key, url)");
    const shard = await fixture.open(fixture.path('00000.tar'));
    expect((await rowsOf(shard)).map(({ url }) => url)).toEqual(['first', '·', 'other']);
    expect(shard.state().notices.map(({ message }) => message)).toEqual(['00000.parquet: 1 rows have a key that an earlier row has, such as "000000003"; the first one is shown.']);
  });

  test('a table without keys is something else', async () => {
    await fixture.parquet('00000.parquet', 'SELECT 1 AS a');
    const shard = await fixture.open(fixture.path('00000.tar'));
    expect(shard.state().sideCars).toBeUndefined();
    expect(shard.state().columns.map(({ name }) => name)).toEqual(['__key__', 'txt']);
  });
});

describe('DataComp', () => {
  beforeEach(async () => {
    await fixture.parquet('X.parquet', "SELECT lpad(to_hex(n), 32, '0') AS uid, 'text ' || n AS text FROM range(5) AS t(n)");
  });

  test('vectors are joined by row number, in DuckDB too', async () => {
    fixture.write('X.npz', npz({ b32_img: matrix(5, 32), dedup: float32([0.5, 0.25, 0, 1, 0.125]) }));
    const shard = await fixture.open(fixture.path('X.parquet'));
    expect((await rowsOf(shard, 3)).map(({ text, b32_img, dedup }) => ({ text, b32_img, dedup }))).toEqual([
      { text: 'text 3', b32_img: VECTOR_32(3), dedup: '1.0' },
      { text: 'text 4', b32_img: VECTOR_32(4), dedup: '0.125' },
    ]);
    expect(shard.state().columns.map(({ name, type, kind }) => [name, type, kind]).slice(2)).toEqual([['b32_img', 'float32[32]', 'vector'], ['dedup', 'float32', 'number']]);
    expect(sideCars(shard)).toEqual([joined('DataComp vectors', 'row number')]);
    expect(await ask(shard, ['dedup', 'text'])).toEqual([['0.5', 'text 0'], ['0.25', 'text 1'], ['0.0', 'text 2'], ['1.0', 'text 3'], ['0.125', 'text 4']]);
    expect((await ask(shard, ['b32_img']))[1]?.[0]).toMatch(/^\[1\.0, 1\.01, 1\.02, /);
  });

  test.each([4, 6])('%i rows of vectors are an error, not a truncation', async (rows) => {
    fixture.write('X.npz', npz({ b32_img: matrix(rows, 32) }));
    const shard = await fixture.open(fixture.path('X.parquet'));
    expect(shard.state().columns.map(({ name }) => name)).toEqual(['uid', 'text']);
    expect(shard.state().sideCars).toMatchObject([{ status: 'refused', unmatched: null, orphans: null }]);
    expect(shard.state().notices).toEqual([{ severity: 'error', message: `X.npz has ${rows} rows, X.parquet has 5. They are joined by row number, so nothing of it can be trusted and it is not shown.` }]);
  });

  test('arrays of one file with different lengths are an error', async () => {
    fixture.write('X.npz', npz({ b32_img: matrix(5, 32), dedup: float32([1]) }));
    const shard = await fixture.open(fixture.path('X.parquet'));
    expect(shard.state().sideCars).toMatchObject([{ status: 'refused', error: 'The arrays of one file have different lengths: b32_img has 5 rows, dedup has 1.' }]);
  });

  test('of vectors of 6 GB a row costs a seek', async () => {
    await fixture.parquet('X.parquet', 'SELECT range AS n FROM range(3000000)');
    const lastRow = new Uint8Array(new Uint16Array(512).fill(0x3c00).buffer);
    const array = { rows: 3_000_000, width: 512, descr: '<f2', lastRow };
    writeSparseNpz(fixture.path('X.npz'), [{ ...array, name: 'b32_img' }, { ...array, name: 'b32_txt' }]);
    const shard = await fixture.open(fixture.path('X.parquet'));
    const columns = shard.state().columns.filter(({ kind }) => kind === 'vector').map(({ index }) => index);
    const before = shard.state().bytesRead;
    expect(before).toBeLessThan(1_000_000);
    const values = await shard.readRows({ rows: [2_999_999, 0], columns, limits: GRID_LIMITS }, never);
    const expected = [{ type: 'vector', dimension: 512, norm: Math.sqrt(512) }, { type: 'vector', dimension: 512, norm: 0 }];
    expect(values).toEqual([expected, expected]);
    expect(shard.state().bytesRead - before).toBe(4 * 1024);
  });

  test('subsets are yes or no; uids are in order on disk or not', async () => {
    fixture.write('basic.npy', uidArray([0, 2, 4, 700].map(uid)));
    fixture.write('raw_sample_ids.npy', uidArray([900, 3, 1].map(uid)));
    fixture.write('dfn_uids.txt', `${uid(1)}\r\n\n${uid(4).toUpperCase()}\n`);
    const shard = await fixture.open(fixture.path('X.parquet'));
    expect((await rowsOf(shard)).map(({ basic, raw_sample_ids, dfn_uids }) => [basic, raw_sample_ids, dfn_uids])).toEqual([
      ['true', 'false', 'false'],
      ['false', 'true', 'true'],
      ['true', 'false', 'false'],
      ['false', 'true', 'false'],
      ['true', 'false', 'true'],
    ]);
    expect(sideCars(shard)).toEqual([joined('uid subset', 'uid', 2, 1), joined('uid subset', 'uid', 3, 1), joined('uid list', 'uid', 3, 0)]);
    expect(await ask(shard, ['basic', 'dfn_uids', 'uid'])).toEqual([0, 1, 2, 3, 4].map((n) => [String(n % 2 === 0), String(n === 1 || n === 4), uid(n)]));
  });

  test('other arrays beside it are left alone, and a pickle is refused', async () => {
    fixture.write('histogram.npy', float32([1, 2, 3]));
    fixture.write('subset.npy', Buffer.from('\x80\x04\x95cposix\nsystem\n', 'latin1'));
    const shard = await fixture.open(fixture.path('X.parquet'));
    expect(shard.state().sideCars?.map(({ error }) => error)).toEqual(['subset.npy is a Python pickle, which Loupe never loads, because loading it runs what it says.']);
  });

  test('a large sorted subset is searched by seeking', async () => {
    fixture.write('large.npy', uidArray(Array.from({ length: 100_000 }, (_, n) => uid(n * 2))));
    const shard = await fixture.open(fixture.path('X.parquet'));
    const before = shard.state().bytesRead;
    expect((await rowsOf(shard)).map(({ large }) => large)).toEqual(['true', 'false', 'true', 'false', 'true']);
    expect(shard.state().bytesRead - before).toBeLessThan(10_000);
    expect(sideCars(shard)).toEqual([joined('uid subset', 'uid', 2, 99_997)]);
  });

  test('a large subset that is sorted but for one row is refused: uids would be missed in it', async () => {
    fixture.write('large.npy', uidArray(Array.from({ length: 100_000 }, (_, n) => uid(n === 50_123 ? 1 : n * 2))));
    const shard = await fixture.open(fixture.path('X.parquet'));
    expect(shard.state().sideCars?.[0]?.error).toBe('large.npy is in order but for some rows, the first of which is row 50124; sort it, so that a uid can be found in it.');
  });
});

test('clip-retrieval: embeddings in folders beside the metadata', async () => {
  const path = await fixture.parquet('metadata/metadata_7.parquet', "SELECT 'a' AS caption FROM range(3)");
  fixture.write('img_emb/img_emb_7.npy', matrix(3, 32));
  fixture.write('text_emb/text_emb_7.npy', matrix(2, 32));
  fixture.write('img_emb/img_emb_0.npy', matrix(3, 32));
  const shard = await fixture.open(path);
  expect(await rowsOf(shard)).toEqual([0, 1, 2].map((row) => ({ caption: 'a', img_emb: VECTOR_32(row) })));
  expect(shard.state().sideCars?.map(({ layout, status }) => [layout, status])).toEqual([['clip-retrieval image embeddings', 'joined'], ['clip-retrieval text embeddings', 'refused']]);
});

test('CiT: caption embeddings beside any shard', async () => {
  const path = fixture.lines('shard.jsonl', [{ caption: 'a' }, { caption: 'b' }]);
  fixture.write('shard.npy', matrix(2, 32));
  expect(await rowsOf(await fixture.open(path))).toEqual([{ caption: 'a', caption_embedding: VECTOR_32(0) }, { caption: 'b', caption_embedding: VECTOR_32(1) }]);
});

test('TL;DR: features by their index', async () => {
  const path = fixture.write('annotations.json', JSON.stringify([{ image: 'a' }, { image: 'b' }, { image: 'c' }]));
  fixture.write('annotations.npz', npz({ arr_0: matrix(3, 32), arr_1: int64([2, 0, 9]) }));
  const shard = await fixture.open(path);
  expect((await rowsOf(shard)).map(({ features }) => features)).toEqual([VECTOR_32(1), '·', VECTOR_32(0)]);
  expect(sideCars(shard)).toEqual([joined('TL;DR features', 'row number = arr_1', 1, 1)]);
  expect((await ask(shard, ['image', 'features'])).map(([image, features]) => [image, features?.slice(0, 4) ?? null])).toEqual([['a', '[1.0'], ['b', null], ['c', '[0.0']]);
});

describe('RedPajama-V2', () => {
  const inner = '2023-06/0000/en_head';
  const id = (row: number): string => `${inner}.json.gz/${row}`;
  const documents = (ids: boolean): string => fixture.lines(`documents/${inner}.json.gz`, [0, 1, 2].map((row) => ({ raw_content: `text ${row}`, ...(ids ? { id: id(row) } : {}) })));

  test.each([true, false])('signals by line and id, the rest by id; documents with ids of their own: %s', async (ids) => {
    const path = documents(ids);
    fixture.lines(`quality_signals/${inner}.signals.json.gz`, [0, 1, 2].map((row) => ({ id: id(row), quality_signals: { ccnet_length: [[0, 6, row]] } })));
    await fixture.parquet(`minhash/${inner}.minhash.parquet`, `SELECT '${inner}.json.gz' AS shard_id, '${id(2)}' AS id, 18446744073709551615::UBIGINT AS id_int`);
    await fixture.parquet(`duplicates/${inner}.duplicates.parquet`, `SELECT 's' AS shard_id, '${id(1)}' AS doc_id, 'sha1:x' AS digest`);
    await fixture.parquet(`clusters/${inner}.clusters.parquet`, `SELECT '${id(0)}' AS id, 1::UBIGINT AS id_int, 77 AS cluster_id, 's' AS shard_id`);
    const shard = await fixture.open(path);
    const rows = await rowsOf(shard);
    expect(rows.map(({ quality_signals, minhash_id_int, duplicate_digest, cluster_id }) => [quality_signals?.length, minhash_id_int, duplicate_digest, cluster_id])).toEqual([
      [expect.any(Number), '·', '·', '77'],
      [expect.any(Number), '·', 'sha1:x', '·'],
      [expect.any(Number), '18446744073709551615', '·', '·'],
    ]);
    const key = ids ? 'id' : 'row number';
    expect(sideCars(shard)).toEqual([
      joined('RedPajama-V2 quality signals', 'row number and id'),
      joined('RedPajama-V2 minhash', ids ? 'id' : 'row number = id', 2, 0),
      joined('RedPajama-V2 duplicates', `${key} = doc_id`, 2, 0),
      joined('RedPajama-V2 clusters', ids ? 'id' : 'row number = id', 2, 0),
    ]);
    expect(await ask(shard, ['cluster_id', 'raw_content', 'minhash_id_int'])).toEqual([['77', 'text 0', null], [null, 'text 1', null], [null, 'text 2', '18446744073709551615']]);
  });

  test('signals of another document are refused', async () => {
    const path = documents(true);
    fixture.lines(`quality_signals/${inner}.signals.json.gz`, [0, 2, 1].map((row) => ({ id: id(row), quality_signals: {} })));
    const shard = await fixture.open(path);
    expect(shard.state().sideCars).toMatchObject([{ status: 'refused', error: `en_head.signals.json.gz is of another file: In row 2 it has the id "${id(2)}", the shard has "${id(1)}".` }]);
  });
});

describe('Dolma', () => {
  test('attributes by line, each named by its tagger', async () => {
    const path = fixture.lines('documents/a/000.jsonl', [{ id: 'x', text: 'one' }, { id: 'y', text: 'two' }]);
    fixture.lines('attributes/toxicity/a/000.jsonl', [{ id: 'x', attributes: { t: 1 } }, { id: 'y', attributes: { t: 2 } }]);
    fixture.lines('attributes/pii/a/000.jsonl', [{ id: 'x', attributes: {} }, { id: 'y', attributes: {} }, { id: 'z', attributes: {} }]);
    const shard = await fixture.open(path);
    const texts = await rowsOf(shard);
    expect(texts.map(({ id, toxicity }) => [id, toxicity])).toEqual([
      ['x', '{"type":"struct","entries":[["t",{"type":"number","text":"1"}]],"length":1}'],
      ['y', '{"type":"struct","entries":[["t",{"type":"number","text":"2"}]],"length":1}'],
    ]);
    expect(shard.state().sideCars?.map(({ status, error }) => [status, error?.slice(0, 40)])).toEqual([['refused', '000.jsonl has 3 rows, 000.jsonl has 2. T'], ['joined', undefined]]);
    expect(await ask(shard, ['text', 'toxicity'])).toEqual([['one', '{"t":1}'], ['two', '{"t":2}']]);
  });
});

describe('a side-car that the user names', () => {
  const open = async (path: string, sideCars: readonly NamedSideCar[] | 'none'): Promise<Shard> => {
    const shard = await openLocation({ kind: 'file', path, sideCars }, fixture.context);
    await shard.settled();
    return shard;
  };

  test('is joined by row, by key or as a list of ids', async () => {
    const path = fixture.lines('shard.jsonl', [{ id: 1, name: 'a' }, { id: 2, name: 'b' }]);
    const shard = await open(path, [
      { path: fixture.write('scores.npy', float32([0.5, 0.25])), key: null },
      { path: fixture.lines('more.jsonl', [{ number: 2, kept: true }]), key: { shard: 'id', sideCar: 'number' } },
      { path: fixture.write('good.npy', int64([1, 3])), key: { shard: 'id', sideCar: 'id' } },
      { path: fixture.lines('other.jsonl', [{ number: 2 }]), key: { shard: 'id', sideCar: 'nowhere' } },
      { path: fixture.path('gone.npy'), key: null },
    ]);
    expect(await rowsOf(shard)).toEqual([
      { id: '1', name: 'a', scores: '0.5', kept: '·', good: 'true' },
      { id: '2', name: 'b', scores: '0.25', kept: 'true', good: 'false' },
    ]);
    expect(await ask(shard, ['scores', 'kept', 'good', 'name'])).toEqual([['0.5', null, 'true', 'a'], ['0.25', 'true', 'false', 'b']]);
    expect(shard.state().sideCars?.flatMap(({ error }) => error ?? [])).toEqual(['other.jsonl has no column nowhere, by which it is joined.', 'gone.npy is not there any more, or was never.']);
    await shard.close();
  });

  test('counts before what the layouts say', async () => {
    await fixture.parquet('X.parquet', 'SELECT range AS n FROM range(2)');
    const path = fixture.write('X.npz', npz({ n: int64([1, 0]), score: float32([1, 2]) }));
    const shard = await open(fixture.path('X.parquet'), [{ path, key: { shard: 'n', sideCar: 'n' } }]);
    expect((await rowsOf(shard)).map(({ score }) => score)).toEqual(['2.0', '1.0']);
    await shard.close();
  });

  test('nothing is joined where the setting says so', async () => {
    await fixture.parquet('X.parquet', 'SELECT range AS n FROM range(2)');
    fixture.write('X.npz', npz({ score: float32([1, 2]) }));
    const shard = await open(fixture.path('X.parquet'), 'none');
    expect(shard.state().columns.map(({ name }) => name)).toEqual(['n']);
    await shard.close();
  });
});

test('MATES: predictions in a folder of their own', async () => {
  const path = fixture.lines('3.jsonl', [{ text: 'a' }, { text: 'b' }]);
  await fixture.parquet('10000-data_influence_model-prediction/3.parquet', 'SELECT -0.5 + range AS prediction FROM range(2)');
  const shard = await fixture.open(path);
  expect((await rowsOf(shard)).map(({ prediction }) => prediction)).toEqual(['-0.5', '0.5']);
});

test('MATES: predictions as Arrow are refused with what can be done about it', async () => {
  const path = fixture.lines('3.jsonl', [{ text: 'a' }]);
  fixture.write('10000-data_influence_model-prediction/3/data-00000-of-00001.arrow', new Uint8Array([255, 255, 255, 255, 16, 0, 0, 0]));
  const shard = await fixture.open(path);
  expect(shard.state().columns.map(({ name }) => name)).toEqual(['text']);
  expect(shard.state().sideCars).toMatchObject([{ layout: 'MATES prediction', status: 'refused' }]);
  expect(shard.state().notices.map(({ message }) => message)).toEqual([
    'data-00000-of-00001.arrow is an Arrow file, which Loupe does not read. The same rows as 3.parquet beside its folder are joined; to_parquet of Hugging Face datasets writes them.',
  ]);
});

describe('MetaCLIP', () => {
  test('texts of the index by uuid', async () => {
    const path = fixture.lines('0001.jsonl', ['u1', 'u2', 'u3'].map((uuid) => ({ uuid })));
    fixture.write('index_json/0001.json', '{\n "u2": [["a, {b", "en", [1, 2]]],\n "u\\u0031": [["c", "de", []]],\n "u9": []\n}');
    const shard = await fixture.open(path);
    const texts = (await ask(shard, ['uuid', 'index_texts'])).map(([uuid, text]) => [uuid, text?.replaceAll(' ', '') ?? null]);
    expect(texts).toEqual([['u1', '[["c","de",[]]]'], ['u2', '[["a,{b","en",[1,2]]]'], ['u3', null]]);
    expect((await rowsOf(shard)).map(({ index_texts }) => index_texts?.includes('de'))).toEqual([true, false, false]);
    expect(sideCars(shard)).toEqual([joined('MetaCLIP index', 'uuid = key', 1, 1)]);
  });

  test.each([
    ['[1]', 'it is no JSON object: "[" at byte 0'],
    ['{"a": 1', 'it ends before its object does'],
    ['{"a": 1,}', 'it is no JSON object: "}" at byte 8'],
  ])('%s is refused', async (text, words) => {
    const path = fixture.lines('0001.jsonl', [{ uuid: 'u1' }]);
    fixture.write('index_json/0001.json', text);
    expect((await fixture.open(path)).state().sideCars?.[0]?.error).toContain(words);
  });
});

test('a set opens each shard with what lies beside it', async () => {
  for (const name of ['a', 'b']) {
    await fixture.parquet(`${name}.parquet`, `SELECT '${name}' || range AS text FROM range(2)`);
    fixture.write(`${name}.npz`, npz({ dedup: float32(name === 'a' ? [1, 2] : [3, 4]) }));
  }
  const set = await openLocation({ kind: 'set', folder: fixture.folder, patterns: ['*.parquet'] }, fixture.context);
  await set.settled();
  expect((await rowsOf(set)).map(({ text, dedup }) => [text, dedup])).toEqual([['a0', '1.0'], ['a1', '2.0'], ['b0', '3.0'], ['b1', '4.0']]);
  expect(await ask(set, ['text', 'dedup'])).toEqual([['a0', '1.0'], ['a1', '2.0'], ['b0', '3.0'], ['b1', '4.0']]);
  await set.close();
});
