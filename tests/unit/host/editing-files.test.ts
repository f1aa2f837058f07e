import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import type { EditStep } from '../../../extension/protocol/edits.ts';
import { EditJournals } from '../../../extension/shards/editing/edit-journals.ts';
import { saveDocument } from '../../../extension/shards/editing/save-document.ts';
import { FileCopies } from '../../../extension/shards/remote/file-copies.ts';
import { setUri } from '../../../extension/shards/sets/set-uri.ts';
import type { ShardSession } from '../../../extension/shards/shard-session.ts';
import { ShardSessions } from '../../../extension/shards/shard-sessions.ts';
import { fakeEngineClient, until, type ClientFixture } from './engine-fixture.ts';
import { seen, Uri } from './fake-vscode.ts';

vi.mock('vscode', () => import('./fake-vscode.ts'));

const ENGINE = fileURLToPath(new URL('../../../extension/engine/main.ts', import.meta.url));
const PACE = { look: 500, patience: 30_000, silence: 30_000, grace: 5_000, backOff: 10, start: 60_000 };
const never = new AbortController().signal;

let fixture: ClientFixture;
let sessions: ShardSessions;
beforeEach(() => {
  fixture = fakeEngineClient({ entry: ENGINE, pace: PACE });
  Object.assign(seen, { warnings: [], choice: undefined });
  sessions = newSessions();
});
afterEach(() => fixture.end());

function newSessions(): ShardSessions {
  return new ShardSessions(() => fixture.client, new FileCopies(fixture.file('copies')), null, new EditJournals(fixture.file('journals')));
}

async function edit({ edits }: ShardSession, row: number, column: number, value: string): Promise<EditStep> {
  const step = await edits!.edit({ row, column }, { json: JSON.stringify(value) });
  if (step === null) throw new Error('nothing was edited');
  return step;
}

async function texts(session: ShardSession, column: number, end = 20): Promise<readonly string[]> {
  return (await session.request('shard/page', { start: 0, end, columns: [column] })).columns[0]?.texts ?? [];
}

