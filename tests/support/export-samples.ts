import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExportWish, FileFormat } from '../../extension/protocol/export.ts';
import { EVERYTHING } from '../../extension/protocol/queries.ts';
import type { ShardLocation } from '../../extension/protocol/shards.ts';
import { float32, npz, uidArray } from '../unit/sidecars/arrays.ts';
import { END, member } from '../unit/webdataset/archive.ts';
import type { QueryEngine } from './query-engine.ts';

/** Every kind of value that has to leave as it is, nulls and ends of ranges among them. */
export const TABLE = `SELECT range AS row, (9223372036854775807 - range)::BIGINT AS id, (18446744073709551615 - range)::UBIGINT AS hash,
  [('99999999999999999999999999999999999999'), ('-0.0001' ), NULL][1 + range % 3]::VARCHAR AS digits,
  CASE range % 4 WHEN 0 THEN 1.5000 WHEN 1 THEN -9999999999999999999999999999999999.9999 END::DECIMAL(38,4) AS price,
  CASE range % 5 WHEN 0 THEN 'nan' WHEN 1 THEN 'inf' WHEN 2 THEN '-inf' WHEN 3 THEN '0.1' END::FLOAT AS score,
  CASE range % 3 WHEN 0 THEN 0.30000000000000004 WHEN 1 THEN 5e-324 END::DOUBLE AS exact, range % 2 = 0 AS flag,
  CASE range % 4 WHEN 0 THEN 'a "cat", ' || chr(10) || 'two' WHEN 1 THEN '' WHEN 2 THEN 'zürich 😀 ' || chr(9) END AS caption,
  DATE '2024-02-29' + range::INTEGER AS day, TIMESTAMP '2024-02-29 12:34:56.789012' + to_seconds(range) AS time,
  CASE WHEN range % 3 > 0 THEN [range, NULL, 9007199254740993]::BIGINT[] END AS list,
  CASE WHEN range % 4 > 0 THEN {'label': 'é' || range, 'boxes': [{'x': range / 8, 'y': NULL::DOUBLE}]} END AS facts,
  MAP {'k' || range: range} AS counts, md5(range::VARCHAR) AS uid,
  ('00112233-4455-6677-8899-aabbccddee' || lpad(to_hex(range), 2, '0'))::UUID AS guid, TIME '01:02:03.000004' AS clock, TIMESTAMPTZ '2024-02-29 12:34:56.789012+00' AS zoned,
  CASE WHEN range % 2 = 0 THEN '\\xFF\\xD8\\xFF\\xE0jpeg'::BLOB ELSE '\\x89PNG\\x0D\\x0A\\x1A\\x0Apng'::BLOB END AS image FROM range(12)`;

/** Records in which numbers, keys and their order are not what most readers keep. */
export const LINES = [
  '{"id": 340282366920938463463374607431768211455, "price": 1.50, "text": "a", "nested": {"b": [1, 2.50], "a": null}}',
  '{"text": "caf\\u00e9 \\ud83d\\ude00", "id": 9007199254740993, "price": 1e400, "nested": {"b": [], "a": {"deep": [true, {}]}}}',
  '{"id": 3, "id": 4, "price": 1E+2, "extra": null}',
].join('\n');

/** Pairs beside which files lie that say more of each row. */
export const PAIRS = `SELECT lpad(to_hex(range), 32, '0') AS uid, 'http://images.example/' || range AS "URL", 'text ' || range AS "TEXT", 'en' AS "LANGUAGE", range / 10 AS similarity FROM range(6)`;
export const SCORES = [0.25, 0.5, 0.1, 1, -1, 0.75] as const;
/** Rows of the pairs that are in the list of good ones. */
export const GOOD = [1, 4] as const;

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Buffer.from(' picture')]);

/** Samples of an archive: their key, and its members by their suffix. */
export const SAMPLES: readonly (readonly [key: string, members: Readonly<Record<string, string | Buffer>>])[] = Array.from({ length: 5 }, (_, at) => [
  `a/00${at}`,
  { jpg: Buffer.concat([JPEG, Buffer.from(` ${at}`)]), json: `{"n": ${at}.50, "big": 12345678901234567890123456789${at}}`, ...(at === 3 ? {} : { txt: `caption ${at} ü` }) },
]);

type Source = 'table' | 'lines' | 'pairs' | 'set' | 'archive';

interface ExportCase {
  readonly name: string;
  readonly source: Source;
  readonly format: FileFormat;
  readonly more?: Partial<ExportWish>;
}

const NOTHING: Partial<ExportWish> = { query: { conditions: [{ type: 'sql', where: 'false' }], sort: [] } };
const BEST: Partial<ExportWish> = { query: { conditions: [{ type: 'range', column: ['score'], min: '0.2' }], sort: [{ column: ['score'], descending: true }] } };

