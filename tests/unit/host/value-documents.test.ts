import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import type { ShardSession } from '../../../extension/shards/shard-session.ts';
import type { ShardSessions } from '../../../extension/shards/shard-sessions.ts';
import { ValueDocuments } from '../../../extension/shards/value-documents.ts';
import { seen, Uri, workspace } from './fake-vscode.ts';

vi.mock('vscode', () => import('./fake-vscode.ts'));

const PLACE = { row: 11, column: 0, path: ['a', 2] };
const ANSWER = { text: '{"x": 1}', language: 'json', cut: false };
const TOKEN = { onCancellationRequested: () => ({ dispose: () => undefined }) } as unknown as vscode.CancellationToken;

let asked: unknown[];
let used: string[];
let released: number;
let values: ValueDocuments;
const session = {
  name: 's.parquet',
  uri: Uri.file('/data/s.parquet'),
  state: { status: 'open', shard: { columns: [{ name: 'c/d' }] } },
  request: (_method: string, params: unknown) => {
    asked.push(params);
    return Promise.resolve(ANSWER);
  },
} as unknown as ShardSession;

beforeEach(() => {
  [asked, used, released] = [[], [], 0];
  Object.assign(seen, { documents: [], warnings: [] });
  values = new ValueDocuments({
    use: (uri: vscode.Uri) => {
      used.push(uri.toString());
      return { session, release: () => released++ };
    },
  } as unknown as ShardSessions);
});
afterEach(() => vi.restoreAllMocks());

test('a value is read once, shown beside its shard with a title and a language', async () => {
  let text = '';
  let uri: Uri | undefined;
  vi.spyOn(workspace, 'openTextDocument').mockImplementation(async (opened) => {
    uri = opened;
    text = await values.provideTextDocumentContent(opened as unknown as vscode.Uri, TOKEN);
    return { uri: opened, languageId: 'plaintext' };
  });
  await values.show(session, PLACE, new AbortController().signal);
  expect(text).toBe(ANSWER.text);
  expect(asked).toEqual([PLACE]);
  // The name of a column must not make folders of the title.
  expect(uri).toMatchObject({ scheme: 'loupe-value', path: '/s.parquet, row 12, c_d.a.2.json' });
  expect(seen.documents.map(({ language }) => language)).toEqual(['json']);
  // When the user goes back to a closed document, VS Code asks for it by its URI alone.
  expect(await values.provideTextDocumentContent(uri as unknown as vscode.Uri, TOKEN)).toBe(ANSWER.text);
  expect([asked, used, released]).toEqual([[PLACE, PLACE], ['file:///data/s.parquet'], 1]);
});

test('a value that is cut is said to be', async () => {
  vi.spyOn(session, 'request').mockResolvedValue({ ...ANSWER, cut: true });
  await values.show(session, PLACE, new AbortController().signal);
  expect(seen.warnings).toEqual([expect.stringContaining('its beginning')]);
});

test('an address that names no value is refused', async () => {
  const uri = new Uri({ scheme: 'loupe-value', path: '/x', query: 'nonsense' }) as unknown as vscode.Uri;
  await expect(values.provideTextDocumentContent(uri, TOKEN)).rejects.toMatchObject({ code: 'invalid-request' });
});
