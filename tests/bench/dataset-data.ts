import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { quoteText } from '../../extension/engine/duckdb/quote.ts';
import { BENCH_FOLDER, madeOnce } from './data.ts';

/** Shards of each set. */
export const SHARDS = 10;

/** Share of the full size, for trying the benchmark out. */
const SCALE = Number(process.env.LOUPE_BENCH_SCALE ?? '1');

const PARQUET_ROWS = Math.round(1_000_000 * SCALE);
/** About 2.5 kB each. */
const JSON_ROWS = Math.round(222_000 * SCALE);

/** A set of shards in a folder of its own. */
export interface Dataset {
  readonly folder: string;
  /** In the order of the set. */
  readonly files: readonly string[];
}

/** 10 M rows of Parquet like DataComp's metadata, and 5 GB of JSON Lines like a scored text corpus; each in 10 shards. */
export interface Datasets {
  readonly parquet: Dataset;
  readonly jsonl: Dataset;
}

export async function datasets(): Promise<Datasets> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '2GB', threads: '2' });
  const connection = await instance.connect();
  for (const macro of MACROS) await connection.run(macro);
  const name = SCALE === 1 ? '' : `-${SCALE}`;
  const parquet = await dataset(connection, `metadata${name}`, 'parquet', (shard) => metadataSql(shard * PARQUET_ROWS, (shard + 1) * PARQUET_ROWS));
  const jsonl = await dataset(connection, `documents${name}`, 'jsonl', (shard) => documentsSql(shard * JSON_ROWS, (shard + 1) * JSON_ROWS));
  connection.closeSync();
  instance.closeSync();
  return { parquet, jsonl };
}

async function dataset(connection: DuckDBConnection, name: string, suffix: 'parquet' | 'jsonl', rows: (shard: number) => string): Promise<Dataset> {
  const folder = join(BENCH_FOLDER, name);
  mkdirSync(folder, { recursive: true });
  const options = suffix === 'parquet' ? 'FORMAT parquet, COMPRESSION zstd' : 'FORMAT json';
  const files: string[] = [];
  for (let shard = 0; shard < SHARDS; shard++) {
    const write = async (path: string): Promise<void> => {
      await connection.run(`COPY (${rows(shard)}) TO ${quoteText(path)} (${options})`);
    };
    files.push(await madeOnce(join(name, `shard-${String(shard).padStart(5, '0')}.${suffix}`), write));
  }
  return { folder, files };
}

/** The word that every search looks for: about 50 rows of each set have it. */
export const NEEDLE = 'Kingfisher';

const WORDS = `the of and to in a with for on by from at white black red blue green wooden vintage modern large small old new house garden
  kitchen living room table chair wall window door street city mountain lake river beach sunset portrait woman man child dog cat horse
  bird flower tree leaf water sky cloud snow summer winter dress shoes jacket watch phone camera car bicycle train airplane photo stock
  illustration vector background pattern texture design logo icon poster print canvas handmade leather cotton silver gold`.split(/\s+/);

/**
 * Chance that is the same in every run: what the hash of a row's number says, `k` for one kind of chance from another;
 * in [0, 1), or around 0 as a normal distribution has it. Hashes of several values together would not be independent.
 */
const MACROS = [
  `CREATE MACRO pick(i, k) AS hash(i * 1024 + k)`,
  `CREATE MACRO chance(i, k) AS (pick(i, k) >> 11)::DOUBLE / 9007199254740992`,
  `CREATE MACRO normal(i, k) AS sqrt(-2 * ln(greatest(chance(i, k), 1e-12))) * cos(6.283185307179586 * chance(i, k + 1))`,
  `CREATE MACRO words(i, n) AS array_to_string(list_transform(range(n::BIGINT), lambda x: ([${WORDS.map(quoteText).join(', ')}])[1 + (pick(i, 100 + x) % ${WORDS.length})::BIGINT]), ' ')`,
];

/** Rows `[start, end)`; one caption in fifty is one of a few that occur again and again. */
function metadataSql(start: number, end: number): string {
  return `SELECT md5(i::VARCHAR) AS uid,
      'https://images.example.org/' || substr(md5('url' || i), 1, 12) || '/' || i || '.jpg' AS url,
      CASE WHEN chance(i, 0) < 0.02 THEN 'Image ' || (pick(i, 24) % 40) ELSE words(i, 4 + pick(i, 26) % 20) END
        || CASE WHEN i % 200003 = 7 THEN ' ${NEEDLE.toLowerCase()}' ELSE '' END AS text,
      (200 + 3800 * pow(chance(i, 2), 3))::INTEGER AS original_width,
      (200 + 3800 * pow(chance(i, 4), 3))::INTEGER AS original_height,
      (0.22 + 0.05 * normal(i, 6))::FLOAT AS clip_b32_similarity_score,
      (0.2 + 0.06 * normal(i, 8))::FLOAT AS clip_l14_similarity_score,
      CASE WHEN chance(i, 10) < 0.99 THEN 5.2 + 0.8 * normal(i, 12) END AS aesthetic_score,
      pow(chance(i, 14), 6)::FLOAT AS punsafe,
      make_timestamp(1388534400000000 + (chance(i, 16) * 283996800000000)::BIGINT) AS timestamp
    FROM range(${start}, ${end}) t(i)`;
}

function documentsSql(start: number, end: number): string {
  return `SELECT 'doc-' || lpad(i::VARCHAR, 9, '0') AS id,
      'https://example.org/' || substr(md5('page' || i), 1, 16) AS url,
      words(i, 130 + pick(i, 26) % 400) || CASE WHEN i % 40009 = 7 THEN ' ${NEEDLE.toLowerCase()}' ELSE '' END AS text,
      strftime(make_timestamp(1388534400000000 + (chance(i, 16) * 283996800000000)::BIGINT), '%Y-%m-%dT%H:%M:%SZ') AS date,
      (['en', 'en', 'en', 'en', 'de', 'fr', 'es', 'zh'])[1 + (pick(i, 28) % 8)::BIGINT] AS language,
      0.65 + 0.35 * chance(i, 18) AS language_score,
      pow(chance(i, 20), 3) AS quality_score,
      (5 * pow(chance(i, 20), 2))::INTEGER AS int_score,
      (130 + pick(i, 26) % 400)::INTEGER AS token_count,
      CASE WHEN chance(i, 10) < 0.99 THEN exp(6 + normal(i, 22)) END AS perplexity,
      {'source': 'bench', 'snapshot': 'CC-MAIN-' || (2014 + i % 10)} AS metadata
    FROM range(${start}, ${end}) t(i)`;
}
