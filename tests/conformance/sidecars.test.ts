import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { query } from '../../extension/engine/duckdb/session.ts';
import { openLocation } from '../../extension/engine/open-location.ts';
import type { Shard } from '../../extension/engine/shards/shard.ts';
import { jsonText } from '../../extension/engine/pages/json-text.ts';
import type { NamedSideCar } from '../../extension/protocol/shards.ts';
import { GRID_LIMITS, WHOLE_LIMITS, type Value } from '../../extension/protocol/values.ts';
import { corpusFolder, reportSkipped } from './corpus.ts';

const corpus = corpusFolder();
if (corpus === null) reportSkipped('side-cars', 'clip-retrieval embeddings, Flickr8k embeddings, Dolma attributes');

const never = new AbortController().signal;
const cacheFolder = mkdtempSync(join(tmpdir(), 'loupe-conformance-sidecars-'));
const opened: Shard[] = [];

async function open(path: string, sideCars: readonly NamedSideCar[] = []): Promise<Shard> {
  const context = { cacheFolder, cacheBytes: 1e9, changed: () => undefined, signal: never };
  const shard = await openLocation({ kind: 'file', path: join(corpus!, path), sideCars }, context);
  opened.push(shard);
  await shard.settled();
  return shard;
}

function column(shard: Shard, name: string): number {
  return shard.state().columns.find((each) => each.name === name)!.index;
}

async function relation(shard: Shard, names: readonly string[]): Promise<string> {
  return (await shard.relation(names.map((name) => ({ index: column(shard, name), fields: [] })), () => undefined, never)).from;
}

function norm(value: Value): number {
  return typeof value === 'object' && value?.type === 'vector' ? value.norm : NaN;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((shard) => shard.close()));
});
afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));

describe.skipIf(corpus === null)('side-cars of the corpus', () => {
  test('clip-retrieval: each caption is nearest to its own image', async () => {
    const shard = await open('embeddings/clip-retrieval-output/embeddings/metadata/metadata_0.parquet');
    expect(shard.state().sideCars?.map(({ status, unmatched, orphans }) => [status, unmatched, orphans])).toEqual([['joined', 0, 0], ['joined', 0, 0]]);
    const from = await relation(shard, ['img_emb', 'text_emb']);
    const { columns } = await query(`SELECT array_cosine_similarity(v0, v1) FROM ${from} ORDER BY row`, []);
    const similarities = (columns[0] ?? []).map(Number);
    expect(similarities).toHaveLength(9);
    // What the manifest of the corpus says of them.
    expect(Math.min(...similarities)).toBeGreaterThanOrEqual(0.285);
    expect(Math.max(...similarities)).toBeLessThanOrEqual(0.355);
  });

  test('Flickr8k: a thousand embeddings of unit length beside the captions', async () => {
    const folder = 'embeddings/flickr8k-clip-1000';
    const shard = await open(`${folder}/captions.json`, [{ path: join(corpus!, folder, 'clip_embeddings.npy'), key: null }]);
    const [values = []] = await shard.read({ start: 0, end: 1000, columns: [column(shard, 'clip_embeddings')], limits: GRID_LIMITS }, never);
    expect(values).toHaveLength(1000);
    expect(values.map(norm).every((length) => Math.abs(length - 1) < 0.002)).toBe(true);
  });

  test('Dolma: attributes are those of the plain loop, in the reader and in DuckDB', async () => {
    const shard = await open('jsonl/dolma/data/provided/documents/000.json.gz');
    const names = ['duplicate_paragraphs', 'pii', 'sample', 'toxicity'];
    expect(shard.state().sideCars?.map(({ key, status, unmatched }) => [key, status, unmatched])).toEqual(names.map(() => ['row number and id', 'joined', 0]));
    const read = await shard.read({ start: 0, end: 100, columns: names.map((name) => column(shard, name)), limits: WHOLE_LIMITS }, never);
    const from = await relation(shard, names);
    const { columns } = await query(`SELECT ${names.map((_, i) => `v${i}::VARCHAR`).join(', ')} FROM ${from} ORDER BY row`, []);
    for (const [i, name] of names.entries()) {
      const lines = gunzipSync(readFileSync(join(corpus!, 'jsonl/dolma/data/provided/attributes', name, '000.json.gz'))).toString().trim().split('\n');
      const expected = lines.map((line) => (JSON.parse(line) as { attributes: unknown }).attributes);
      expect(read[i]!.map((value) => JSON.parse(jsonText(value)) as unknown)).toEqual(expected);
      expect(columns[i]!.map((value) => JSON.parse(String(value)) as unknown)).toEqual(expected);
    }
  });
});
