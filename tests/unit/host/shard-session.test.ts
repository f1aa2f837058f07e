import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import { rowsText, byteText } from '../../../extension/shards/amounts.ts';
import { ShardSessions } from '../../../extension/shards/shard-session.ts';
import { fakeEngineClient, until, type ClientFixture } from './engine-fixture.ts';
import { seen, Uri, workspace } from './fake-vscode.ts';

vi.mock('vscode', () => import('./fake-vscode.ts'));

let fixture: ClientFixture;
let sessions: ShardSessions;
beforeEach(() => {
  fixture = fakeEngineClient();
  sessions = new ShardSessions(() => fixture.client);
  Object.assign(seen, { warnings: [], choice: undefined });
});
afterEach(() => fixture.end());

function uriOf(name: string, scheme = 'file'): vscode.Uri {
  const path = fixture.file(name);
  seen.stats.set(path, { size: 1, mtime: 1 });
  return new Uri({ scheme, path }) as unknown as vscode.Uri;
}

describe('a file on screen', () => {
  test('is one session in both view types, and closes with the last of them', async () => {
    const [one, two] = [sessions.use(uriOf('a')), sessions.use(uriOf('a'))];
    expect(one.session).toBe(two.session);
    expect(one.session.state).toEqual({ status: 'opening', name: 'a' });
    expect(fixture.client.processes).toBe(0);
    one.session.start();
    one.session.start();
    await until(() => one.session.state.status === 'open', 'it is open');
    const other = sessions.use(uriOf('b')).session;
    const openShards = async (): Promise<number> => (await other.request('shard/page', { start: 0, end: 1, columns: [] })).bytesRead;
    one.release();
    one.release();
    expect(await openShards()).toBe(2);
    two.release();
    await until(async () => (await openShards()) === 1, 'it is closed in the engine');
  });

  test('that is no local file is refused in words, without an engine', async () => {
    const { session } = sessions.use(uriOf('a.parquet', 'git'));
    session.start();
    expect(session.state).toMatchObject({ status: 'failed', error: { code: 'unsupported', message: expect.stringContaining('git') as string } });
    await expect(session.request('shard/row', { row: 0 })).rejects.toMatchObject({ code: 'unsupported' });
    expect(fixture.client.processes).toBe(0);
  });

  test('that fails can be tried again', async () => {
    const { session } = sessions.use(uriOf('fail'));
    session.start();
    await until(() => session.state.status === 'failed', 'it has failed');
    session.reopen();
    expect(session.state.status).toBe('opening');
    await until(() => session.state.status === 'failed', 'it has failed again');
  });

  test('that takes long to open says so, and can be given up in words', async () => {
    const { session } = sessions.use(uriOf('stuck'));
    session.start();
    await until(() => session.state.status === 'opening' && session.state.wait?.for === 'file', 'it is told');
    session.cancelOpening();
    expect(session.state).toMatchObject({ status: 'failed', error: { code: 'cancelled', message: expect.stringContaining('stuck') as string } });
    session.reopen();
    expect(session.state).toEqual({ status: 'opening', name: 'stuck' });
  });

  test('grows by the bytes that answers tell', async () => {
    const { session } = sessions.use(uriOf('a'));
    await session.request('shard/page', { start: 0, end: 1, columns: [] });
    expect(session.state).toMatchObject({ status: 'open', shard: { bytesRead: 1 } });
  });
});

describe('a file that changes on disk', () => {
  const watcher = (name: string): { fire: () => void } => seen.watchers.find(({ pattern }) => pattern === name)!;
  const notices = (session: { state: unknown }): string[] =>
    (session.state as { shard?: { notices: { message: string }[] } }).shard?.notices.map(({ message }) => message) ?? [];

  test('is told once, and reloaded when the user says so', async () => {
    const { session } = sessions.use(uriOf('p.parquet'));
    session.start();
    await until(() => session.state.status === 'open', 'it is open');
    watcher('p.parquet').fire();
    seen.stats.set(session.uri.fsPath, { size: 2, mtime: 2 });
    watcher('p.parquet').fire();
    await until(() => notices(session).length === 1, 'the change is told');
    expect(notices(session)[0]).toContain('p.parquet changed on disk');
    expect(seen.warnings).toEqual(['p.parquet changed on disk.']);
    session.reopen();
    await until(() => session.state.status === 'open', 'it is open again');
    expect(notices(session)).toEqual([]);
  });

  test('is not told when it was reloaded while the watch still looked', async () => {
    const { session } = sessions.use(uriOf('r.parquet'));
    session.start();
    await until(() => session.state.status === 'open', 'it is open');
    seen.stats.set(session.uri.fsPath, { size: 2, mtime: 2 });
    let answer: (() => void) | undefined;
    vi.spyOn(workspace.fs, 'stat').mockImplementationOnce(() => new Promise((settle) => (answer = () => settle({ size: 2, mtime: 2 }))));
    watcher('r.parquet').fire();
    await until(() => answer !== undefined, 'the watch looks');
    session.reopen();
    answer?.();
    await until(() => session.state.status === 'open', 'it is open again');
    expect(notices(session)).toEqual([]);
    expect(seen.warnings).toEqual([]);
  });

  test('and is gone is told too', async () => {
    const { session } = sessions.use(uriOf('q.parquet'));
    session.start();
    await until(() => session.state.status === 'open', 'it is open');
    seen.stats.delete(session.uri.fsPath);
    watcher('q.parquet').fire();
    await until(() => notices(session).length === 1, 'the loss is told');
    expect(notices(session)[0]).toContain('deleted');
    expect(seen.warnings).toEqual([]);
  });

  test('by lines that the engine goes on with needs no word', async () => {
    const { session } = sessions.use(uriOf('lines.jsonl'));
    session.start();
    await until(() => session.state.status === 'open', 'it is open');
    seen.stats.set(session.uri.fsPath, { size: 2, mtime: 2 });
    watcher('lines.jsonl').fire();
    await until(() => (session.state as { shard: { bytesRead: number } }).shard.bytesRead > 0, 'the engine was made to look');
    expect(notices(session)).toEqual([]);
  });

  test('with a name that is a glob is watched by its name', () => {
    const { session } = sessions.use(uriOf('a[1].parquet'));
    session.start();
    expect(seen.watchers.some(({ pattern }) => pattern === 'a[[]1[]].parquet')).toBe(true);
  });
});

describe('amounts', () => {
  test('of bytes have two or three digits and decimal units', () => {
    expect([0, 999, 1000, 1234, 999_999, 1_500_000, 254_000_000, 3e9, 5e15].map((bytes) => byteText(bytes, 'en'))).toEqual([
      '0 B', '999 B', '1 KB', '1.2 KB', '1 MB', '1.5 MB', '254 MB', '3 GB', '5,000 TB',
    ]); // prettier-ignore
  });

  test('of rows say when more may come', () => {
    const text = (rows: number, rowsComplete: boolean): string => rowsText({ rows, rowsComplete }, 'en');
    expect([text(1, true), text(1_234_567, true), text(1_234_567, false)]).toEqual(['1 row', '1,234,567 rows', '1,234,567+ rows']);
  });
});