const write = (name: string, content: string): string => {
  const path = fixture.file(name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
};

describe('the edits of a set', () => {
  const rows = (shard: string, count: number): string => Array.from({ length: count }, (_, row) => `{"t": "${shard} ${row}"}\n`).join('');
  let uri: vscode.Uri;
  beforeEach(() => {
    write('set/b.jsonl', rows('b', 2));
    write('set/d.jsonl', rows('d', 2));
    uri = setUri({ folder: fixture.file('set'), patterns: ['*.jsonl'] }, 'set');
  });

  test('go to the shards, are undone after a save, and leave others alone', async () => {
    const { session, release } = sessions.use(uri);
    await until(async () => (await texts(session, 1)).length === 4, 'all shards are counted');
    const step = await edit(session, 3, 1, 'D');
    expect(await texts(session, 1)).toEqual(['b 0', 'b 1', 'd 0', 'D']);
    await saveDocument(session.edits!, session.name, never);
    expect(session.edits!.isDirty).toBe(false);
    expect([readFileSync(fixture.file('set/b.jsonl'), 'utf8'), readFileSync(fixture.file('set/d.jsonl'), 'utf8')]).toEqual([rows('b', 2), rows('d', 2).replace('d 1', 'D')]);
    await session.edits!.undo(step);
    await saveDocument(session.edits!, session.name, never);
    expect(readFileSync(fixture.file('set/d.jsonl'), 'utf8')).toBe(rows('d', 2));
    release();
  });

  test('are found again by the next life, also where a new shard gave their rows other numbers', async () => {
    const first = sessions.use(uri).session;
    await until(async () => (await texts(first, 1)).length === 4, 'all shards are counted');
    await edit(first, 1, 1, 'B');
    const step = await edit(first, 2, 1, 'D');
    write('set/c.jsonl', rows('c', 3));
    const { session, release } = newSessions().use(uri);
    expect(await session.edits!.restored()).toBe(true);
    await until(async () => (await texts(session, 1)).length === 7, 'all shards are counted');
    expect(await texts(session, 1)).toEqual(['b 0', 'B', 'c 0', 'c 1', 'c 2', 'D', 'd 1']);
    await expect(session.edits!.undo(step)).rejects.toMatchObject({ message: expect.stringContaining('other numbers now') as string });
    await edit(session, 6, 1, 'E');
    await saveDocument(session.edits!, session.name, never);
    expect(readFileSync(fixture.file('set/c.jsonl'), 'utf8')).toBe(rows('c', 3));
    expect(readFileSync(fixture.file('set/d.jsonl'), 'utf8')).toBe(rows('d', 2).replace('d 0', 'D').replace('d 1', 'E'));
    release();
  });

  test('that could not be written stay, and are named', async () => {
    const { session, release } = sessions.use(uri);
    await until(async () => (await texts(session, 1)).length === 4, 'all shards are counted');
    await edit(session, 0, 1, 'B');
    await edit(session, 2, 1, 'D');
    await edit(session, 3, 1, 'E');
    // The folder of both lets the file be replaced; the file itself is read-only.
    chmodSync(fixture.file('set/b.jsonl'), 0o444);
    await expect(session.edits!.save({}, 'as-edited', never)).rejects.toMatchObject({ code: 'no-permission', message: expect.stringContaining('Not saved: b.jsonl') as string });
    expect(readFileSync(fixture.file('set/d.jsonl'), 'utf8')).toBe(rows('d', 2).replace('d 0', 'D').replace('d 1', 'E'));
    expect(readFileSync(fixture.file('set/b.jsonl'), 'utf8')).toBe(rows('b', 2));
    expect(session.edits!.isDirty).toBe(true);
    await until(async () => (await texts(session, 1)).join() === 'B,b 1,D,E', 'what is not saved is still there');
    chmodSync(fixture.file('set/b.jsonl'), 0o644);
    await saveDocument(session.edits!, session.name, never);
    expect(readFileSync(fixture.file('set/b.jsonl'), 'utf8')).toBe(rows('b', 2).replace('b 0', 'B'));
    expect(session.edits!.isDirty).toBe(false);
    release();
  });

  test('do not go into a shard that another program changed since, unless the user wants that', async () => {
    const first = sessions.use(uri).session;
    await until(async () => (await texts(first, 1)).length === 4, 'all shards are counted');
    await edit(first, 2, 1, 'D');
    const changed = rows('d', 2).replace('d 1', 'd one');
    write('set/d.jsonl', changed);
    const { session, release } = newSessions().use(uri);
    expect(await session.edits!.restored()).toBe(true);
    await expect(saveDocument(session.edits!, session.name, never)).rejects.toMatchObject({ code: 'changed' });
    expect(readFileSync(fixture.file('set/d.jsonl'), 'utf8')).toBe(changed);
    seen.choice = 'Save My Edits Into It';
    await saveDocument(session.edits!, session.name, never);
    expect(readFileSync(fixture.file('set/d.jsonl'), 'utf8')).toBe(changed.replace('d 0', 'D'));
    release();
  });
});

test('an edit of a joined column is saved into its own file, also by the next life', async () => {
  const document = write('documents/a.jsonl', '{"id": "a", "text": "one"}\n{"id": "b", "text": "two"}\n');
  const attributes = write('attributes/quality/a.jsonl', '{"id": "a", "attributes": "good"}\n{"id": "b", "attributes": "bad"}\n');
  const uri = Uri.file(document) as unknown as vscode.Uri;
  const first = sessions.use(uri).session;
  await until(async () => (await texts(first, 2).catch(() => [])).length === 2, 'the side-car is joined');
  await edit(first, 1, 2, 'fair');
  const { session, release } = newSessions().use(uri);
  expect(await session.edits!.restored()).toBe(true);
  await until(async () => (await texts(session, 2).catch(() => [])).join() === 'good,fair', 'the edit is there again');
  const before = readFileSync(document, 'utf8');
  await saveDocument(session.edits!, session.name, never);
  expect(readFileSync(document, 'utf8')).toBe(before);
  expect(readFileSync(attributes, 'utf8')).toBe('{"id": "a", "attributes": "good"}\n{"id": "b", "attributes": "fair"}\n');
  expect(session.edits!.isDirty).toBe(false);
  release();
});
