import { beforeEach, describe, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import type { NamedSideCar } from '../../../extension/protocol/shards.ts';
import type { ActivePanel } from '../../../extension/shards/active-panel.ts';
import { FileCopies } from '../../../extension/shards/remote/file-copies.ts';
import { NamedSideCars } from '../../../extension/shards/side-cars/named-side-cars.ts';
import { registerSideCarCommands } from '../../../extension/shards/side-cars/side-car-commands.ts';
import { sourceOf } from '../../../extension/shards/source.ts';
import { seen, Uri } from './fake-vscode.ts';

/** What the user answers, and what was asked and told. */
const user = vi.hoisted(() => ({ file: undefined as string | undefined, pick: '', column: undefined as string | undefined, offered: [] as string[], told: [] as string[] }));
const registered = vi.hoisted(() => new Map<string, () => Promise<void>>());

vi.mock('vscode', async () => {
  const fake = await import('./fake-vscode.ts');
  return {
    ...fake,
    commands: {
      ...fake.commands,
      registerCommand: (name: string, run: () => Promise<void>) => {
        registered.set(name, run);
        return { dispose: () => registered.delete(name) };
      },
    },
    window: {
      ...fake.window,
      showOpenDialog: () => Promise.resolve(user.file === undefined ? undefined : [fake.Uri.file(user.file)]),
      showQuickPick: (items: { label: string }[]) => {
        user.offered = items.map(({ label }) => label);
        return Promise.resolve(items.find(({ label }) => label === user.pick));
      },
      showInputBox: () => Promise.resolve(user.column),
      showInformationMessage: (message: string) => Promise.resolve(void user.told.push(message)),
    },
  };
});

const SHARD = Uri.file('/d/a.parquet') as unknown as vscode.Uri;
let stored: Map<string, unknown>;
let named: NamedSideCars;
let openedAnew: number;

beforeEach(() => {
  seen.settings = new Map();
  Object.assign(user, { file: '/d/more.parquet', pick: '', column: undefined, offered: [], told: [] });
  stored = new Map();
  const storage = { get: (key: string, fallback: unknown) => stored.get(key) ?? fallback, update: (key: string, value: unknown) => Promise.resolve(void stored.set(key, value)) };
  named = new NamedSideCars(storage as unknown as vscode.Memento);
  openedAnew = 0;
  const columns = [{ name: 'id', type: 'BIGINT' }, { name: 'joined', type: 'text', origin: { kind: 'side-car' } }];
  const session = { uri: SHARD, name: 'a.parquet', state: { status: 'open', shard: { columns } }, openAnew: () => openedAnew++ };
  registerSideCarCommands({ panel: { session } } as unknown as ActivePanel, named);
});

const run = (command: string): Promise<void> => registered.get(command)!();
const location = (uri = SHARD): unknown => (sourceOf(uri, new FileCopies('/copies'), named).locate() as { location: unknown }).location;

describe('Add Side-car', () => {
  test.each<[string, string, string | undefined, NamedSideCar['key']]>([
    ['/d/more.parquet', 'Row number', undefined, null],
    ['/d/more.parquet', 'id', 'number', { shard: 'id', sideCar: 'number' }],
    ['/d/good.npy', 'id', undefined, { shard: 'id', sideCar: 'id' }],
  ])('%s by %s', async (path, pick, column, key) => {
    Object.assign(user, { file: path, pick, column });
    await run('loupe.addSideCar');
    // A column that is joined itself is no key.
    expect(user.offered).toEqual(['Row number', 'id']);
    expect(location()).toEqual({ kind: 'file', path: '/d/a.parquet', sideCars: [{ path, key }] });
    expect(openedAnew).toBe(1);
  });

  test.each([
    [{ file: undefined }],
    [{ pick: 'nothing' }],
    [{ pick: 'id', column: undefined }],
  ])('is given up with %j', async (answers) => {
    Object.assign(user, answers);
    await run('loupe.addSideCar');
    expect([location(), openedAnew]).toEqual([{ kind: 'file', path: '/d/a.parquet' }, 0]);
  });

  test('the same file again is joined as said last, until all are forgotten', async () => {
    user.pick = 'Row number';
    await run('loupe.addSideCar');
    Object.assign(user, { pick: 'id', column: 'id' });
    await run('loupe.addSideCar');
    expect(named.of(SHARD)).toEqual([{ path: '/d/more.parquet', key: { shard: 'id', sideCar: 'id' } }]);
    await run('loupe.forgetSideCars');
    expect([named.of(SHARD), openedAnew]).toEqual([[], 3]);
  });

  test('is added to a set as a whole', async () => {
    const uri = Uri.from({ scheme: 'loupe-set', path: '/d/s', query: '{"folder":"/d","patterns":["."]}' });
    const session = { uri, name: 's', state: { status: 'open', shard: { columns: [{ name: 'shard', type: 'text', origin: { kind: 'set' } }, { name: 'uid', type: 'text' }] } }, openAnew: () => openedAnew++ };
    registerSideCarCommands({ panel: { session } } as unknown as ActivePanel, named);
    Object.assign(user, { file: '/d/good.npy', pick: 'uid' });
    await run('loupe.addSideCar');
    expect(user.offered).toEqual(['Row number', 'uid']);
    expect(location(uri as unknown as vscode.Uri)).toEqual({ kind: 'set', folder: '/d', patterns: ['.'], sideCars: [{ path: '/d/good.npy', key: { shard: 'uid', sideCar: 'uid' } }] });
    expect(openedAnew).toBe(1);
  });

  test('needs a shard that is a file', async () => {
    registerSideCarCommands({ panel: null } as unknown as ActivePanel, named);
    await run('loupe.addSideCar');
    expect(user.told).toHaveLength(1);
  });
});

test('the setting leaves files beside shards alone, and what was added too', async () => {
  await named.add(SHARD, { path: '/d/x.npy', key: null });
  seen.settings.set('sideCars', false);
  expect(location()).toEqual({ kind: 'file', path: '/d/a.parquet', sideCars: 'none' });
  expect(location(Uri.from({ scheme: 'loupe-set', path: '/d/s', query: '{"folder":"/d","patterns":["."]}' }) as unknown as vscode.Uri)).toEqual({ kind: 'set', folder: '/d', patterns: ['.'], sideCars: 'none' });
});
