import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Condition } from '../../extension/protocol/queries.ts';
import type { Preset } from '../../extension/protocol/scores.ts';
import { QueryEngine } from '../support/query-engine.ts';
import { float32, npy, npz } from '../unit/sidecars/arrays.ts';

let engine: QueryEngine;

beforeAll(async () => {
  engine = await QueryEngine.start();
});
afterAll(() => engine.stop());

describe('a score with NaN and infinities', () => {
  const ROWS = 1_000;
  const FINITE = ROWS - 100 - 10 - 10;
  const top = (share: number, lowest: boolean): Preset => ({ id: 'x', name: '', description: '', source: '', conditions: [], top: { column: ['score'], share, lowest } });
  let shard: number;

  beforeAll(async () => {
    const score = "CASE WHEN i < 100 THEN 'nan'::FLOAT WHEN i < 110 THEN 'inf'::FLOAT WHEN i < 120 THEN '-inf'::FLOAT ELSE i::FLOAT END AS score";
    ({ shard } = await engine.open(await engine.parquet('score.parquet', `SELECT ${score}, 'nan'::DOUBLE AS nothing FROM range(${ROWS}) t(i)`)));
  });

  const kept = async (preset: Preset): Promise<number> => {
    const { query } = await engine.request('shard/preset', { shard, preset });
    return (await engine.request('shard/count', { shard, query })).kept;
  };

  it('has its share taken of the numbers; what is beyond them passes, NaN never', async () => {
    expect(await kept(top(0.5, false))).toBe(FINITE / 2 + 10);
    expect(await kept(top(0.5, true))).toBe(FINITE / 2 + 10);
    expect(await kept(top(1, false))).toBe(FINITE + 10);
  });

  it('has them counted beside its distribution', async () => {
    const summary = await engine.request('shard/summary', { shard, column: ['score'], quick: false });
    expect(summary).toMatchObject({ nans: 100, infinities: 20, nulls: 0, min: '120.0', max: '999.0' });
    expect(summary.histogram?.counts.reduce((sum, count) => sum + count)).toBe(FINITE);
  });

  it('of NaN alone has no share', async () => {
    const preset: Preset = { ...top(0.5, false), top: { column: ['nothing'], share: 0.5, lowest: false } };
    await expect(kept(preset)).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('no values') as string });
    expect((await engine.request('shard/summary', { shard, column: ['nothing'], quick: false })).histogram).toBeUndefined();
  });
});

describe('1,000,000 different values', () => {
  it('are counted, or the number says that it is an estimate', async () => {
    const { shard } = await engine.open(await engine.parquet('million.parquet', 'SELECT i AS id, md5(i::VARCHAR) AS hash FROM range(1000000) t(i)'));
    for (const column of ['id', 'hash']) {
      const { distinct, rows, exact } = await engine.request('shard/summary', { shard, column: [column], quick: false });
      expect({ rows, exact }).toEqual({ rows: 1_000_000, exact: true });
      if (distinct?.exact === true) expect(distinct.count).toBe(1_000_000);
      else expect(Math.abs((distinct?.count ?? 1_000_000) - 1_000_000)).toBeLessThan(100_000);
    }
    const some: Condition = { type: 'values', column: ['id'], values: ['0', '999999', '1000000'] };
    expect(await engine.rows(shard, [some])).toEqual([0, 999_999]);
  });
});

describe('a side-car that lies', () => {
  it.each([
    ['complex', npz({ score: npy('<c8', [3], new Uint8Array(24)) }), 'complex'],
    ['truncated', npz({ score: float32([1, 2, 3]) }).subarray(0, 120), 'truncated.npz'],
    ['longer', npz({ score: float32([1, 2, 3, 4]) }), 'longer.npz has 4 rows'],
    ['announces', npz({ score: npy('<f4', [3_000_000_000], new Uint8Array(12)) }), 'announces.npz'],
  ])('%s: is said, and the shard opens without it', async (name, bytes, said) => {
    await writeFile(join(engine.folder, `${name}.npz`), bytes);
    const { shard, state } = await engine.open(await engine.parquet(`${name}.parquet`, "SELECT 'text ' || i AS text FROM range(3) t(i)"));
    expect(state.columns.map((column) => column.name)).toEqual(['text']);
    expect(JSON.stringify([state.notices, state.sideCars])).toContain(said);
    expect(await engine.rows(shard, [{ type: 'text', text: 'text 2', matchCase: true, regex: false }])).toEqual([2]);
  });
});
