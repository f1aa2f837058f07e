import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import { reversed } from '../../../extension/journal/reverse.ts';
import type { EditStep, WrittenValue } from '../../../extension/protocol/edits.ts';
import { LoupeError } from '../../../extension/rpc/failure.ts';
import { EditJournals } from '../../../extension/shards/editing/edit-journals.ts';
import { saveDocument } from '../../../extension/shards/editing/save-document.ts';
import { FileCopies } from '../../../extension/shards/remote/file-copies.ts';
import type { ShardSession } from '../../../extension/shards/shard-session.ts';
import { ShardSessions } from '../../../extension/shards/shard-sessions.ts';
import { fakeEngineClient, until, type ClientFixture } from './engine-fixture.ts';
import { seen, Uri } from './fake-vscode.ts';

vi.mock('vscode', () => import('./fake-vscode.ts'));

/** Node runs the engine's sources as they are. */
const ENGINE = fileURLToPath(new URL('../../../extension/engine/main.ts', import.meta.url));
const PACE = { look: 500, patience: 30_000, silence: 30_000, grace: 5_000, backOff: 10, start: 60_000 };
const LINES = '{"id": 1, "caption": "a cat"}\n{"id": 2, "caption": "a dog"}\n';
const never = new AbortController().signal;
const json = (value: unknown): WrittenValue => ({ json: JSON.stringify(value) });

let fixture: ClientFixture;
let path: string;
let sessions: ShardSessions;
beforeEach(() => {
  fixture = fakeEngineClient({ entry: ENGINE, pace: PACE });
  path = fixture.file('lines.jsonl');
  writeFileSync(path, LINES);
  Object.assign(seen, { warnings: [], choice: undefined });
  sessions = newSessions();
});
afterEach(() => fixture.end());

/** As a window has them; another one is another life of the extension. */
function newSessions(): ShardSessions {
  return new ShardSessions(() => fixture.client, new FileCopies(fixture.file('copies')), null, new EditJournals(fixture.file('journals')));
}

const open = (backup: string | null = null, from = sessions, file = path): { session: ShardSession; release: () => void } => from.use(Uri.file(file) as unknown as vscode.Uri, backup);

async function edit({ edits }: ShardSession, row: number, column: number, value: unknown): Promise<EditStep> {
  const step = await edits!.edit({ row, column }, json(value));
  if (step === null) throw new Error('nothing was edited');
  return step;
}

async function captions(session: ShardSession): Promise<readonly string[]> {
  return (await session.request('shard/page', { start: 0, end: 2, columns: [1] })).columns[0]?.texts ?? [];
}

test('edits are shown, marked, undone, done again, saved, and undone after the save', async () => {
  const { session, release } = open();
  const step = await edit(session, 0, 1, 'an old cat');
  expect(step).toMatchObject({ label: 'Edit caption', changes: [{ row: 0, path: ['caption'], old: { json: '"a cat"' }, new: { json: '"an old cat"' } }] });
  expect(await session.request('shard/page', { start: 0, end: 2, columns: [1] })).toMatchObject({ columns: [{ texts: ['an old cat', 'a dog'] }], edits: { cells: [0, 1] } });
  expect(await session.edits!.edit({ row: 0, column: 1 }, json('an old cat'))).toBe(null);
  await session.edits!.undo(step);
  expect(await captions(session)).toEqual(['a cat', 'a dog']);
  await session.edits!.redo(step);
  expect(readFileSync(path, 'utf8')).toBe(LINES);
  await saveDocument(session.edits!, session.name, never);
  expect(readFileSync(path, 'utf8')).toBe(LINES.replace('a cat', 'an old cat'));
  expect(session.edits!.isDirty).toBe(false);
  expect(await session.request('shard/page', { start: 0, end: 2, columns: [1] })).not.toHaveProperty('edits');
  await session.edits!.undo(step);
  expect(await captions(session)).toEqual(['a cat', 'a dog']);
  await saveDocument(session.edits!, session.name, never);
  expect(readFileSync(path, 'utf8')).toBe(LINES);
  release();
});

test('all that is not saved is taken back', async () => {
  const { session, release } = open();
  await edit(session, 0, 1, 'x');
  await edit(session, 0, 1, 'y');
  await edit(session, 1, 0, 3);
  await session.edits!.revert();
  expect(await captions(session)).toEqual(['a cat', 'a dog']);
  expect(session.edits!.isDirty).toBe(false);
  expect(await session.request('shard/page', { start: 0, end: 2, columns: [0, 1] })).not.toHaveProperty('edits');
  release();
});

