import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_SPANS, type RowSpans } from '../../../extension/protocol/spans.ts';
import { QueryEngine } from '../../support/query-engine.ts';

let engine: QueryEngine;
beforeAll(async () => {
  engine = await QueryEngine.start();
});
afterAll(() => engine.stop());

const TEXT = '😀 one\nline two\n';
const LENGTH = [...TEXT].length;
const SIGNALS = {
  ccnet_length: [[0, LENGTH, 16.0]],
  rps_lines: [[0, 6, 0.25], [6, LENGTH, null]],
};

async function jsonLines(name: string, ...records: object[]): Promise<number> {
  const path = join(engine.folder, name);
  await writeFile(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return (await engine.open(path)).shard;
}

const ask = (shard: number, row: number, sources: readonly number[], text: number, shown: string | null = null): Promise<RowSpans> =>
  engine.request('shard/spans', { shard, row, sources, text, shown });

const EXPECTED = {
  length: LENGTH,
  signals: [
    { name: 'ccnet_length', count: 1, malformed: 0, document: { start: 0, end: LENGTH, score: '16' } },
    { name: 'rps_lines', count: 2, malformed: 0 },
  ],
  shown: { name: 'rps_lines', spans: [{ start: 0, end: 6, score: '0.25' }, { start: 6, end: LENGTH, score: null }] },
};

test('signals are the same from an object and from the text of one', async () => {
  const shard = await jsonLines('both.jsonl', { raw_content: TEXT, quality_signals: SIGNALS }, { raw_content: TEXT, quality_signals: JSON.stringify(SIGNALS) });
  expect(await ask(shard, 0, [1], 0)).toEqual(EXPECTED);
  expect(await ask(shard, 1, [1], 0)).toEqual(EXPECTED);
});

test('signals of a Parquet file are the same as those of JSON', async () => {
  const map = `MAP {'ccnet_length': [[0, ${LENGTH}, 16]::DOUBLE[]], 'rps_lines': [[0, 6, 0.25]::DOUBLE[], [6, ${LENGTH}, NULL]::DOUBLE[]]}`;
  const path = await engine.parquet('signals.parquet', `SELECT '${TEXT}' AS raw_content, ${map} AS quality_signals`);
  const { shard } = await engine.open(path);
  const { signals, shown } = await ask(shard, 0, [1], 0);
  expect(signals.map(({ name, count, document }) => [name, count, Number(document?.score)])).toEqual([['ccnet_length', 1, 16], ['rps_lines', 2, NaN]]);
  expect(shown?.spans.map(({ start, end, score }) => [start, end, score === null ? null : Number(score)])).toEqual([[0, 6, 0.25], [6, LENGTH, null]]);
});

test('the signal that is asked for is answered, of several columns by the column too', async () => {
  const spans = (score: number): number[][] => [[0, 3, score]];
  const shard = await jsonLines('several.jsonl', { text: TEXT, attributes: { a: spans(1), b: spans(2) }, pii: { a: spans(3) } });
  expect((await ask(shard, 0, [1], 0, 'b')).shown).toEqual({ name: 'b', spans: [{ start: 0, end: 3, score: '2' }] });
  expect((await ask(shard, 0, [1, 2], 0, 'pii: a')).shown?.spans[0]?.score).toBe('3');
  expect((await ask(shard, 0, [1], 0, 'of another row')).shown?.name).toBe('a');
});

test('more spans than fit a message are counted and cut', async () => {
  const many = Array.from({ length: MAX_SPANS + 5 }, (_, i) => [i, i + 1, 0.5]);
  const shard = await jsonLines('many.jsonl', { text: 'x'.repeat(30_000), attributes: { a: many } });
  const { signals, shown } = await ask(shard, 0, [1], 0);
  expect(signals[0]?.count).toBe(MAX_SPANS + 5);
  expect(shown?.spans).toHaveLength(MAX_SPANS);
});

test('a row without spans has none, text that is no JSON neither, and a row that is not there is refused', async () => {
  const shard = await jsonLines('none.jsonl', { text: 'x', attributes: {} }, { text: 'x', attributes: '{broken' }, { text: null, attributes: { a: [[0, 1, 1]] } });
  expect(await ask(shard, 0, [1], 0)).toEqual({ length: 1, signals: [], shown: null });
  expect(await ask(shard, 1, [1], 0)).toEqual({ length: 1, signals: [], shown: null });
  expect(await ask(shard, 2, [1], 0)).toMatchObject({ length: null, shown: { name: 'a' } });
  await expect(ask(shard, 9, [1], 0)).rejects.toThrow('There is no row 10.');
});

test('a vector is summarised in the engine, also inside a struct', async () => {
  const numbers = Array.from({ length: 1_024 }, (_, i) => Math.cos(i));
  const shard = await jsonLines('vectors.jsonl', { emb: { image: numbers } });
  const summary = await engine.request('shard/vector', { shard, row: 0, column: 0, path: ['image'] });
  expect(summary).toMatchObject({ dimension: 1_024, finite: 1_024, min: Math.min(...numbers), max: Math.max(...numbers) });
  expect(summary.norm).toBeCloseTo(Math.hypot(...numbers));
  await expect(engine.request('shard/vector', { shard, row: 0, column: 0, path: [] })).rejects.toThrow('no vector');
});
