import { expect, test } from 'vitest';
import type * as vscode from 'vscode';
import { EVERYTHING } from '../../../extension/protocol/queries.ts';
import type { ViewState } from '../../../extension/protocol/webview.ts';
import { ViewStates } from '../../../extension/shards/view-states.ts';

/** Storage as VS Code keeps it: JSON. */
function fakeStorage(): vscode.Memento {
  const kept = new Map<string, string>();
  return {
    keys: () => [...kept.keys()],
    get: (key: string, otherwise: unknown) => (kept.has(key) ? (JSON.parse(kept.get(key)!) as unknown) : otherwise),
    update: (key: string, value: unknown) => {
      kept.set(key, JSON.stringify(value));
      return Promise.resolve();
    },
  } as unknown as vscode.Memento;
}

const view = (topRow: number, more: Partial<ViewState> = {}): ViewState => ({ widths: {}, hidden: [], order: [], query: EVERYTHING, parked: [], charts: true, roles: [], topRow, panel: 'none', panelShare: 0.4, wrap: true, ...more });

test('changed rows are not asked for the next time: there need not be another version', () => {
  const states = new ViewStates(fakeStorage());
  const kept = { type: 'null', column: ['a'] } as const;
  states.set('file:///a', view(0, { query: { conditions: [{ type: 'changed' }, kept], sort: [] } }));
  expect(states.get('file:///a')?.query.conditions).toEqual([kept]);
});

test('a view survives the extension host', () => {
  const storage = fakeStorage();
  new ViewStates(storage).set('file:///a', view(7));
  expect(new ViewStates(storage).get('file:///a')).toEqual(view(7));
  expect(new ViewStates(storage).get('file:///b')).toBeUndefined();
});

test('200 files are remembered; the one looked at longest ago goes', () => {
  const storage = fakeStorage();
  const states = new ViewStates(storage);
  for (let i = 0; i < 200; i++) states.set(`file:///${i}`, view(i));
  states.set('file:///0', view(1000));
  states.set('file:///200', view(200));
  const later = new ViewStates(storage);
  expect(later.get('file:///0')?.topRow).toBe(1000);
  expect(later.get('file:///1')).toBeUndefined();
  expect(later.get('file:///2')?.topRow).toBe(2);
});

test('a million column names do not fill the storage', () => {
  const states = new ViewStates(fakeStorage());
  const names = Array.from({ length: 5_000 }, (_, i) => `c${i}`);
  states.set('file:///a', view(0, { hidden: names, widths: Object.fromEntries(names.map((name) => [name, 9])) }));
  expect(states.get('file:///a')?.hidden).toHaveLength(1_000);
  expect(Object.keys(states.get('file:///a')?.widths ?? {})).toHaveLength(1_000);
});
