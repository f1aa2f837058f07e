import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { ErrorCode } from '../../../extension/protocol/errors.ts';
import { LoupeError } from '../../../extension/rpc/failure.ts';
import type { ExportProgress, ExportSummary } from '../../../extension/protocol/export.ts';
import { Exports } from '../../../extension/shards/exports/exports.ts';
import type { ShardSession } from '../../../extension/shards/shard-session.ts';
import { seen, Uri } from './fake-vscode.ts';

/** What the user answers in turn, and what was shown. */
const user = vi.hoisted(() => ({ picks: [] as (string | undefined)[], inputs: [] as (string | undefined)[], target: undefined, messages: [] as string[], errors: [] as string[], reports: [] as unknown[], documents: [] as unknown[], offered: [] as string[][] }));

vi.mock('vscode', async () => {
  const fake = await import('./fake-vscode.ts');
  return {
    ...fake,
    ViewColumn: { Beside: -2, Active: -1 },
    ProgressLocation: { Notification: 15 },
    window: {
      showQuickPick: (items: { label: string }[]) => {
        user.offered.push(items.map(({ label }) => label));
        const wanted = user.picks.shift();
        return Promise.resolve(items.find(({ label }) => label === wanted));
      },
      showInputBox: () => Promise.resolve(user.inputs.shift()),
      showSaveDialog: () => Promise.resolve(user.target),
      showInformationMessage: (message: string) => Promise.resolve(void user.messages.push(message)),
      showErrorMessage: (message: string) => Promise.resolve(void user.errors.push(message)),
      showTextDocument: (document: unknown) => Promise.resolve(void user.documents.push(document)),
      withProgress: (_: unknown, work: (progress: unknown, token: unknown) => Promise<unknown>) =>
        work({ report: (told: unknown) => user.reports.push(told) }, { onCancellationRequested: () => ({ dispose: () => undefined }) }),
    },
    workspace: { openTextDocument: (options: unknown) => Promise.resolve(options) },
  };
});

let asked: { method: string; params: { wish?: unknown } }[];
beforeEach(() => {
  asked = [];
  Object.assign(user, { picks: [], inputs: [], target: Uri.file('/data/out.parquet'), messages: [], errors: [], reports: [], documents: [], offered: [] });
  Object.assign(seen, { commands: [] });
});

const SUMMARY: ExportSummary = { rows: 1_234, bytes: 5_000_000, files: ['/data/out.parquet'], fileCount: 1, notes: ['Times are text.'] };

function handlers(outcome: ExportSummary | LoupeError = SUMMARY) {
  let listener: (progress: ExportProgress) => void = () => undefined;
  const session = {
    uri: Uri.file('/data/gallery.parquet'),
    name: 'gallery.parquet',
    state: { status: 'open', name: 'gallery.parquet', shard: { columns: [{ index: 0, name: 'uid', type: 'VARCHAR' }, { index: 1, name: 'language', type: 'VARCHAR' }] } },
    onExport: (heard: typeof listener) => {
      listener = heard;
      return { dispose: () => (listener = () => undefined) };
    },
    request: (method: string, params: { wish?: unknown; export?: number }) => {
      asked.push({ method, params });
      if (method === 'shard/card') return Promise.resolve({ text: '# card' });
      listener({ export: (params.export ?? 0) + 1, done: 1, total: 2 });
      listener({ export: params.export ?? 0, done: 617, total: 1_234 });
      return outcome instanceof LoupeError ? Promise.reject(outcome) : Promise.resolve(outcome);
    },
  };
  return new Exports().handlers(session as unknown as ShardSession, (signal) => signal);
}

const { signal } = new AbortController();
const OFFER = { query: { conditions: [], sort: [{ column: ['uid'], descending: true }] }, columns: [1, 0], selection: null } as const;

test('the view goes to one file, with its query and its columns', async () => {
  user.picks = ['All rows that pass the filters', 'Parquet', 'One file'];
  await handlers()['view/export'](OFFER, signal);
  expect(asked).toEqual([{ method: 'shard/export', params: { export: 1, wish: { query: OFFER.query, columns: [1, 0], format: 'parquet', path: '/data/out.parquet', replace: true } } }]);
  expect(user.reports).toEqual([{ message: '617 of 1,234 rows', increment: 50 }]);
  expect(user.messages).toEqual(['Exported 1,234 rows to out.parquet (5 MB). Times are text.']);
});

