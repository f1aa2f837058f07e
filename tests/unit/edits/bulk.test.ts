import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BulkEdit, BulkStretch } from '../../../extension/protocol/bulk.ts';
import type { Change } from '../../../extension/protocol/edits.ts';
import { QueryEngine } from '../../support/query-engine.ts';

let engine: QueryEngine;
beforeAll(async () => void (engine = await QueryEngine.start()));
afterAll(() => engine.stop());

let files = 0;
async function lines(...records: readonly string[]): Promise<number> {
  const path = join(engine.folder, `bulk-${files++}.jsonl`);
  writeFileSync(path, `${records.join('\n')}\n`);
  return (await engine.open(path)).shard;
}

/** All stretches of an edit as one. */
async function whole(shard: number, edit: BulkEdit, { start = 0, end = null, result }: { start?: number; end?: number | null; result?: number } = {}): Promise<BulkStretch> {
  const changes: Change[] = [];
  const problems: BulkStretch['problems'][number][] = [];
  for (let at = start; ; ) {
    const stretch: BulkStretch = await engine.request('shard/bulk', { shard, edit, start: at, end, ...(result === undefined ? {} : { result }) });
    for (const change of stretch.changes) changes.push(change);
    problems.push(...stretch.problems);
    if (stretch.next === null) return { ...stretch, changes, problems, changed: changes.length };
    at = stretch.next;
  }
}

const replace = (pattern: string, replacement: string, { column = 0, regex = true, matchCase = true } = {}): BulkEdit => ({ kind: 'replace', column, pattern, regex, matchCase, replacement });
const cell = (row: number, path: string, old: string, now: string): Change => ({ kind: 'cell', row, path: [path], old: { json: old }, new: { json: now } });

describe('a replacement', () => {
  it('is of every match in texts, with groups, and leaves what is no text', async () => {
    const shard = await lines('{"t": "a cat, a cat"}', '{"t": 7}', '{"t": null}', '{}', '{"t": "dog"}', '{"t": "caté"}');
    const { changes, refused } = await whole(shard, replace('(c)(at)', '$2$1'));
    expect(changes).toEqual([cell(0, 't', '"a cat, a cat"', '"a atc, a atc"'), cell(5, 't', '"caté"', '"atcé"')]);
    expect(refused).toBe(0);
  });

  it('takes plain text as it is, with or without case', async () => {
    const shard = await lines('{"t": "a.b A.B axb"}');
    expect((await whole(shard, replace('a.b', '$&', { regex: false }))).changes).toEqual([cell(0, 't', '"a.b A.B axb"', '"$& A.B axb"')]);
    expect((await whole(shard, replace('a.b', '-', { regex: false, matchCase: false }))).changes).toEqual([cell(0, 't', '"a.b A.B axb"', '"- - axb"')]);
  });

  it('says what is wrong with a pattern, and ends one that takes for ever', async () => {
    const shard = await lines(`{"t": "${'a'.repeat(60)}b"}`);
    await expect(whole(shard, replace('(', ''))).rejects.toMatchObject({ code: 'invalid-request', message: expect.stringContaining('Unterminated group') as string });
    await expect(whole(shard, replace('', 'x'))).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(whole(shard, replace('(a*)*$', 'x'))).rejects.toMatchObject({ code: 'timeout' });
  });

  it('sees edits that are not saved, and is of the rows of a filter in its order', async () => {
    const shard = await lines('{"t": "one", "n": 1}', '{"t": "two", "n": 2}', '{"t": "one", "n": 3}');
    await engine.request('shard/edit', { shard, changes: [cell(1, 't', '"two"', '"one more"')] });
    const { result } = await engine.finish(shard, { conditions: [{ type: 'range', column: ['n'], min: '2' }], sort: [{ column: ['n'], descending: true }] });
    const { changes } = await whole(shard, replace('^one', 'uno'), { result });
    expect(changes).toEqual([cell(2, 't', '"one"', '"uno"'), cell(1, 't', '"one more"', '"uno more"')]);
    expect((await whole(shard, replace('one', 'uno'), { result, start: 1, end: 2 })).changes.map((change) => 'row' in change && change.row)).toEqual([1]);
  });

  it('goes over many rows in stretches, of which only some changes are wanted', async () => {
    const shard = await lines(...Array.from({ length: 50_000 }, (_, i) => `{"t": "caption ${i}"}`));
    let [changed, stretches] = [0, 0];
    for (let at: number | null = 0; at !== null; stretches++) {
      const stretch: BulkStretch = await engine.request('shard/bulk', { shard, edit: replace('caption (\\d*)5$', 'c$1'), start: at, end: null, keep: 2 });
      expect(stretch.changes.length).toBeLessThanOrEqual(2);
      changed += stretch.changed;
      at = stretch.next;
    }
    expect(changed).toBe(5_000);
    expect(stretches).toBeGreaterThan(0);
  });
});

