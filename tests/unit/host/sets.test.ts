import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import type { DocumentState } from '../../../extension/protocol/webview.ts';
import { FileCopies } from '../../../extension/shards/remote/file-copies.ts';
import { togetherSet } from '../../../extension/shards/sets/set-commands.ts';
import { parseSetUri, setLocation, setUri } from '../../../extension/shards/sets/set-uri.ts';
import type { ShardSession } from '../../../extension/shards/shard-session.ts';
import { ShardSessions } from '../../../extension/shards/shard-sessions.ts';
import { fakeEngineClient, until, type ClientFixture } from './engine-fixture.ts';
import { seen, Uri } from './fake-vscode.ts';

/** Starting DuckDB on a loaded machine takes longer than the fake engine does. */
const PACE = { look: 500, silence: 30_000, grace: 5_000, backOff: 10, start: 60_000, patience: 60_000 };

vi.mock('vscode', () => import('./fake-vscode.ts'));

beforeEach(() => void Object.assign(seen, { warnings: [], choice: undefined, settings: new Map() }));

describe('the address of a set', () => {
  test('says what opening needs, and shows the label', () => {
    const set = { folder: '/data/laion', patterns: ['{00000..00010}.tar'] };
    const uri = setUri(set, 'laion/{00000..00010}.tar');
    expect([uri.scheme, uri.path]).toEqual(['loupe-set', '/data/laion/laion_{00000..00010}.tar']);
    expect(parseSetUri(uri)).toEqual(set);
    expect(setUri({ ...set }, 'laion/{00000..00010}.tar').toString()).toBe(uri.toString());
    expect(setLocation(set)).toEqual({ kind: 'set', ...set });
    seen.settings.set('sets.followLinks', true);
    expect(setLocation(set)).toEqual({ kind: 'set', ...set, followLinks: true });
  });

  test('that names none, or too many files, is refused in words', () => {
    for (const query of ['', 'nonsense', '{"folder": 1, "patterns": []}', '{"folder": "/a", "patterns": [1]}']) {
      expect(() => parseSetUri(new Uri({ scheme: 'loupe-set', path: '/a', query }) as unknown as vscode.Uri)).toThrow(/no set of shards/);
    }
    const patterns = Array.from({ length: 20_000 }, (_, i) => `${i}.parquet`);
    expect(() => setUri({ folder: '/data', patterns }, 'data')).toThrow(/too many files/);
  });
});

test.each([
  [['/d/10.tar', '/d/2.tar'], '/d', ['2.tar', '10.tar']],
  [['/d/a/1.tar', '/d/b/1.tar', '/d/a'], '/d', ['a', 'a/1.tar', 'b/1.tar']],
  [['/d/ab/1.tar', '/d/abc/1.tar'], '/d', ['ab/1.tar', 'abc/1.tar']],
  [['/x.tar', '/d/y.tar'], '/', ['d/y.tar', 'x.tar']],
  [['/d/only.tar'], '/d', ['only.tar']],
])('%j together are %s and %j', (paths, folder, patterns) => expect(togetherSet(paths)).toEqual({ folder, patterns }));

describe('a set on screen', () => {
  let fixture: ClientFixture;
  let session: ShardSession;
  let release: () => void;
  const shards = (): string => join(fixture.folder, 'shards');
  const write = (name: string): void => writeFileSync(join(shards(), name), `{"name": "${name}"}\n`);
  const shown = (): Extract<DocumentState, { status: 'open' }>['shard'] => {
    if (session.state.status !== 'open') throw new Error(`The set is ${session.state.status}`);
    return session.state.shard;
  };
  const notices = (): string => shown().notices.map(({ message }) => message).join('\n');
  const fire = (): void => seen.watchers.find(({ pattern }) => pattern === '**/*')!.fire();

  beforeEach(async () => {
    fixture = fakeEngineClient({ entry: resolve(import.meta.dirname, '../../../extension/engine/main.ts'), pace: PACE });
    mkdirSync(shards());
    write('1.jsonl');
    write('2.jsonl');
    ({ session, release } = new ShardSessions(() => fixture.client, new FileCopies(fixture.file('copies'))).use(setUri({ folder: shards(), patterns: ['.'] }, 'shards')));
    session.start();
    await until(() => session.state.status === 'open' && shown().rowsComplete, 'its rows are counted');
  });
  afterEach(async () => {
    release();
    await fixture.end();
  });

  test('is one table in the engine', async () => {
    expect(shown()).toMatchObject({ format: 'set', rows: 2, partCount: 2, notices: [] });
    const page = await session.request('shard/page', { start: 0, end: 5, columns: [0, 1] });
    expect(page.columns.map(({ texts }) => texts)).toEqual([['1.jsonl', '2.jsonl'], ['1.jsonl', '2.jsonl']]); // prettier-ignore
  });

  test('tells new shards and shards that went, once, and shows them when it is opened again', async () => {
    write('3.jsonl');
    writeFileSync(join(shards(), 'readme.md'), 'no shard');
    fire();
    await until(() => notices().includes('New shards since the set was opened: 1 (3.jsonl)'), 'the new shard is told');
    expect(seen.warnings).toEqual(['shards has new shards.']);
    write('4.jsonl');
    rmSync(join(shards(), '1.jsonl'));
    fire();
    await until(() => notices().includes('deleted or moved since the set was opened: 1 (1.jsonl)'), 'the loss is told');
    expect(notices()).toContain('2 (3.jsonl, 4.jsonl)');
    expect(seen.warnings).toHaveLength(1);
    session.reopen();
    await until(() => session.state.status === 'open' && shown().rowsComplete, 'it is open again');
    expect(shown()).toMatchObject({ rows: 3, partCount: 3, notices: [] });
  });
});
