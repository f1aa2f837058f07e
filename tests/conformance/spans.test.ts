import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CodePoints } from '../../webview/shards/spans/code-points.ts';
import { placeSpans } from '../../webview/shards/spans/place.ts';
import { spanColumns } from '../../webview/shards/spans/recognise.ts';
import { QueryEngine } from '../support/query-engine.ts';
import { corpusFolder, reportSkipped } from './corpus.ts';

/** Files of Dolma's tests that have texts and attributes in one record. */
const FILES = ['email-spans', 'email-spans-jq', 'mixer', 'remove-paragraphs'].map((name) => `jsonl/dolma/data/expected/${name}.json.gz`);
const DOCUMENTS = 'jsonl/dolma/data/provided/documents/000.json.gz';
const PARAGRAPHS = 'jsonl/dolma/data/provided/attributes/duplicate_paragraphs/000.json.gz';

type Triple = [start: number, end: number, score: number | null];
interface DolmaRecord {
  readonly text: string;
  readonly attributes?: unknown;
}

const corpus = corpusFolder();
if (corpus === null) reportSkipped('spans', `${FILES.length + 1} files`);

let engine: QueryEngine;
beforeAll(async () => {
  engine = await QueryEngine.start();
});
afterAll(() => engine.stop());

function records(path: string): DolmaRecord[] {
  return gunzipSync(readFileSync(join(corpus!, path))).toString('utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as DolmaRecord); // prettier-ignore
}

/** Every list of triples under its names, by a loop of its own. */
function triples(value: unknown, path: string[] = []): [name: string, spans: Triple[]][] {
  if (Array.isArray(value)) return value.length > 0 && value.every((item) => Array.isArray(item) && item.length === 3) ? [[path.join('.'), value as Triple[]]] : [];
  return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([name, inner]) => triples(inner, [...path, name])) : [];
}

describe.skipIf(corpus === null)('spans of real records', () => {
  test.each(FILES)('%s', async (path) => {
    const { shard, state } = await engine.open(join(corpus!, path));
    let compared = 0;
    for (const [row, record] of records(path).entries()) {
      const place = spanColumns(await engine.request('shard/row', { shard, row }), state.columns);
      const expected = triples(record.attributes);
      expect(place === null).toBe(expected.length === 0);
      if (place === null) continue;
      const points = [...record.text];
      for (const [name, spans] of expected) {
        const answer = await engine.request('shard/spans', { shard, row, ...place, shown: name });
        expect(answer.length).toBe(points.length);
        expect(answer.shown?.name).toBe(name);
        expect(answer.shown?.spans.map(({ start, end, score }) => [start, end, score === null ? null : Number(score)])).toEqual(spans);
        const placed = placeSpans(answer.shown!.spans, new CodePoints(record.text), answer.length);
        expect(placed.map(({ from, to }) => record.text.slice(from, to))).toEqual(spans.map(([start, end]) => points.slice(start, end).join('')));
        expect(placed.map(({ problem }) => problem)).toEqual(spans.map(([, end]) => (end > points.length ? 'outside' : null)));
        compared += spans.length;
      }
    }
    expect(compared).toBeGreaterThan(0);
  });

  test('spans of paragraphs hold their newlines', () => {
    const texts = records(DOCUMENTS);
    const spans = records(PARAGRAPHS).flatMap(({ attributes }, row) => triples(attributes).flatMap(([, found]) => found.map(([start, end]) => ({ text: texts[row]!.text, start, end }))));
    expect(spans).toHaveLength(30);
    for (const { text, start, end } of spans) {
      const points = new CodePoints(text);
      const [before, paragraph] = [text.slice(0, points.units(start)), text.slice(points.units(start), points.units(end))];
      expect(before === '' || before.endsWith('\n')).toBe(true);
      expect(paragraph.endsWith('\n') || points.units(end) === text.length).toBe(true);
      expect(paragraph.slice(0, -1)).not.toContain('\n');
    }
  });
});
