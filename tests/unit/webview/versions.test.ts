import { expect, it } from 'vitest';
import type { Comparison } from '../../../extension/protocol/comparison.ts';
import type { ShardState } from '../../../extension/protocol/shards.ts';
import type { DocumentState } from '../../../extension/protocol/webview.ts';
import { LoupeError } from '../../../extension/rpc/failure.ts';
import { INITIAL_VIEW, initialState } from '../../../webview/shards/state.ts';
import { Store } from '../../../webview/shards/store.ts';
import { Versions } from '../../../webview/shards/versions/versions.ts';
import { FakeHost, settled } from './fake-host.ts';

const shard: ShardState = { path: '/a', format: 'parquet', compression: 'none', fileSize: 1, rows: 9, rowsComplete: true, columns: [], notices: [], bytesRead: 0 };
const ALONE: DocumentState = { status: 'open', name: 'a', shard };
const BESIDE: DocumentState = { ...ALONE, otherVersion: true };
const OPENING: DocumentState = { status: 'opening', name: 'a' };
const found: Comparison = { key: 'id', changed: 3, added: 1, removed: 0, ownColumns: [], otherColumns: [], ranges: [2, 4, 6, 7], cut: false };

function fixture(document: DocumentState) {
  const fake = new FakeHost();
  const store = new Store(initialState(document, INITIAL_VIEW));
  const versions = new Versions(fake.host, store);
  let told = 0;
  versions.subscribe(() => (told += 1));
  versions.start();
  const show = (next: DocumentState): void => store.dispatch({ type: 'document', document: next });
  return { fake, versions, show, told: () => told, asked: () => fake.of('view/compare') };
}

it('asks how the versions differ when there are two, and knows the changed rows', async () => {
  const { versions, show, asked } = fixture(ALONE);
  expect(asked()).toHaveLength(0);
  show(BESIDE);
  expect(versions.state.comparing).toBe(true);
  asked()[0]!.answer(found);
  await settled();
  expect(versions.state).toEqual({ comparison: found, comparing: false, problem: null });
  expect(Array.from({ length: 9 }, (_, row) => versions.isChanged(row))).toEqual([false, false, true, true, false, false, true, false, false]);
});

it('forgets the other version when it is closed, and compares again when the shard is opened anew', async () => {
  const { versions, show, asked } = fixture(BESIDE);
  asked()[0]!.answer(found);
  await settled();
  show(ALONE);
  expect([versions.state.comparison, versions.isChanged(2)]).toEqual([null, false]);
  show(OPENING);
  show(BESIDE);
  expect(asked()).toHaveLength(2);
});

it('gives an older comparison up for a newer one, and says why there is none', async () => {
  const { versions, show, asked } = fixture(BESIDE);
  show(OPENING);
  show(BESIDE);
  expect(asked()[0]!.signal?.aborted).toBe(true);
  asked().at(-1)!.fail(new LoupeError('malformed', 'a is damaged.'));
  await settled();
  expect(versions.state).toEqual({ comparison: null, comparing: false, problem: 'a is damaged.' });
});
