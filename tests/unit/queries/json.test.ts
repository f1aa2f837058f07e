import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Condition } from '../../../extension/protocol/queries.ts';
import { QueryEngine } from '../../support/query-engine.ts';

let engine: QueryEngine;
beforeAll(async () => {
  engine = await QueryEngine.start();
});
afterAll(() => engine.stop());

async function lines(name: string, records: readonly string[]): Promise<number> {
  const path = join(engine.folder, name);
  await writeFile(path, records.map((record) => `${record}\n`).join(''));
  return (await engine.open(path)).shard;
}

describe('queries of JSON Lines', () => {
  it('ask lists by their items, fields of objects by name, and missing like null', async () => {
    const shard = await lines('records.jsonl', [
      '{"id": 9007199254740993, "tags": ["cat", "dog"], "scores": [0.28, 3], "meta": {"lang": "en", "p": 0.9}, "flag": true}',
      '{"id": 9007199254740992, "tags": [], "scores": [], "meta": {"lang": "de", "p": null}, "flag": false}',
      '{"id": -1, "tags": null, "meta": null}',
      'this is no JSON',
      '{"id": 12, "tags": ["cow", null], "scores": [100], "meta": {"lang": "fr"}}',
    ]);
    const rows = (condition: Condition): Promise<number[]> => engine.rows(shard, [condition]);
    expect(await rows({ type: 'range', column: ['id'], min: '9007199254740993' })).toEqual([0]);
    expect(await rows({ type: 'values', column: ['tags'], values: ['cat', 'cow'] })).toEqual([0, 4]);
    expect(await rows({ type: 'values', column: ['tags'], values: ['cat', 'cow'], not: true })).toEqual([1]);
    expect(await rows({ type: 'range', column: ['scores'], min: '0.28', max: '3' })).toEqual([0]);
    expect(await rows({ type: 'range', column: ['meta', 'p'], min: '0.5' })).toEqual([0]);
    expect(await rows({ type: 'values', column: ['meta', 'lang'], values: ['de', 'fr'] })).toEqual([1, 4]);
    expect(await rows({ type: 'null', column: ['scores'] })).toEqual([2, 3]);
    expect(await rows({ type: 'values', column: ['flag'], values: ['true', null] })).toEqual([0, 2, 3, 4]);
    expect(await rows({ type: 'text', text: 'COW', matchCase: false, regex: false })).toEqual([4]);
    expect(await rows({ type: 'sql', where: "flag OR id = 12 AND meta LIKE '%fr%'" })).toEqual([0, 4]);
    await expect(rows({ type: 'range', column: ['meta'], min: 'a' })).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('choose one of their fields') as string });
    await expect(rows({ type: 'null', column: ['nowhere'] })).rejects.toMatchObject({ code: 'invalid-request' });
    expect(await engine.rows(shard, [], [{ column: ['id'], descending: true }])).toEqual([0, 1, 4, 2, 3]);
  });

  it('see columns that only come late, and rows that are added', async () => {
    const records = Array.from({ length: 20_000 }, (_, i) => `{"id": ${i}, "text": "${'filling '.repeat(20)}"}`);
    const shard = await lines('late.jsonl', [...records, '{"id": -5, "late": "here"}']);
    expect(await engine.rows(shard, [{ type: 'values', column: ['late'], values: ['here'] }])).toEqual([20_000]);
    await appendFile(join(engine.folder, 'late.jsonl'), '{"id": -6, "late": "here"}\n');
    expect(await engine.rows(shard, [{ type: 'values', column: ['late'], values: ['here'] }])).toEqual([20_000, 20_001]);
  });
});
