/** `npm run bench`: what is asked of whole data sets, as ratios against other tools. `parquet` or `jsonl` as argument: that half only. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { quoteText } from '../../extension/engine/duckdb/quote.ts';
import { EngineProcess } from '../support/engine-process.ts';
import { datasets, NEEDLE, SHARDS, type Dataset } from './dataset-data.ts';
import { median, report, verdict } from './measure.ts';
import { DirectDuckdb } from './peers/duckdb.ts';
import { Peer } from './peers/peer.ts';
import { compare, type Compared, type DatasetRequest } from './questions/compare.ts';
import { DirectSet } from './questions/direct-set.ts';
import { LoupeSet } from './questions/loupe-set.ts';
import type { MeasuredColumn, Question } from './questions/question.ts';

const bundle = resolve(import.meta.dirname, '../../dist/engine.cjs');
if (!existsSync(bundle)) throw new Error('dist/engine.cjs is missing: run `npm run build` first');

const METADATA: readonly MeasuredColumn[] = [
  { name: 'uid', measure: 'lengths' },
  { name: 'url', measure: 'lengths' },
  { name: 'text', measure: 'lengths' },
  { name: 'original_width', measure: 'numbers' },
  { name: 'original_height', measure: 'numbers' },
  { name: 'clip_b32_similarity_score', measure: 'values', type: 'FLOAT' },
  { name: 'clip_l14_similarity_score', measure: 'values', type: 'FLOAT' },
  { name: 'aesthetic_score', measure: 'values', type: 'DOUBLE' },
  { name: 'punsafe', measure: 'values', type: 'FLOAT' },
  { name: 'timestamp', measure: 'values', type: 'TIMESTAMP' },
];

const DOCUMENTS: readonly MeasuredColumn[] = [
  { name: 'id', measure: 'lengths' },
  { name: 'url', measure: 'lengths' },
  { name: 'text', measure: 'lengths' },
  { name: 'date', measure: 'lengths' },
  { name: 'language', measure: 'names' },
  { name: 'language_score', measure: 'values', type: 'DOUBLE' },
  { name: 'quality_score', measure: 'values', type: 'DOUBLE' },
  { name: 'int_score', measure: 'numbers' },
  { name: 'token_count', measure: 'numbers' },
  { name: 'perplexity', measure: 'values', type: 'DOUBLE' },
  { name: 'metadata', measure: 'objects' },
];
/** As DuckDB's table has them. */
const DOCUMENT_TYPES = `{id: 'VARCHAR', url: 'VARCHAR', text: 'VARCHAR', date: 'VARCHAR', language: 'VARCHAR', language_score: 'DOUBLE', quality_score: 'DOUBLE',
  int_score: 'BIGINT', token_count: 'BIGINT', perplexity: 'DOUBLE', metadata: 'JSON'}`;

const { parquet, jsonl } = await datasets();
const peer = Peer.start<DatasetRequest>('dataset_peer.py');
const [, , only] = process.argv;
if (only !== 'jsonl') await benchParquet(parquet);
if (only !== 'parquet') await benchJsonLines(jsonl);
peer?.stop();

function startEngine(): Promise<EngineProcess> {
  return EngineProcess.start({ openTimeout: 60, cacheSize: 20_480 }, bundle);
}

async function benchParquet(dataset: Dataset): Promise<void> {
  const engine = await startEngine();
  const duckdb = new DirectDuckdb();
  await compare({
    title: 'Parquet',
    format: 'parquet',
    dataset,
    open: () => LoupeSet.open(engine, dataset.folder),
    direct: new DirectSet(duckdb, `read_parquet([${dataset.files.map(quoteText).join(', ')}])`),
    peer,
    columns: METADATA,
    rows: rowQuestions('clip_b32_similarity_score', (turn) => 0.33 + turn / 1000, ['uid', 'url', 'text']),
  });
  await benchThreshold(engine, dataset);
  await duckdb.stop();
  await engine.stop();
  await benchMemory('Parquet', dataset, METADATA, 'clip_b32_similarity_score');
}

