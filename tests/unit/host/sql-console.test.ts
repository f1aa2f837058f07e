import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync, mkdirSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import type { ShardSession } from '../../../extension/shards/shard-session.ts';
import { SqlConsole } from '../../../extension/shards/sql-console.ts';
import { seen, Uri } from './fake-vscode.ts';

/** What the user answers, and what was shown. */
const user = vi.hoisted(() => ({ target: undefined, open: false, asked: [] as unknown[], messages: [] as string[], progress: [] as string[] }));

vi.mock('vscode', async () => {
  const fake = await import('./fake-vscode.ts');
  return {
    ...fake,
    ViewColumn: { Beside: -2, Active: -1 },
    ProgressLocation: { Notification: 15 },
    window: {
      showSaveDialog: (options: unknown) => {
        user.asked.push(options);
        return Promise.resolve(user.target);
      },
      showInformationMessage: (message: string, button: string) => {
        user.messages.push(message);
        return Promise.resolve(user.open ? button : undefined);
      },
      withProgress: ({ title }: { title: string }, work: (progress: unknown, token: unknown) => Promise<unknown>) => {
        user.progress.push(title);
        return work({}, { onCancellationRequested: () => ({ dispose: () => undefined }) });
      },
    },
    workspace: {
      fs: {
        createDirectory: (uri: Uri) => Promise.resolve(void mkdirSync(uri.fsPath, { recursive: true })),
        readDirectory: async (uri: Uri) => (await readdir(uri.fsPath)).map((name) => [name, 1]),
        stat: async (uri: Uri) => ({ mtime: (await stat(uri.fsPath)).mtimeMs }),
        delete: (uri: Uri) => rm(uri.fsPath),
      },
    },
  };
});

let folder: string;
let stored: Map<string, unknown>;
let asked: { method: string; params: { path?: string; format?: string } }[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loupe-sql-'));
  stored = new Map();
  asked = [];
  Object.assign(user, { target: undefined, open: false, asked: [], messages: [], progress: [] });
  Object.assign(seen, { commands: [], clipboard: '' });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function sqlConsole(name = 'gallery.parquet') {
  const storage = { get: (key: string, otherwise: unknown) => stored.get(key) ?? otherwise, update: (key: string, value: unknown) => Promise.resolve(stored.set(key, value)) };
  const session = {
    uri: Uri.file(`/data/${name}`),
    name,
    request: (method: string, params: { path?: string; format?: string }) => {
      asked.push({ method, params });
      if (params.path !== undefined) writeFileSync(params.path, '');
      return Promise.resolve(method === 'shard/sqlCopy' ? { text: 'a,b' } : { rows: 1_234, bytes: 5_000_000 });
    },
  };
  const made = new SqlConsole(storage as unknown as vscode.Memento, Uri.file(join(folder, 'queries')) as unknown as vscode.Uri);
  return made.handlers(session as unknown as ShardSession, (signal) => signal);
}

const { signal } = new AbortController();

test('statements are remembered in the workspace, each once, the newest first', async () => {
  const handlers = sqlConsole();
  for (const sql of ['SELECT 1', 'SELECT 2', ' SELECT 1\n', ' ', 'x'.repeat(30_000)]) await handlers['view/sql']({ sql }, signal);
  expect(await handlers['view/sqlHistory']({}, signal)).toEqual({ statements: ['SELECT 1', 'SELECT 2'] });
  expect(await sqlConsole('other.jsonl')['view/sqlHistory']({}, signal)).toEqual({ statements: ['SELECT 1', 'SELECT 2'] });
  for (let i = 0; i < 150; i++) await handlers['view/sql']({ sql: `SELECT ${i}` }, signal);
  const { statements } = await handlers['view/sqlHistory']({}, signal);
  expect(statements).toHaveLength(100);
  expect(statements[0]).toBe('SELECT 149');
});

test('a result goes to the clipboard, and its length to the page', async () => {
  expect(await sqlConsole()['view/sqlCopy']({ sqlResult: 1, format: 'csv' }, signal)).toEqual({ length: 3 });
  expect(seen.clipboard).toBe('a,b');
});

test('an export asks where to, shows that it is under way, and offers to open what was written', async () => {
  const path = join(folder, 'out.parquet');
  Object.assign(user, { target: Uri.file(path), open: true });
  expect(await sqlConsole()['view/sqlExport']({ sqlResult: 7, format: 'parquet' }, signal)).toEqual({ rows: 1_234, bytes: 5_000_000, path });
  expect(asked).toEqual([{ method: 'shard/sqlExport', params: { sqlResult: 7, path, format: 'parquet' } }]);
  expect(user.asked).toMatchObject([{ filters: { Parquet: ['parquet'] } }]);
  expect(user.progress).toEqual(['Exporting out.parquet']);
  expect(user.messages).toEqual(['Exported 1,234 rows to out.parquet (5 MB).']);
  await vi.waitFor(() => expect(seen.commands).toMatchObject([['vscode.openWith', { path }, 'loupe.shard', -1]]));
});

test('an export that the user thinks better of writes nothing', async () => {
  expect(await sqlConsole()['view/sqlExport']({ sqlResult: 7, format: 'csv' }, signal)).toBeNull();
  expect(asked).toEqual([]);
});

test('a result is opened beside as a table with a name of its own', async () => {
  const handlers = sqlConsole('gallery.jsonl.gz');
  await handlers['view/sqlOpen']({ sqlResult: 7 }, signal);
  await handlers['view/sqlOpen']({ sqlResult: 8 }, signal);
  expect(asked.map(({ params }) => params.path)).toEqual([1, 2].map((n) => join(folder, 'queries', `gallery query ${n}.parquet`)));
  expect(seen.commands).toMatchObject([['vscode.openWith', { path: asked[0]!.params.path }, 'loupe.shard', -2], ['vscode.openWith', {}, 'loupe.shard', -2]]);
});

test('of the tables of results the oldest are removed', async () => {
  const queries = join(folder, 'queries');
  mkdirSync(queries);
  for (let i = 1; i <= 60; i++) {
    writeFileSync(join(queries, `old query ${i}.parquet`), '');
    utimesSync(join(queries, `old query ${i}.parquet`), i, i);
  }
  await sqlConsole()['view/sqlOpen']({ sqlResult: 7 }, signal);
  const names = readdirSync(queries);
  expect(names).toHaveLength(50);
  expect(names).toContain('gallery query 1.parquet');
  expect(names).toContain('old query 60.parquet');
  expect(names).not.toContain('old query 11.parquet');
});
