import { beforeEach, describe, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import { ActivePanel } from '../../../extension/shards/active-panel.ts';
import { OpenPanels } from '../../../extension/shards/open-panels.ts';
import { parseRowLink, registerRowLinks, rowLink } from '../../../extension/shards/row-links.ts';
import type { ShardPanel } from '../../../extension/shards/shard-panel.ts';
import { setUri } from '../../../extension/shards/sets/set-uri.ts';
import { seen, Uri } from './fake-vscode.ts';

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
  ['/open', 'uri=loupe-set%3A%2Fdata%2Fset%3Fnonsense&row=1'],
])('a link that Loupe did not make leads nowhere: %s?%s', (path, query) => {
  expect(parseRowLink({ path, query })).toBeNull();
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

describe('following a link', () => {
  const follow = async (link: vscode.Uri): Promise<void> => {
    registerRowLinks(new ActivePanel(), panels);
    await seen.uriHandler?.(link);
  };
  beforeEach(() => void Object.assign(seen, { choice: undefined, commands: [], questions: [], errors: [] }));

  test('asks first, with the whole path, and opens nothing where the answer is no', async () => {
    await follow(rowLink({ uri, row: 11 }));
    expect(seen.questions).toEqual([['Open row 12 of this file in Loupe?', '/data/a b 1.parquet']]);
    expect(seen.commands).toEqual([]);
  });

  test('opens the file in the editor of its kind', async () => {
    seen.choice = 'Open';
    await follow(rowLink({ uri, row: 11 }));
    await follow(rowLink({ uri: Uri.file('/data/b.jsonl') as unknown as vscode.Uri, row: 0 }));
    expect(seen.commands.map(([command, , view]) => [command, view])).toEqual([['vscode.openWith', 'loupe.shard'], ['vscode.openWith', 'loupe.lines']]);
  });

  test('of a set shows its folder and patterns, not the name that it gives itself', async () => {
    seen.choice = 'Open';
    await follow(rowLink({ uri: setUri({ folder: '/secret', patterns: ['{0..9}.jsonl', 'more'] }, 'harmless.jsonl'), row: 0 }));
    expect(seen.questions).toEqual([['Open row 1 of these files as one table in Loupe?', '/secret\n{0..9}.jsonl, more']]);
    expect(seen.commands.map(([, , view]) => view)).toEqual(['loupe.shard']);
  });

  test('says that it cannot, of a link that Loupe did not make', async () => {
    await follow(new Uri({ scheme: 'vscodium', path: '/run', query: '' }) as unknown as vscode.Uri);
    expect([seen.questions, seen.errors]).toEqual([[], ['This is no link to a row that Loupe can follow.']]);
  });
});

test('a copied link has the number that the row has in the table', async () => {
  const panel = { session: { uri }, context: { row: 41, column: 'text' } };
  registerRowLinks({ panel } as unknown as ActivePanel, panels);
  await seen.registered.get('loupe.copyLink')?.();
  expect(parseRowLink(Uri.parse(seen.clipboard) as unknown as vscode.Uri)).toMatchObject({ row: 41, column: 'text' });
});
