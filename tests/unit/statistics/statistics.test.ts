import { rename } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Condition } from '../../../extension/protocol/queries.ts';
import type { ColumnSummary } from '../../../extension/protocol/statistics.ts';
import { QueryEngine } from '../../support/query-engine.ts';

const ROWS = 30_000;

let engine: QueryEngine;
let path: string;
let shard: number;

beforeAll(async () => {
  engine = await QueryEngine.start();
  path = await engine.parquet(
    'a.parquet',
    `SELECT i AS id, (i % 100)::FLOAT / 100 AS score, CASE WHEN i % 10 = 0 THEN NULL ELSE ['de', 'en', 'fr'][1 + i % 3] END AS language,
      {'score': i % 7, 'when': TIMESTAMP '2020-01-01' + to_seconds(i)} AS toxicity FROM range(${ROWS}) r(i)`,
    ', ROW_GROUP_SIZE 4096',
  );
  ({ shard } = await engine.open(path));
});
afterAll(() => engine.stop());

const summary = (column: ColumnSummary['column'], more: { quick?: boolean; result?: number } = {}): Promise<ColumnSummary> => engine.request('shard/summary', { shard, column, quick: false, ...more });

async function underFilter<T>(conditions: readonly Condition[], look: (result: number) => Promise<T>): Promise<T> {
  const { result } = await engine.finish(shard, { conditions, sort: [{ column: ['score'], descending: true }] });
  const seen = await look(result);
  await engine.request('shard/closeResult', { shard, result });
  return seen;
}

