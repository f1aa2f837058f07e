import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import type { BulkEdit } from '../../../extension/protocol/bulk.ts';
import type { EditStep, WrittenValue } from '../../../extension/protocol/edits.ts';
import { EditJournals } from '../../../extension/shards/editing/edit-journals.ts';
import { saveDocument } from '../../../extension/shards/editing/save-document.ts';
import { FileCopies } from '../../../extension/shards/remote/file-copies.ts';
import type { ShardSession } from '../../../extension/shards/shard-session.ts';
import { ShardSessions } from '../../../extension/shards/shard-sessions.ts';
import { writeParquet } from '../../support/parquet-files.ts';
import { duckdbTable } from '../../support/parquet-readers.ts';
import { END, member } from '../webdataset/archive.ts';
import { fakeEngineClient, type ClientFixture } from './engine-fixture.ts';
import { seen, Uri } from './fake-vscode.ts';

vi.mock('vscode', () => import('./fake-vscode.ts'));

/** Node runs the engine's sources as they are. */
const ENGINE = fileURLToPath(new URL('../../../extension/engine/main.ts', import.meta.url));
const PACE = { look: 500, patience: 30_000, silence: 30_000, grace: 5_000, backOff: 10, start: 60_000 };
const LINES = '{"id": 1, "caption": "a cat"}\n{"id": 2, "caption": "a dog"}\n{"id": 3, "caption": "a cow"}\n';
const never = new AbortController().signal;
const ignore = (): void => undefined;
const json = (value: unknown): WrittenValue => ({ json: JSON.stringify(value) });
const REPLACE: BulkEdit = { kind: 'replace', column: 1, pattern: '^a (c\\w+)$', regex: true, matchCase: true, replacement: 'the $1' };

let fixture: ClientFixture;
let path: string;
let sessions: ShardSessions;
beforeEach(() => {
  fixture = fakeEngineClient({ entry: ENGINE, pace: PACE });
  path = fixture.file('lines.jsonl');
  writeFileSync(path, LINES);
  Object.assign(seen, { warnings: [], choice: undefined });
  seen.settings.clear();
  sessions = newSessions();
});
afterEach(() => fixture.end());

function newSessions(): ShardSessions {
  return new ShardSessions(() => fixture.client, new FileCopies(fixture.file('copies')), null, new EditJournals(fixture.file('journals')));
}

function open(from = sessions): ShardSession {
  return from.use(Uri.file(path) as unknown as vscode.Uri).session;
}

async function many(session: ShardSession, edit: BulkEdit, start = 0, end: number | null = null): Promise<EditStep> {
  const step = await session.edits!.editMany({ edit, start, end }, 'caption', ignore, never);
  if (step === null) throw new Error('nothing was edited');
  return step;
}

async function captions(session: ShardSession): Promise<readonly string[]> {
  return (await session.request('shard/page', { start: 0, end: 3, columns: [1] })).columns[0]?.texts ?? [];
}

test('many rows are edited as one step, which is undone, done again, saved and outlives the window', async () => {
  const session = open();
  const step = await many(session, REPLACE);
  expect(step).toMatchObject({ label: 'Replace in 2 rows of caption', changes: [{ row: 0 }, { row: 2 }] });
  expect(await captions(session)).toEqual(['the cat', 'a dog', 'the cow']);
  await session.edits!.undo(step);
  expect(await captions(session)).toEqual(['a cat', 'a dog', 'a cow']);
  await session.edits!.redo(step);
  const again = open(newSessions());
  expect(await captions(again)).toEqual(['the cat', 'a dog', 'the cow']);
  await saveDocument(session.edits!, session.name, never);
  expect(readFileSync(path, 'utf8')).toBe(LINES.replace('a cat', 'the cat').replace('a cow', 'the cow'));
});

test('a thousand and more changes are journalled and given to the engine whole', async () => {
  const rows = 12_345;
  writeFileSync(path, Array.from({ length: rows }, (_, i) => `{"id": ${i}, "caption": "a"}\n`).join(''));
  const step = await many(open(), { kind: 'set', column: 1, value: json('b') });
  expect(step.changes.length).toBe(rows);
  const again = open(newSessions());
  expect(await again.request('shard/edits', { start: 0, end: 1 })).toMatchObject({ rows, cells: rows });
  await again.edits!.revert();
  expect(await again.request('shard/edits', { start: 0, end: 1 })).toMatchObject({ rows: 0 });
});

test('one row that does not take its value keeps all as they are', async () => {
  const session = open();
  await expect(session.edits!.editMany({ edit: { ...REPLACE, column: 7 }, start: 0, end: null }, '', ignore, never)).rejects.toMatchObject({ code: 'invalid-request' });
  const stop = AbortSignal.abort();
  await expect(session.edits!.editMany({ edit: REPLACE, start: 0, end: null }, '', ignore, stop)).rejects.toBeDefined();
  expect(session.edits!.isDirty).toBe(false);
  expect(await session.edits!.editMany({ edit: { ...REPLACE, pattern: 'zzz' }, start: 0, end: null }, '', ignore, never)).toBe(null);
});

test('one edit is taken back, the others stay, and that can be undone', async () => {
  const session = open();
  await many(session, REPLACE);
  await session.edits!.edit({ row: 0, column: 1 }, json('x'));
  const back = await session.edits!.takeBack({ kind: 'cell', row: 0, path: ['caption'] });
  expect(back).toMatchObject({ label: 'Revert caption' });
  expect(await captions(session)).toEqual(['a cat', 'a dog', 'the cow']);
  expect((await session.request('shard/edits', { start: 0, end: 9 })).cells).toBe(1);
  await session.edits!.undo(back!);
  expect(await captions(session)).toEqual(['x', 'a dog', 'the cow']);
  expect(await session.edits!.takeBack({ kind: 'row', row: 0 })).toBe(null);
});