test('a killed engine loses no edit, and none is done twice', async () => {
  const { session, release } = open();
  await edit(session, 0, 1, 'x');
  const before = fixture.client.pid!;
  process.kill(before, 'SIGKILL');
  // What was not acknowledged is not done; the next try waits for the next engine.
  const step = await edit(session, 1, 1, 'y').catch(() => edit(session, 1, 1, 'y'));
  await until(() => fixture.client.pid !== null && fixture.client.pid !== before, 'there is a new engine');
  expect(await captions(session)).toEqual(['x', 'y']);
  await session.edits!.undo(step);
  expect(await captions(session)).toEqual(['x', 'a dog']);
  await saveDocument(session.edits!, session.name, never);
  expect(readFileSync(path, 'utf8')).toBe(LINES.replace('a cat', 'x'));
  release();
});

test('an engine that would not take the edits when it opened the shard gets them before it saves', async () => {
  const { session, release } = open();
  const step = await edit(session, 0, 1, 'x');
  await session.request('shard/edit', { changes: reversed(step.changes) });
  await session.edits!.prepare(() => Promise.reject(new LoupeError('timeout', 'It took too long.')));
  await saveDocument(session.edits!, session.name, never);
  expect(readFileSync(path, 'utf8')).toBe(LINES.replace('a cat', 'x'));
  release();
});

test('edits that were acknowledged are there in the next life of the extension, whatever ended the one before', async () => {
  await edit(open().session, 0, 1, 'x');
  const { session, release } = open(null, newSessions());
  expect(await session.edits!.restored()).toBe(true);
  expect(await captions(session)).toEqual(['x', 'a dog']);
  await saveDocument(session.edits!, session.name, never);
  expect(readFileSync(path, 'utf8')).toBe(LINES.replace('a cat', 'x'));
  release();
});

test('a backup brings edits back where there is no journal', async () => {
  const { session, release } = open();
  const step = await edit(session, 0, 1, 'x');
  await edit(session, 1, 1, 'y');
  await session.edits!.undo(step);
  const backup = join(fixture.folder, 'backups', 'one');
  await session.edits!.backup(backup);
  release();
  await until(() => readdirSync(fixture.file('journals')).length === 0, 'what the user closed is forgotten');
  const other = open(backup);
  expect(await captions(other.session)).toEqual(['a cat', 'y']);
  expect(await other.session.edits!.restored()).toBe(true);
  await edit(other.session, 0, 1, 'z');
  await saveDocument(other.session.edits!, other.session.name, never);
  expect(readFileSync(path, 'utf8')).toBe(LINES.replace('a cat', 'z').replace('a dog', 'y'));
  other.release();
});

test('a copy has the edits, the document keeps them', async () => {
  const { session, release } = open();
  await edit(session, 0, 1, 'x');
  await session.edits!.saveAs(fixture.file('copy.jsonl'), never);
  expect(readFileSync(fixture.file('copy.jsonl'), 'utf8')).toBe(LINES.replace('a cat', 'x'));
  expect(readFileSync(path, 'utf8')).toBe(LINES);
  expect(session.edits!.isDirty).toBe(true);
  release();
});

describe('a file that was changed by another program', () => {
  test('is not overwritten unless the user wants it, and then by value', async () => {
    const { session, release } = open();
    await edit(session, 0, 1, 'x');
    const changed = LINES.replace('a dog', 'a frog');
    writeFileSync(path, changed);
    await expect(saveDocument(session.edits!, session.name, never)).rejects.toMatchObject({ code: 'changed' });
    expect(readFileSync(path, 'utf8')).toBe(changed);
    expect(session.edits!.isDirty).toBe(true);
    release();
  });
});

test('a symbolic link is written through only when the user agrees', async () => {
  const link = fixture.file('link.jsonl');
  symlinkSync(path, link);
  const { session, release } = open(null, sessions, link);
  await edit(session, 0, 1, 'x');
  await expect(saveDocument(session.edits!, session.name, never)).rejects.toMatchObject({ code: 'cancelled' });
  expect(readFileSync(path, 'utf8')).toBe(LINES);
  expect(seen.warnings.at(-1)).toContain('symbolic link');
  seen.choice = 'Change the File';
  await saveDocument(session.edits!, session.name, never);
  expect(readFileSync(path, 'utf8')).toBe(LINES.replace('a cat', 'x'));
  expect(existsSync(link)).toBe(true);
  release();
});