/** "The count kept and dropped follows the drag": one shard is a million rows. */
async function benchThreshold(engine: EngineProcess, { folder, files }: Dataset): Promise<void> {
  const set = await LoupeSet.open(engine, folder, [basename(files[0] ?? '')]);
  const times: number[] = [];
  for (let turn = 0; turn < 22; turn++) times.push((await set.ask({ kind: 'count', column: 'clip_l14_similarity_score', min: 0.2 + turn / 1000 })).ms);
  const [first = 0, second = 0, ...dragged] = times;
  verdict(`a threshold's count of ${set.rows} rows, first`, first, 100, 'ms');
  verdict(`a threshold's count of ${set.rows} rows, second`, second, 100, 'ms');
  verdict(`a threshold's count of ${set.rows} rows, dragged`, median(dragged), 100, 'ms');
  await set.close();
}

async function benchJsonLines(dataset: Dataset): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'loupe-bench-datasets-'));
  const engine = await startEngine();
  const duckdb = new DirectDuckdb(join(folder, 'direct.duckdb'));
  const set = await LoupeSet.open(engine, dataset.folder);
  const { ms: loupe } = await set.ask({ kind: 'count', column: 'quality_score', min: 0.5 });
  await set.close();
  const files = `[${dataset.files.map(quoteText).join(', ')}]`;
  const { ms: direct } = await duckdb.ask([`CREATE TABLE documents AS SELECT * FROM read_ndjson(${files}, columns = ${DOCUMENT_TYPES})`, 'CHECKPOINT']);
  report('JSON Lines: the one pass', new Map([['loupe', loupe], ['duckdb', direct]]), 'one round');
  await compare({
    title: 'JSON Lines',
    format: 'jsonl',
    dataset,
    open: () => LoupeSet.open(engine, dataset.folder),
    direct: new DirectSet(duckdb, 'documents'),
    peer,
    columns: DOCUMENTS,
    rows: rowQuestions('quality_score', (turn) => 0.9 + turn / 1000, ['id', 'url', 'text', 'date', 'language']),
  });
  await duckdb.stop();
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
  await benchMemory('JSON Lines', dataset, DOCUMENTS, 'quality_score');
}

function rowQuestions(column: string, threshold: (turn: number) => number, texts: readonly string[]): Compared['rows'] {
  return [
    { title: 'top 100', ask: () => ({ kind: 'top', column }) },
    { title: "a filter's first page", ask: (turn) => ({ kind: 'filter', column, min: threshold(turn) }) },
    { title: "a threshold's count", ask: (turn) => ({ kind: 'count', column, min: threshold(turn) }), counts: true },
    { title: 'search', ask: () => ({ kind: 'search', columns: texts, text: NEEDLE }) },
  ];
}

/** The engine's memory at its most, after everything was asked of half of the shards and then of all. */
async function benchMemory(title: string, { folder, files }: Dataset, columns: readonly MeasuredColumn[], score: string): Promise<void> {
  const engine = await startEngine();
  let peak = 0;
  const watch = setInterval(() => void engine.request('engine/status', {}).then(({ residentMemory }) => (peak = Math.max(peak, residentMemory))), 100);
  const questions: Question[] = [...columns.map((column): Question => ({ kind: 'summary', column, bins: [] })), ...rowQuestions(score, () => 0.5, ['uid']).map(({ ask }) => ask(0))];
  const peaks: number[] = [];
  for (const shards of [SHARDS / 2, SHARDS]) {
    const set = await LoupeSet.open(engine, folder, files.slice(0, shards).map((file) => basename(file)));
    for (const question of questions) await set.ask(question);
    await set.close();
    peaks.push(peak);
  }
  clearInterval(watch);
  await engine.stop();
  const [half = 0, whole = 0] = peaks.map((bytes) => bytes / 1e6);
  console.log(`${title}: engine memory at most ${half.toFixed(0)} MB with ${SHARDS / 2} shards, ${whole.toFixed(0)} MB with ${SHARDS}`);
  verdict(`${title}: memory with all shards, of that with half of them`, whole / half, 1.1, 'x');
}