describe('one value for many rows', () => {
  it('changes those that do not have it', async () => {
    const shard = await lines('{"n": 1}', '{"n": 2}', '{}');
    const { changes } = await whole(shard, { kind: 'set', column: 0, value: { json: '2' } });
    expect(changes).toEqual([cell(0, 'n', '1', '2'), { kind: 'cell', row: 2, path: ['n'], old: { missing: true }, new: { json: '2' } }]);
  });

  it('is refused where the column does not take it, row by row', async () => {
    const { shard } = await engine.open(await engine.parquet('tiny.parquet', 'SELECT range::TINYINT AS n FROM range(3)'));
    const set = await whole(shard, { kind: 'set', column: 0, value: { json: '300' } });
    expect(set).toMatchObject({ changed: 0, refused: 3 });
    const { changes, problems } = await whole(shard, { kind: 'values', column: 0, values: [{ json: '7' }, { json: '"x"' }] }, { start: 1 });
    expect(changes).toEqual([cell(1, 'n', '1', '7')]);
    expect(problems).toEqual([{ row: 2, message: 'n: it takes a number.' }]);
  });

  it('is refused for a column that cannot be edited', async () => {
    const { shard } = await engine.open(await engine.parquet('bytes.parquet', "SELECT 'x'::BLOB AS b"));
    await expect(whole(shard, { kind: 'set', column: 0, value: { json: '""' } })).rejects.toMatchObject({ message: 'b is not edited. Its values are bytes, not text.' });
  });
});

it('looks whether an added column takes a value, also where the format has types', async () => {
  const { shard } = await engine.open(await engine.parquet('added.parquet', 'SELECT 1 AS n'));
  await engine.request('shard/edit', { shard, changes: [{ kind: 'column', name: 'good', type: 'boolean', present: true }] });
  const set = (value: string): Promise<BulkStretch> => whole(shard, { kind: 'set', column: 1, value: { json: value } });
  expect(await set('true')).toMatchObject({ changed: 1, refused: 0 });
  expect((await set('"yes"')).problems).toEqual([{ row: 0, message: 'good: it takes true or false.' }]);
});

it('lists edits that are not saved, and finds the rows that have any', async () => {
  const shard = await lines('{"t": "one"}', '{"t": null}', '{"t": "three"}', '{"t": "four"}');
  const changes: Change[] = [
    { kind: 'column', name: 'tag', type: 'text', present: true },
    cell(2, 't', '"three"', '"drei"'),
    cell(1, 't', 'null', '[1]'),
    { kind: 'row', row: 2, dropped: true },
  ];
  await engine.request('shard/edit', { shard, changes });
  const { edits, ...counts } = await engine.request('shard/edits', { shard, start: 0, end: 10 });
  expect(counts).toEqual({ rows: 2, cells: 2, dropped: 1, columns: 1 });
  expect(edits).toEqual([
    { kind: 'column', name: 'tag', type: 'text' },
    { kind: 'cell', row: 1, path: ['t'], old: { kind: 'null', text: '', length: 0 }, new: { kind: 'json', text: '[1]', length: 3 } },
    { kind: 'row', row: 2 },
    { kind: 'cell', row: 2, path: ['t'], old: { kind: 'text', text: 'three', length: 5 }, new: { kind: 'text', text: 'drei', length: 4 } },
  ]);
  expect((await engine.request('shard/edits', { shard, start: 1, end: 2 })).edits.map(({ kind }) => kind)).toEqual(['row', 'cell']);
  expect(await engine.rows(shard, [{ type: 'edited' }])).toEqual([1, 2]);
  expect(await engine.rows(shard, [{ type: 'edited', not: true }])).toEqual([0, 3]);
  await engine.request('shard/edit', { shard, changes: [cell(1, 't', '[1]', 'null')] });
  expect(await engine.rows(shard, [{ type: 'edited' }])).toEqual([2]);
  const drops = await whole(shard, { kind: 'drop', dropped: true }, { start: 1, end: 3 });
  expect(drops.changes).toEqual([1, 2].map((row) => ({ kind: 'row', row, dropped: true })));
});

it('filters more edited rows than go into one text, in order', async () => {
  const rows = 60_000;
  const shard = await lines(...Array.from({ length: rows }, (_, i) => `{"n": ${i}}`));
  const changes = Array.from({ length: rows }, (_, row) => cell(row, 'n', String(row), String(-row)));
  await engine.request('shard/edit', { shard, changes });
  expect(await engine.rows(shard, [{ type: 'range', column: ['n'], max: '-59990' }])).toEqual([59_990, 59_991, 59_992, 59_993, 59_994, 59_995, 59_996, 59_997, 59_998, 59_999]);
});