describe('a summary', () => {
  it('is exact over all rows, of nested columns too', async () => {
    expect(await summary(['score'])).toMatchObject({ rows: ROWS, tableRows: ROWS, exact: true, min: '0.0', max: '0.99', distinct: { count: 100, exact: true } });
    const nested = await summary(['toxicity', 'score']);
    expect(nested).toMatchObject({ column: ['toxicity', 'score'], min: '0', max: '6' });
    expect(nested.histogram?.counts).toHaveLength(7);
    expect(nested.histogram?.counts.reduce((a, b) => a + b)).toBe(ROWS);
    expect(await summary(['toxicity'])).toMatchObject({ rows: ROWS, nulls: 0 });
  });

  it('of the first rows says of how many', async () => {
    expect(await summary(['toxicity', 'when'], { quick: true })).toMatchObject({ rows: 10_000, tableRows: ROWS, exact: false, min: '2020-01-01 00:00:00', max: '2020-01-01 02:46:39' });
  });

  it('is counted once, then remembered; a quick one is the whole one then', async () => {
    const first = await summary(['id']);
    await rename(path, `${path}.away`);
    try {
      expect(await summary(['id'])).toEqual(first);
      expect(await summary(['id'], { quick: true })).toEqual(first);
      await expect(summary(['toxicity', 'when'])).rejects.toMatchObject({ code: 'not-found' });
    } finally {
      await rename(`${path}.away`, path);
    }
  });

  it('of a column that is not there is refused', async () => {
    await expect(summary(['nope'])).rejects.toMatchObject({ code: 'invalid-request', message: 'There is no column nope.' });
    await expect(summary(['toxicity', 'nope'])).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('ends when it is cancelled, waiting or under way', async () => {
    const large = await engine.open(await engine.parquet('large.parquet', 'SELECT hash(i)::VARCHAR AS v FROM range(2000000) r(i)'));
    const stop = new AbortController();
    const asked = Array.from({ length: 4 }, () => engine.request('shard/summary', { shard: large.shard, column: ['v'], quick: false }, stop.signal));
    const ended = Promise.allSettled(asked);
    stop.abort();
    for (const outcome of await ended) expect(outcome.status).toBe('rejected');
    expect(await engine.request('shard/summary', { shard: large.shard, column: ['v'], quick: true })).toMatchObject({ rows: 10_000 });
  });
});

describe('under a filter', () => {
  it('the same bins and values are counted of the rows that are kept', async () => {
    await underFilter([{ type: 'range', column: ['score'], min: '0.5' }], async (result) => {
      const score = await summary(['score'], { result });
      expect(score.rows).toBe(ROWS);
      expect(score.kept).toMatchObject({ rows: ROWS / 2, nulls: 0 });
      score.histogram?.edges.slice(0, -1).forEach((edge, bin) => expect(score.kept?.bins[bin], `bin from ${edge}`).toBe(edge < 0.5 ? 0 : score.histogram?.counts[bin]));
      expect(score.kept?.top).toEqual(score.top?.map(({ value, count }) => (Number(value) < 0.5 ? 0 : count)));

      const language = await summary(['language'], { result });
      expect(language.kept?.nulls).toBe(ROWS / 20);
      expect(language.kept?.top.reduce((a, b) => a + b)).toBe(ROWS / 2 - ROWS / 20);
      expect(language.kept?.bins).toEqual([ROWS / 2 - ROWS / 20]);
    });
  });

  it('cutting at an edge keeps exactly the bins on one side', async () => {
    for (const column of [['score'], ['toxicity', 'when'], ['id']] as const) {
      const { histogram } = await summary(column);
      const cut = Math.floor(histogram!.counts.length / 3);
      await underFilter([{ type: 'range', column, min: histogram!.edgeTexts[cut]! }], async (result) => {
        const { kept } = await summary(column, { result });
        expect(kept?.bins).toEqual(histogram?.counts.map((count, bin) => (bin < cut ? 0 : count)));
      });
    }
  });

  it('conditions in SQL and of other columns count too, and none are kept of nothing', async () => {
    await underFilter([{ type: 'sql', where: "language = 'en' AND toxicity.score = 3" }], async (result) => {
      const expected = Array.from({ length: ROWS }, (_, i) => i).filter((i) => i % 10 !== 0 && i % 3 === 1 && i % 7 === 3).length;
      expect((await summary(['score'], { result })).kept?.rows).toBe(expected);
      expect((await summary(['language'], { result })).kept?.top).toEqual((await summary(['language'])).top?.map(({ value }) => (value === 'en' ? expected : 0)));
    });
    await underFilter([{ type: 'null', column: ['score'] }], async (result) => {
      expect((await summary(['score'], { result })).kept).toMatchObject({ rows: 0, nulls: 0 });
    });
  });
});

describe('two columns against each other', () => {
  it('are counted in cells', async () => {
    const joint = await engine.request('shard/joint', { shard, x: ['score'], y: ['toxicity', 'score'] });
    expect(joint.counts).toHaveLength(joint.y.edges.length - 1);
    expect(joint.counts[0]).toHaveLength(joint.x.edges.length - 1);
    const counts = joint.counts.map((row) => row.map(() => 0));
    for (let i = 0; i < ROWS; i++) {
      const score = (i % 100) / 100;
      const at = joint.x.edges.findIndex((edge) => edge > score + 1e-9);
      counts[i % 7]![(at === -1 ? joint.x.edges.length - 1 : at) - 1]!++;
    }
    expect(joint.counts).toEqual(counts);
    expect(joint.x.counts.reduce((a, b) => a + b)).toBe(ROWS);
    expect(joint.y.counts).toEqual((await summary(['toxicity', 'score'])).histogram?.counts);
  });

  it('of the rows that are kept, and only where both have a value', async () => {
    await underFilter([{ type: 'range', column: ['id'], max: '99' }], async (result) => {
      const joint = await engine.request('shard/joint', { shard, result, x: ['language'], y: ['id'] });
      expect(joint.counts.flat().reduce((a, b) => a + b)).toBe(90);
    });
    await underFilter([{ type: 'null', column: ['score'] }], async (result) => {
      expect(await engine.request('shard/joint', { shard, result, x: ['score'], y: ['id'] })).toMatchObject({ counts: [], x: { counts: [] } });
    });
  });

  it('that have no order are refused by the name of their type', async () => {
    await expect(engine.request('shard/joint', { shard, x: ['toxicity'], y: ['id'] })).rejects.toThrow(/STRUCT.* cannot be drawn/);
  });
});
