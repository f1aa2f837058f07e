import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Change } from '../../../extension/protocol/edits.ts';
import { QueryEngine } from '../../support/query-engine.ts';

let engine: QueryEngine;
beforeAll(async () => void (engine = await QueryEngine.start()));
afterAll(() => engine.stop());

const cell = (row: number, old: string, now: string): Change => ({ kind: 'cell', row, path: ['n'], old: { json: old }, new: { json: now } });

it('edits, filters and saves a shard by requests, and is told where it changed', async () => {
  const path = join(engine.folder, 'a.jsonl');
  writeFileSync(path, '{"n": 1}\n{"n": 2}\n{"n": 3}\n');
  const { shard } = await engine.open(path);
  expect(await engine.request('shard/targets', { shard })).toEqual({ targets: [{ path: ['n'] }] });
  expect(await engine.request('shard/written', { shard, row: 1, path: ['n'] })).toEqual({ value: { json: '2' } });
  const { fingerprint, otherNames, linkTarget, refusal } = await engine.request('shard/saveFacts', { shard });
  expect({ otherNames, linkTarget, refusal }).toEqual({ otherNames: 0, linkTarget: null, refusal: null });

  await engine.request('shard/edit', { shard, changes: [cell(1, '2', '20'), { kind: 'row', row: 2, dropped: true }] });
  expect(await engine.request('shard/written', { shard, row: 1, path: ['n'] })).toEqual({ value: { json: '20' } });
  const page = await engine.request('shard/page', { shard, start: 1, end: 3, columns: [0] });
  expect(page.columns[0]?.texts).toEqual(['20', '3']);
  expect(page.edits).toEqual({ cells: [0, 0], dropped: [1] });
  expect(await engine.rows(shard, [{ type: 'range', column: ['n'], min: '10' }])).toEqual([1]);
  expect(await engine.request('shard/summary', { shard, column: ['n'], quick: false })).toMatchObject({ max: '20' });
  await engine.request('shard/edit', { shard, changes: [cell(0, '1', '50')] });
  expect(await engine.request('shard/summary', { shard, column: ['n'], quick: false })).toMatchObject({ max: '50' });

  const report = await engine.request('shard/save', { shard, target: {}, expected: fingerprint });
  expect(readFileSync(path, 'utf8')).toBe('{"n": 50}\n{"n": 20}\n');
  expect(report).toMatchObject({ path, durable: true });
  await expect(engine.request('shard/save', { shard, target: {}, expected: fingerprint })).rejects.toMatchObject({ code: 'changed' });
  await engine.request('shard/close', { shard });
});

it('edits and saves Parquet, and says which columns and values it does not take', async () => {
  const path = await engine.parquet('a.parquet', "SELECT 1 AS n, 'a'::BLOB AS bytes");
  const { shard } = await engine.open(path);
  expect(await engine.request('shard/targets', { shard })).toEqual({ targets: [{ path: ['n'] }, { readOnly: expect.stringMatching(/ is not edited\. Its values are bytes, not text\.$/) as string }] });
  const change = (json: string) => ({ kind: 'cell', row: 0, path: ['n'], old: { json: '1' }, new: { json } }) as const;
  await expect(engine.request('shard/checkEdit', { shard, change: change('"one"') })).rejects.toMatchObject({ code: 'unsupported', message: 'n: it takes a number.' });
  await expect(engine.request('shard/checkEdit', { shard, change: change('1 2') })).rejects.toMatchObject({ code: 'invalid-request' });
  await engine.request('shard/checkEdit', { shard, change: change('2') });
  await engine.request('shard/edit', { shard, changes: [change('2')], epoch: 1 });
  // Edits of an epoch that is over were among those of the next.
  await engine.request('shard/edit', { shard, changes: [change('3')], epoch: 0 });
  await engine.request('shard/save', { shard, target: {}, expected: null });
  await engine.request('shard/close', { shard });
  const again = await engine.open(path);
  expect(await engine.request('shard/page', { shard: again.shard, start: 0, end: 1, columns: [0] })).toMatchObject({ columns: [{ texts: ['2'] }] });
});
