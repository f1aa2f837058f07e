import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import type { EditStep } from '../../../extension/protocol/edits.ts';
import type { ValuePath } from '../../../extension/protocol/values.ts';
import { CellDocuments } from '../../../extension/shards/editing/cell-documents.ts';
import { EditJournals } from '../../../extension/shards/editing/edit-journals.ts';
import { onOneLine } from '../../../extension/shards/editing/json-line.ts';
import { saveDocument } from '../../../extension/shards/editing/save-document.ts';
import { FileCopies } from '../../../extension/shards/remote/file-copies.ts';
import type { ShardSession } from '../../../extension/shards/shard-session.ts';
import { ShardSessions } from '../../../extension/shards/shard-sessions.ts';
import { fakeEngineClient, type ClientFixture } from './engine-fixture.ts';
import { seen, Uri } from './fake-vscode.ts';

vi.mock('vscode', () => import('./fake-vscode.ts'));

/** Node runs the engine's sources as they are. */
const ENGINE = fileURLToPath(new URL('../../../extension/engine/main.ts', import.meta.url));
const PACE = { look: 500, patience: 30_000, silence: 30_000, grace: 5_000, backOff: 10, start: 60_000 };
const LINES = '{"id": 12345678901234567890, "caption": "a\\nb", "meta": {"tags": ["x"]}}\n{"id": 2, "caption": null}\n';
const never = new AbortController().signal;

let fixture: ClientFixture;
let path: string;
let session: ShardSession;
let release: () => void;
let cells: CellDocuments;
let steps: EditStep[];
beforeEach(() => {
  fixture = fakeEngineClient({ entry: ENGINE, pace: PACE });
  path = fixture.file('lines.jsonl');
  writeFileSync(path, LINES);
  const sessions = new ShardSessions(() => fixture.client, new FileCopies(fixture.file('copies')), null, new EditJournals(fixture.file('journals')));
  ({ session, release } = sessions.use(Uri.file(path) as unknown as vscode.Uri));
  steps = [];
  cells = new CellDocuments(sessions, (_, step) => steps.push(step));
});
afterEach(() => fixture.end());

const at = (row: number, column: number, inside: ValuePath = []): vscode.Uri =>
  new Uri({ scheme: 'loupe-cell', path: '/x.txt', query: JSON.stringify({ file: Uri.file(path).toString(), row, column, path: inside }) }) as unknown as vscode.Uri;
const read = async (uri: vscode.Uri): Promise<string> => Buffer.from(await cells.readFile(uri)).toString('utf8');
const write = (uri: vscode.Uri, text: string): Promise<void> => cells.writeFile(uri, Buffer.from(text));

test('saving the tab of a text is an edit of its cell, as the text is', async () => {
  const uri = at(0, 1);
  expect(await read(uri)).toBe('a\nb');
  await write(uri, 'a\nb');
  expect(steps).toEqual([]);
  await write(uri, 'a\n"c" é\n');
  expect(steps).toMatchObject([{ label: 'Edit caption', changes: [{ row: 0, new: { json: '"a\\n\\"c\\" é\\n"' } }] }]);
  expect(await read(uri)).toBe('a\n"c" é\n');
  expect((await cells.stat(uri)).size).toBe(Buffer.byteLength('a\n"c" é\n'));
});

test('a value is as old as its text, whatever is edited elsewhere', async () => {
  const uri = at(0, 1);
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000 });
  try {
    expect((await cells.stat(uri)).mtime).toBe(1_000);
    vi.setSystemTime(2_000);
    await write(at(1, 1), 'x');
    expect((await cells.stat(uri)).mtime).toBe(1_000);
    await write(uri, 'y');
    expect((await cells.stat(uri)).mtime).toBe(2_000);
  } finally {
    vi.useRealTimers();
  }
});

test('an empty text is not null: null stays as long as nothing is typed', async () => {
  const uri = at(1, 1);
  expect(await read(uri)).toBe('');
  await write(uri, '');
  expect(steps).toEqual([]);
  await write(uri, 'x');
  await write(uri, '');
  expect(steps.at(-1)).toMatchObject({ changes: [{ old: { json: '"x"' }, new: { json: '""' } }] });
});

test('JSON is shown over lines, and goes back on one with its digits', async () => {
  const uri = at(0, 2);
  expect(await read(uri)).toBe('{\n  "tags": [\n    "x"\n  ]\n}');
  await write(uri, '{\n  "tags":   ["x" ]\n}');
  expect(steps).toEqual([]);
  await write(uri, '{\n  "tags": ["x, y: z"],\n  "id": 98765432109876543210\n}');
  await saveDocument(session.edits!, session.name, never);
  expect(readFileSync(path, 'utf8')).toBe(LINES.replace('["x"]', '["x, y: z"], "id": 98765432109876543210'));
});

test('what is no JSON is refused where it is, and nothing is changed', async () => {
  await expect(write(at(0, 2), '{\n  "tags": [,]\n}')).rejects.toThrow(/This is no JSON/);
  expect(seen.problems.get(at(0, 2).toString())).toMatchObject([{ range: { start: { line: 1, character: 11 } } }]);
  expect(steps).toEqual([]);
  await write(at(0, 2), '[NaN]');
  expect(steps).toHaveLength(1);
  expect(seen.problems.size).toBe(0);
});

test('a place inside a value is edited as it is, and a shard that is not open any more takes nothing', async () => {
  const uri = at(0, 2, ['tags', 0]);
  expect(await read(uri)).toBe('x');
  await write(uri, 'z');
  expect(steps).toMatchObject([{ changes: [{ path: ['meta', 'tags', 0], new: { json: '"z"' } }] }]);
  release();
  await expect(write(uri, 'w')).rejects.toMatchObject({ code: 'Unavailable' });
});

test('JSON on one line keeps texts, digits and escapes', () => {
  expect(onOneLine('{\n "a,b": [1.0, 1e400],\n "c": "x: \\u00e9 \\" y"\n}')).toBe('{"a,b": [1.0, 1e400], "c": "x: \\u00e9 \\" y"}');
});
