import { beforeEach, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import { NO_PERMISSIONS } from '../../../extension/protocol/pictures.ts';
import type { ActivePanel } from '../../../extension/shards/active-panel.ts';
import { PanelPictures } from '../../../extension/shards/pictures/panel-pictures.ts';
import { registerPictureCommands } from '../../../extension/shards/pictures/picture-commands.ts';
import { PictureHosts } from '../../../extension/shards/pictures/picture-hosts.ts';
import { PRIVATE_HOSTS_SETTING } from '../../../extension/shards/pictures/private-hosts-setting.ts';
import { PictureRoots } from '../../../extension/shards/pictures/picture-roots.ts';
import { seen, Uri } from './fake-vscode.ts';

vi.mock('vscode', () => import('./fake-vscode.ts'));

let storage: vscode.Memento;
let hosts: PictureHosts;
beforeEach(() => {
  const kept = new Map<string, unknown>();
  storage = {
    get: (key: string, otherwise: unknown) => kept.get(key) ?? otherwise,
    update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
  } as unknown as vscode.Memento;
  hosts = new PictureHosts(storage);
  seen.settings.clear();
  Object.assign(seen, { choice: undefined, picked: undefined, folder: undefined, warnings: [], deleted: [] });
});

test('nothing is allowed until the user says so, and that is remembered and taken back', async () => {
  expect(hosts.permissions).toEqual(NO_PERMISSIONS);
  await hosts.allow('a.example');
  await hosts.allow('b.example:8080');
  await hosts.allow('a.example');
  expect(new PictureHosts(storage).permissions).toEqual({ hosts: ['b.example:8080', 'a.example'], everyHost: false, privateHosts: [] });
  await hosts.revoke(['a.example']);
  await hosts.allowEvery();
  expect(hosts.permissions).toMatchObject({ hosts: ['b.example:8080'], everyHost: true });
  await hosts.revokeEvery();
  expect(hosts.permissions).toMatchObject({ hosts: ['b.example:8080'], everyHost: false });
  await hosts.revokeAll();
  expect(hosts.permissions).toEqual(NO_PERMISSIONS);
});

test('private hosts come from the setting alone, whatever is written there', () => {
  seen.settings.set(PRIVATE_HOSTS_SETTING, [' LocalHost:8000', 7, null, '10.0.0.1']);
  expect(hosts.permissions.privateHosts).toEqual(['localhost:8000', '10.0.0.1']);
  seen.settings.set(PRIVATE_HOSTS_SETTING, 'localhost');
  expect(hosts.permissions.privateHosts).toEqual([]);
});

test('one yes is for one host or for all; the engine knows before the editors hear', async () => {
  const order: string[] = [];
  const pictures = new PanelPictures(hosts, new PictureRoots(storage), () => Promise.resolve(void order.push('engine')));
  pictures.onChanged(() => order.push('editors'));
  expect(await pictures.ask('cdn.example')).toBe(false);
  expect(order).toEqual([]);
  seen.choice = 'Allow Pictures from [::1]:8080';
  expect(await pictures.ask('[::1]:8080')).toBe(true);
  expect(order).toEqual(['engine', 'editors']);
  seen.choice = 'Allow All Hosts';
  expect(await Promise.all([pictures.ask('cdn.example'), pictures.ask('other.example')])).toEqual([true, false]);
  expect(hosts.permissions).toMatchObject({ hosts: ['[::1]:8080'], everyHost: true });
});

test('a folder where paths start is remembered by shard', async () => {
  const [a, b] = ['/data/a.jsonl', '/data/b.jsonl'].map((path) => Uri.file(path) as unknown as vscode.Uri) as [vscode.Uri, vscode.Uri];
  const roots = new PictureRoots(storage);
  expect(roots.of(a)).toEqual({});
  await roots.set(a, '/pictures');
  await roots.set(a, '/other');
  expect(new PictureRoots(storage).of(a)).toEqual({ root: '/other' });
  expect(roots.of(b)).toEqual({});
});

test('commands take hosts back, delete what was fetched, and choose where paths start', async () => {
  let applied = 0;
  const roots = new PictureRoots(storage);
  const pictures = new PanelPictures(hosts, roots, () => {
    applied++;
    return Promise.resolve();
  });
  const uri = Uri.file('/data/a.jsonl') as unknown as vscode.Uri;
  const active = { panel: { session: { uri, name: 'a.jsonl' } } } as unknown as ActivePanel;
  registerPictureCommands(active, pictures, Uri.file('/cache') as unknown as vscode.Uri);
  const manage = async (picked?: string): Promise<void> => {
    seen.picked = picked;
    await seen.registered.get('loupe.managePictureHosts')!();
  };
  await manage();
  expect([seen.offered, applied]).toEqual([['Delete the pictures that were fetched'], 0]);
  await hosts.allow('a.example');
  await hosts.allow('b.example');
  await hosts.allowEvery();
  await manage('a.example');
  expect(seen.offered).toEqual(['Every host of the internet', 'b.example', 'a.example', '', 'Take back all of them', 'Delete the pictures that were fetched']);
  expect(hosts.permissions).toMatchObject({ hosts: ['b.example'], everyHost: true });
  await manage('Every host of the internet');
  expect(hosts.permissions).toMatchObject({ hosts: ['b.example'], everyHost: false });
  await manage('Take back all of them');
  expect(hosts.permissions).toEqual(NO_PERMISSIONS);
  await manage('Delete the pictures that were fetched');
  expect([seen.deleted, applied]).toEqual([['/cache/pictures'], 4]);
  await seen.registered.get('loupe.choosePictureFolder')!();
  expect([roots.of(uri), applied]).toEqual([{}, 4]);
  seen.folder = Uri.file('/pictures');
  await seen.registered.get('loupe.choosePictureFolder')!();
  expect([roots.of(uri), applied]).toEqual([{ root: '/pictures' }, 5]);
});
