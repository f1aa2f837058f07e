import { createWriteStream, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import sharp from 'sharp';
import { pack } from 'tar-stream';
import { writePagedParquet } from '../support/paged-parquet.ts';
import { below, seededRandom } from '../support/random.ts';

/** Where the benchmark's files are kept. */
export const BENCH_FOLDER = resolve(import.meta.dirname, '../../.cache/bench');

/** The benchmark's files, made once: 1 GB Parquet of text and scores, 2 GB JSON Lines, 2 GB tar of JPEGs. */
export interface BenchData {
  readonly parquet: string;
  readonly jsonl: string;
  readonly tar: string;
}

export async function benchData(): Promise<BenchData> {
  mkdirSync(BENCH_FOLDER, { recursive: true });
  return {
    parquet: await madeOnce('texts.parquet', makeParquet),
    jsonl: await madeOnce('texts.jsonl', (path) => makeJsonLines(path, 2e9)),
    tar: await madeOnce('pictures.tar', makeTar),
  };
}

/** Two Parquet files of 1 GB of JPEGs in row groups of 1,000, a picture a page: with an offset index and without. */
export async function picturesParquet(): Promise<{ readonly indexed: string; readonly walked: string }> {
  mkdirSync(BENCH_FOLDER, { recursive: true });
  return {
    indexed: await madeOnce('pictures-indexed.parquet', (path) => makePictures(path, true)),
    walked: await madeOnce('pictures.parquet', (path) => makePictures(path, false)),
  };
}

async function makePictures(path: string, withOffsetIndex: boolean): Promise<void> {
  const random = seededRandom(13);
  const pictures = await Promise.all(Array.from({ length: 16 }, (_, i) => noisyJpeg(i, random, 680)));
  const size = pictures.reduce((sum, { length }) => sum + length, 0) / pictures.length;
  writePagedParquet(path, {
    rows: Math.ceil(1e9 / size),
    rowsOfGroup: 1_000,
    rowsOfPage: 1,
    codec: 'SNAPPY',
    withOffsetIndex,
    picture: (row) => pictures[row % pictures.length] ?? new Uint8Array(0),
    caption: (row) => `caption number ${row}`,
  });
}

/** A file that is made under another name first, so that a broken-off run leaves nothing half. */
export async function madeOnce(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const path = join(BENCH_FOLDER, name);
  if (existsSync(path)) return path;
  process.stdout.write(`making ${name} ... `);
  await make(`${path}.part`);
  renameSync(`${path}.part`, path);
  console.log(`${(statSync(path).size / 1e9).toFixed(2)} GB`);
  return path;
}

/** 2.4 M rows of incompressible hexadecimal words, scores and 64-bit ids, in groups of 122,880 rows. */
async function makeParquet(path: string): Promise<void> {
  const connection = await (await DuckDBInstance.create(':memory:', { memory_limit: '4GB', threads: '2' })).connect();
  await connection.run('SELECT setseed(0.42)');
  await connection.run(`COPY (
    SELECT hash(i) AS id, 'https://example.org/' || md5(i::VARCHAR) AS url,
      list_reduce(list_transform(range(20), x -> md5((i * 31 + x)::VARCHAR)), (a, b) -> a || ' ' || b) AS text,
      random()::FLOAT AS clip_score, (random() * 10)::DOUBLE AS aesthetic_score, (i % 7)::INTEGER AS language
    FROM range(2400000) t(i)
  ) TO '${path.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`);
  connection.closeSync();
}

const WORDS = 'the of data shard caption image quality score model training web text cluster filter and with from over'.split(' ');

async function makeJsonLines(path: string, bytes: number): Promise<void> {
  const random = seededRandom(7);
  const out = createWriteStream(path);
  let written = 0;
  for (let i = 0; written < bytes; ) {
    let block = '';
    for (let j = 0; j < 1000; j++, i++) block += `${JSON.stringify(document(i, random))}\n`;
    written += Buffer.byteLength(block);
    if (!out.write(block)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

function document(i: number, random: () => number): Record<string, unknown> {
  const text = Array.from({ length: 40 + below(random, 200) }, () => WORDS[below(random, WORDS.length)]).join(' ');
  return { id: `doc-${i}`, text, score: random(), token_count: text.length >> 2, metadata: { source: 'bench', language: 'en', line: i } };
}

/** About 20,000 samples of one JPEG of 100 kB, a caption and a JSON record. */
async function makeTar(path: string): Promise<void> {
  const random = seededRandom(11);
  const pictures = await Promise.all(Array.from({ length: 16 }, (_, i) => noisyJpeg(i, random)));
  const archive = pack();
  const out = createWriteStream(path);
  archive.pipe(out);
  let written = 0;
  for (let i = 0; written < 2e9; i++) {
    const picture = pictures[i % pictures.length] as Buffer;
    const key = String(i).padStart(9, '0');
    archive.entry({ name: `${key}.jpg` }, picture);
    archive.entry({ name: `${key}.txt` }, `caption number ${i}`);
    archive.entry({ name: `${key}.json` }, JSON.stringify({ key, width: 512, height: 512, score: random() }));
    written += picture.length + 3072;
    if (out.writableNeedDrain) await once(out, 'drain');
  }
  archive.finalize();
  await once(out, 'finish');
}

function noisyJpeg(i: number, random: () => number, side = 512): Promise<Buffer> {
  const pixels = Buffer.from(Uint8Array.from({ length: side * side * 3 }, (_, p) => ((p >> 8) + i * 13 + below(random, 90)) & 255));
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } }).jpeg({ quality: 85 }).toBuffer();
}