test('what was edited inside a value goes with what was edited around it', async () => {
  writeFileSync(path, '{"m": {"a": 1, "b": 1}}\n');
  const session = open();
  const edits = session.edits!;
  await edits.edit({ row: 0, column: 0, path: ['a'] }, json(2));
  await edits.edit({ row: 0, column: 0 }, json({ a: 3, b: 1 }));
  await edits.edit({ row: 0, column: 0, path: ['b'] }, json(4));
  await edits.takeBack({ kind: 'cell', row: 0, path: ['m', 'a'] });
  expect(await session.request('shard/edits', { start: 0, end: 9 })).toMatchObject({ cells: 0 });
});

test('a column is added with a value for every row, saved, and taken back before that', async () => {
  const session = open();
  const step = await session.edits!.addColumn('split', 'text', json('train'), 3);
  expect(await session.request('shard/edits', { start: 0, end: 9 })).toMatchObject({ columns: 1, cells: 3 });
  await session.edits!.takeBack({ kind: 'column', name: 'split' });
  expect(await session.request('shard/edits', { start: 0, end: 9 })).toMatchObject({ columns: 0, cells: 0 });
  await session.edits!.redo(step);
  await saveDocument(session.edits!, session.name, never);
  expect(readFileSync(path, 'utf8').split('\n')[1]).toBe('{"id": 2, "caption": "a dog", "split": "train"}');
});

test('Parquet gets a column, and keeps dropped rows with one that says so', async () => {
  seen.settings.set('editing.droppedRows', 'column');
  path = fixture.file('a.parquet');
  await writeParquet(path, "SELECT range AS n, 'x' || range AS t FROM range(5)", 'COMPRESSION zstd');
  const session = open();
  await session.edits!.addColumn('split', 'text', json('train'), 5);
  await many(session, { kind: 'set', column: 0, value: json(7) }, 3, 5);
  await many(session, { kind: 'drop', dropped: true }, 1, 3);
  await saveDocument(session.edits!, session.name, never);
  const table = await duckdbTable(path);
  expect([...table.entries()]).toEqual([
    ['0 n', ['0', '1', '2', '7', '7']],
    ['1 t', ['x0', 'x1', 'x2', 'x3', 'x4']],
    ['2 split', Array<string>(5).fill('train')],
    ['3 loupe_drop', ['null', 'true', 'true', 'null', 'null']],
  ]);
});

describe('dropped rows', () => {
  test('are left out where the user says so, who is asked once', async () => {
    const session = open();
    const step = await many(session, { kind: 'drop', dropped: true }, 1, 2);
    expect(step.label).toBe('Drop 1 rows');
    expect(await session.request('shard/page', { start: 0, end: 3, columns: [1] })).toMatchObject({ edits: { dropped: [1] } });
    await expect(saveDocument(session.edits!, session.name, never)).rejects.toMatchObject({ code: 'cancelled' });
    expect(readFileSync(path, 'utf8')).toBe(LINES);
    seen.choice = 'Leave Them Out';
    await saveDocument(session.edits!, session.name, never);
    expect(readFileSync(path, 'utf8')).toBe(LINES.replace('{"id": 2, "caption": "a dog"}\n', ''));
    expect(seen.settings.get('editing.droppedRows')).toBe('leftOut');
    // Rows have other numbers now.
    await expect(session.edits!.undo(step)).rejects.toMatchObject({ message: expect.stringContaining('cannot be undone') as string });
    expect(await captions(session)).toEqual(['a cat', 'a cow']);
  });

  test('of an archive get a member that says so', async () => {
    seen.settings.set('editing.droppedRows', 'column');
    path = fixture.file('a.tar');
    writeFileSync(path, Buffer.concat([member('a.txt', 'one'), member('b.txt', 'two'), END]));
    const session = open();
    await many(session, { kind: 'drop', dropped: true }, 1, 2);
    await saveDocument(session.edits!, session.name, never);
    const page = await session.request('shard/page', { start: 0, end: 2, columns: [0, 1, 2] });
    expect(page.columns.map(({ texts }) => texts)).toEqual([['a', 'b'], ['one', 'two'], ['', 'true']]);
  });

  test('stay in the file with a column that says so, where the user wants that', async () => {
    seen.settings.set('editing.droppedRows', 'column');
    const session = open();
    const dropped = await many(session, { kind: 'drop', dropped: true }, 0, 2);
    await many(session, { kind: 'drop', dropped: false }, 0, 1);
    const steps: EditStep[] = [];
    await saveDocument(session.edits!, session.name, never, (step) => steps.push(step));
    const marked = LINES.replace('"a dog"', '"a dog", "loupe_drop": true');
    expect(readFileSync(path, 'utf8')).toBe(marked);
    expect(steps.map(({ label }) => label)).toEqual(['Mark dropped rows in loupe_drop']);
    expect(seen.warnings).toEqual([]);
    // No row moved: what was done before can be undone.
    await session.edits!.undo(steps[0]!);
    await session.edits!.undo(dropped);
    await saveDocument(session.edits!, session.name, never);
    expect(readFileSync(path, 'utf8')).toBe(LINES);
  });
});