test('a stratified sample in several files never replaces any', async () => {
  user.picks = ['A stratified sample', 'language', 'JSON Lines, Zstandard', 'Files of so many megabytes'];
  user.inputs = ['200', '7', '3'];
  await handlers()['view/export']({ ...OFFER, query: { conditions: [], sort: [] } }, signal);
  expect(asked[0]?.params.wish).toMatchObject({ sample: { rows: 200, seed: 7, by: ['language'] }, format: 'jsonl.zst', fileSize: { unit: 'bytes', size: 3_000_000 }, replace: false });
  expect(user.offered[0]).toContain('All rows');
});

test('selected rows are offered where there are some; a list of ids asks for its column', async () => {
  user.picks = ['Selected rows', 'List of ids', 'uid', 'One file'];
  await handlers()['view/export']({ ...OFFER, selection: [10, 20] }, signal);
  expect(asked[0]?.params.wish).toMatchObject({ positions: [[10, 20]], format: 'ids', roles: { key: 'uid' } });
  await handlers()['view/export'](OFFER, signal);
  expect(user.offered.at(-1)).not.toContain('Selected rows');
});

test('who thinks better of it at any step writes nothing', async () => {
  const answers: [(string | undefined)[], (string | undefined)[], unknown][] = [
    [[undefined], [], undefined],
    [['A random sample'], [undefined], undefined],
    [['A random sample'], ['5', undefined], undefined],
    [['All rows that pass the filters', undefined], [], undefined],
    [['All rows that pass the filters', 'CSV', undefined], [], undefined],
    [['All rows that pass the filters', 'CSV', 'Files of so many rows'], [undefined], undefined],
    [['All rows that pass the filters', 'CSV', 'One file'], [], undefined],
  ];
  for (const [picks, inputs, target] of answers) {
    Object.assign(user, { picks, inputs, target });
    await handlers()['view/export'](OFFER, signal);
  }
  expect(asked).toEqual([]);
  expect(user.errors).toEqual([]);
});

test('what went wrong is said, and a cancelled export is not', async () => {
  for (const code of ['too-large', 'cancelled'] as const) {
    user.picks = ['All rows that pass the filters', 'Parquet', 'One file'];
    await handlers(new LoupeError(code, 'out.parquet cannot be written: the disk is full.'))['view/export'](OFFER, signal);
  }
  expect(user.errors).toEqual(['out.parquet cannot be written: the disk is full.']);
  expect(user.messages).toEqual([]);
});

test('an engine that ends leaves no unfinished file behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'loupe-parts-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const ended = spawnSync(process.execPath, ['-e', '']).pid;
  const host = hostname().replaceAll(/[^\w.-]/g, '_').slice(0, 64);
  const running = `.out.parquet.${process.pid}@${host}.0123abcd.part`;
  for (const name of [`.out.parquet.${ended}@${host}.1b9d6bcd.part`, `.out.parquet.${ended}@${host}.9a1c0000.part`, running, 'out.parquet.part', 'out.parquet']) writeFileSync(join(folder, name), '');
  Object.assign(user, { target: Uri.file(join(folder, 'out.parquet')) });
  const write = (code: ErrorCode): Promise<unknown> => {
    user.picks = ['All rows that pass the filters', 'Parquet', 'One file'];
    return Promise.resolve(handlers(new LoupeError(code, 'It ended.'))['view/export'](OFFER, signal));
  };
  await write('too-large');
  expect(readdirSync(folder)).toHaveLength(5);
  await write('engine-lost');
  expect(readdirSync(folder).sort()).toEqual([running, 'out.parquet', 'out.parquet.part']);
  expect(user.errors).toEqual(['It ended.', 'It ended.']);
});

test('a card opens in a text editor', async () => {
  await handlers()['view/card']({ query: OFFER.query, corrections: [] }, signal);
  expect(asked).toEqual([{ method: 'shard/card', params: { query: OFFER.query, corrections: [] } }]);
  expect(user.documents).toEqual([{ language: 'markdown', content: '# card' }]);
});
