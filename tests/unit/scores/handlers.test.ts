import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Preset } from '../../../extension/protocol/scores.ts';
import { QueryEngine } from '../../support/query-engine.ts';

const ROWS = 10_000;
const EMPTY: Preset = { id: 'x', name: '', description: '', source: '', conditions: [] };

let engine: QueryEngine;
beforeAll(async () => {
  engine = await QueryEngine.start();
});
afterAll(() => engine.stop());

async function kept(shard: number, preset: Preset): Promise<number> {
  const { query } = await engine.request('shard/preset', { shard, preset });
  return (await engine.request('shard/count', { shard, query })).kept;
}

describe('a table of DataComp', () => {
  let shard: number;
  let presets: readonly Preset[];
  const l14 = (i: number): number => Math.fround(((i * 7919) % ROWS) / ROWS);
  beforeAll(async () => {
    const path = await engine.parquet(
      'datacomp.parquet',
      `SELECT 'https://example.com/' || i AS url, repeat('word ', (i % 5)::INT) AS text, 100 + i % 900 AS original_width, 300 AS original_height,
        0.2 + (i % 20)::FLOAT / 100 AS clip_b32_similarity_score, CASE WHEN i % 97 = 0 THEN NULL ELSE ((i * 7919) % ${ROWS})::FLOAT / ${ROWS} END AS clip_l14_similarity_score
        FROM range(${ROWS}) r(i)`,
    );
    ({ shard } = await engine.open(path));
    presets = (await engine.request('shard/scores', { shard, corrections: [] })).presets;
  });
  const named = (id: string): Preset => presets.find((preset) => preset.id === id) ?? EMPTY;

  it('basic keeps what a plain loop keeps', async () => {
    const expected = Array.from({ length: ROWS }, (_, i) => ({ words: i % 5, width: 100 + (i % 900) })).filter(({ words, width }) => words > 2 && Math.min(width, 300) >= 200 && Math.max(width, 300) <= 3 * Math.min(width, 300));
    expect(await kept(shard, named('datacomp-basic'))).toBe(expected.length);
  });

  it('the top 30 % end with an exact value, nulls left out', async () => {
    const values = Array.from({ length: ROWS }, (_, i) => i).filter((i) => i % 97 !== 0).map(l14).sort((a, b) => b - a);
    const size = Math.ceil(values.length * 0.3);
    const { query } = await engine.request('shard/preset', { shard, preset: named('datacomp-clip-l14') });
    const [condition] = query.conditions;
    expect(condition).toMatchObject({ type: 'range', column: ['clip_l14_similarity_score'] });
    expect(Math.fround(Number(condition?.type === 'range' ? condition.min : NaN))).toBe(values[size - 1]);
    expect(await kept(shard, named('datacomp-clip-l14'))).toBe(size);
  });

  it('values that are equal to the last one are kept with it', async () => {
    const preset = { ...EMPTY, top: { column: ['clip_b32_similarity_score'] as const, share: 0.01, lowest: false } };
    expect(await kept(shard, preset)).toBe(ROWS / 20);
    expect(await kept(shard, { ...preset, top: { ...preset.top, lowest: true, share: 0.06 } })).toBe(ROWS / 10);
    expect(await kept(shard, { ...preset, top: { ...preset.top, share: 1 } })).toBe(ROWS);
  });

  it('a threshold of decimals cuts single precision where the grid shows it', async () => {
    const expected = Array.from({ length: ROWS }, (_, i) => i).filter((i) => i % 20 >= 8).length;
    expect(await kept(shard, named('datacomp-laion2b'))).toBe(expected);
  });

  it('shares that make no sense are refused', async () => {
    const top = { column: ['clip_l14_similarity_score'] as const, share: 0, lowest: false };
    await expect(kept(shard, { ...EMPTY, top })).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(kept(shard, { ...EMPTY, top: { ...top, share: 0.5, column: ['text'] } })).rejects.toMatchObject({ code: 'unsupported' });
    await expect(kept(shard, { ...EMPTY, top: { ...top, share: 0.5, column: ['nope'] } })).rejects.toMatchObject({ code: 'invalid-request' });
  });
});

describe('nested scores', () => {
  it('are found in structs of Parquet', async () => {
    const { shard } = await engine.open(await engine.parquet('nested.parquet', "SELECT 'x' AS text, {'label': 1, 'score': 0.5::FLOAT} AS toxicity, 0.9::FLOAT AS quality_score"));
    const { columns } = await engine.request('shard/scores', { shard, corrections: [] });
    expect(columns.map(({ column }) => column)).toEqual([['text'], ['toxicity', 'score'], ['quality_score']]);
  });

  it('are found in objects of JSON Lines', async () => {
    const path = join(engine.folder, 'nested.jsonl');
    await writeFile(path, '{"text": "x", "toxicity": {"label": 1, "score": 0.5}}\n');
    const { shard } = await engine.open(path);
    const { columns } = await engine.request('shard/scores', { shard, corrections: [{ column: ['text'], role: { role: 'caption' } }] });
    expect(columns).toMatchObject([{ column: ['text'], role: { role: 'caption' } }, { column: ['toxicity', 'score'], role: { role: 'score', better: 'lower' } }]);
  });
});