/** The exports whose readings by other tools are committed. */
export const EXPORTS: readonly ExportCase[] = [
  { name: 'table.parquet', source: 'table', format: 'parquet' },
  { name: 'table.jsonl', source: 'table', format: 'jsonl' },
  { name: 'table.jsonl.gz', source: 'table', format: 'jsonl.gz' },
  { name: 'table.jsonl.zst', source: 'table', format: 'jsonl.zst' },
  { name: 'table.csv', source: 'table', format: 'csv' },
  { name: 'table.tar', source: 'table', format: 'tar', more: { roles: { key: 'uid', text: 'caption' } } },
  { name: 'table.txt', source: 'table', format: 'ids', more: { roles: { key: 'hash' } } },
  { name: 'table.npy', source: 'table', format: 'npy', more: { roles: { key: 'uid' } } },
  { name: 'sorted.parquet', source: 'table', format: 'parquet', more: { query: { conditions: [], sort: [{ column: ['uid'], descending: true }] } } },
  { name: 'sample.jsonl', source: 'table', format: 'jsonl', more: { sample: { rows: 5, seed: 7, by: ['flag'] }, columns: [0, 1] } },
  { name: 'parts.parquet', source: 'table', format: 'parquet', more: { fileSize: { unit: 'rows', size: 5 } } },
  { name: 'none.parquet', source: 'table', format: 'parquet', more: NOTHING },
  { name: 'none.jsonl.zst', source: 'table', format: 'jsonl.zst', more: NOTHING },
  { name: 'none.npy', source: 'table', format: 'npy', more: { ...NOTHING, roles: { key: 'uid' } } },
  { name: 'lines.jsonl', source: 'lines', format: 'jsonl' },
  { name: 'columns.jsonl', source: 'lines', format: 'jsonl', more: { columns: [3, 1, 0] } },
  { name: 'lines.parquet', source: 'lines', format: 'parquet', more: { columns: [0, 2, 3] } },
  { name: 'pairs.parquet', source: 'pairs', format: 'parquet' },
  { name: 'best.jsonl', source: 'pairs', format: 'jsonl', more: BEST },
  { name: 'best.csv', source: 'pairs', format: 'csv', more: BEST },
  { name: 'best.npy', source: 'pairs', format: 'npy', more: BEST },
  { name: 'set.parquet', source: 'set', format: 'parquet' },
  { name: 'set.jsonl', source: 'set', format: 'jsonl' },
  { name: 'archive.tar', source: 'archive', format: 'tar', more: { fileSize: { unit: 'rows', size: 2 } } },
  { name: 'archive.parquet', source: 'archive', format: 'parquet' },
];

/** The card that is written beside them: of the pairs that this published filter keeps. */
export const CARD = 'card.md';
const PRESET = 'laion-2b-en';

/** Writes all of them into a folder. */
export async function writeExports(engine: QueryEngine, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const shards = await openSources(engine);
  for (const { name, source, format, more } of EXPORTS) {
    const wish: ExportWish = { query: EVERYTHING, format, path: join(folder, name), replace: true, ...more };
    await engine.request('shard/export', { shard: shards[source], export: 1, wish });
  }
  const { presets } = await engine.request('shard/scores', { shard: shards.pairs, corrections: [] });
  const conditions = presets.find(({ id }) => id === PRESET)?.conditions ?? [];
  const { text } = await engine.request('shard/card', { shard: shards.pairs, query: { conditions, sort: [] }, corrections: [] });
  await writeFile(join(folder, CARD), text);
}

async function openSources(engine: QueryEngine): Promise<Readonly<Record<Source, number>>> {
  const file = async (name: string, content: string | Buffer): Promise<string> => {
    const path = join(engine.folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return path;
  };
  const open = async (location: ShardLocation): Promise<number> => (await engine.request('shard/open', { location })).shard;
  await file('pairs/pairs.npz', npz({ score: float32(SCORES) }));
  await file('pairs/good.npy', uidArray(GOOD.map((row) => row.toString(16).padStart(32, '0'))));
  await file('set/b.jsonl', '{"id": 18446744073709551615, "tags": []}\n{"id": 3, "tags": ["x", "y"]}\n');
  await engine.parquet('set/a.parquet', "SELECT 9223372036854775807 AS id, ['q', NULL] AS tags UNION ALL SELECT NULL, NULL");
  const archive = SAMPLES.flatMap(([key, members]) => Object.entries(members).map(([suffix, content]) => member(`${key}.${suffix}`, content)));
  return {
    table: await open({ kind: 'file', path: await engine.parquet('table.parquet', TABLE) }),
    lines: await open({ kind: 'file', path: await file('lines.jsonl', LINES) }),
    pairs: await open({ kind: 'file', path: await engine.parquet('pairs/pairs.parquet', PAIRS) }),
    set: await open({ kind: 'set', folder: engine.folder, patterns: ['set/a.parquet', 'set/b.jsonl'] }),
    archive: await open({ kind: 'file', path: await file('samples.tar', Buffer.concat([...archive, END])) }),
  };
}
