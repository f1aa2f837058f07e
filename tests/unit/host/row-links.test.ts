import { beforeEach, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import { OpenPanels } from '../../../extension/shards/open-panels.ts';
import { openedBy, parseRowLink, rowLink } from '../../../extension/shards/row-links.ts';
import type { ShardPanel } from '../../../extension/shards/shard-panel.ts';
import { Uri } from './fake-vscode.ts';

vi.mock('vscode', () => import('./fake-vscode.ts'));

const uri = Uri.file('/data/a b 1.parquet') as unknown as vscode.Uri;
let panels: OpenPanels;
beforeEach(() => {
  panels = new OpenPanels(() => ({ dispose: () => undefined }));
});

test('a link leads back to its row, counted from 1 in the link', () => {
  const link = rowLink({ uri, row: 11, column: 'url & text' });
  expect(link.scheme).toBe('vscodium');
  expect(new URLSearchParams(link.query).get('row')).toBe('12');
  const place = parseRowLink(link);
  expect(place).toMatchObject({ row: 11, column: 'url & text' });
  expect(place?.uri.toString()).toBe(uri.toString());
  expect(parseRowLink(rowLink({ uri, row: 0 }))).not.toHaveProperty('column');
});

test.each([
  ['/run', 'uri=file%3A%2F%2F%2Fa&row=1'],
  ['/open', 'row=1'],
  ['/open', 'uri=file%3A%2F%2F%2Fa'],
  ['/open', 'uri=file%3A%2F%2F%2Fa&row=0'],
  ['/open', 'uri=file%3A%2F%2F%2Fa&row=-1'],
  ['/open', 'uri=file%3A%2F%2F%2Fa&row=1e3'],
  ['/open', 'uri=https%3A%2F%2Fexample.org%2Fa.parquet&row=1'],
  ['/open', 'uri=command%3Aworkbench.action.quit&row=1'],
  ['/open', 'uri=not+an+address&row=1'],
  ['/open', 'uri=loupe-set%3A%2F%2F%2Fdata%2Fset&row=1'],
  ['/open', `uri=${encodeURIComponent('loupe-set:///data/set?{"folder":1}')}&row=1`],
])('a link that Loupe did not make leads nowhere: %s?%s', (path, query) => {
  expect(parseRowLink({ path, query })).toBeNull();
});

test('what a link to a set opens is said, not what its title claims', () => {
  const set = (patterns: readonly string[]): vscode.Uri =>
    Uri.from({ scheme: 'loupe-set', path: '/data/harmless (2 shards)', query: JSON.stringify({ folder: '/home/me', patterns }) }) as unknown as vscode.Uri;
  const place = parseRowLink(rowLink({ uri: set(['**/*.jsonl', 'secret']), row: 3 }));
  expect(openedBy(place!.uri)).toBe('/home/me\n**/*.jsonl\nsecret');
  expect(openedBy(uri)).toBe('/data/a b 1.parquet');
  const lines = openedBy(set(Array.from({ length: 5_000 }, (_, i) => `${i}`))).split('\n');
  expect(lines).toHaveLength(22);
  expect(lines.at(-1)).toBe('…');
});

test('an open editor goes to the row; one that opens next begins at it, once', () => {
  const shown: unknown[] = [];
  const panel = (): ShardPanel => ({ session: { uri }, reveal: (row: number, column?: string) => shown.push([row, column]) }) as unknown as ShardPanel;
  panels.reveal({ uri, row: 4, column: 'text' });
  expect(shown).toEqual([]);
  const first = panel();
  panels.add(first);
  expect(shown).toEqual([[4, 'text']]);
  panels.reveal({ uri, row: 9 });
  expect(shown).toEqual([[4, 'text'], [9, undefined]]);
  panels.delete(first);
  panels.add(panel());
  expect(shown).toHaveLength(2);
});
