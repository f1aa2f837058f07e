import { expect, it } from 'vitest';
import type { Condition } from '../../../extension/protocol/queries.ts';
import type { Preset } from '../../../extension/protocol/scores.ts';
import { LoupeError } from '../../../extension/rpc/failure.ts';
import { addCondition, applyPreset } from '../../../webview/shards/filters/actions.ts';
import type { Session } from '../../../webview/shards/session.ts';
import { INITIAL_VIEW, initialState } from '../../../webview/shards/state.ts';
import { Store } from '../../../webview/shards/store.ts';
import { FakeHost, settled } from './fake-host.ts';

const range = (column: string, min: string): Condition => ({ type: 'range', column: [column], min });
const preset = (id: string): Preset => ({ id, name: id, description: '', source: '', conditions: [] });
const answer = (...conditions: Condition[]): unknown => ({ query: { conditions, sort: [] } });

function fixture(): { fake: FakeHost; session: Session; store: Store } {
  const fake = new FakeHost();
  const store = new Store(initialState({ status: 'opening', name: 'x' }, INITIAL_VIEW));
  return { fake, store, session: { host: fake.host, store } as unknown as Session };
}

it('a preset takes the place of conditions on its columns alone', async () => {
  const { fake, store, session } = fixture();
  addCondition(session, range('width', '1024'));
  addCondition(session, range('score', '0.1'));
  void applyPreset(session, preset('a'));
  fake.of('view/preset')[0]!.answer(answer(range('score', '0.28')));
  await settled();
  expect(store.state.view.query.conditions).toEqual([range('width', '1024'), range('score', '0.28')]);
});

it('the preset chosen last is the one applied, whichever is worked out first', async () => {
  const { fake, store, session } = fixture();
  void applyPreset(session, preset('slow'));
  void applyPreset(session, preset('fast'));
  const [slow, fast] = fake.of('view/preset');
  expect(slow!.signal?.aborted).toBe(true);
  fast!.answer(answer(range('score', '0.28')));
  slow!.answer(answer(range('score', '0.9')));
  await settled();
  expect(store.state.view.query.conditions).toEqual([range('score', '0.28')]);
  expect(store.state.announcement).toBeNull();
});

it('a filter that is set while a preset is worked out is the later wish', async () => {
  const { fake, store, session } = fixture();
  void applyPreset(session, preset('slow'));
  addCondition(session, range('width', '1024'));
  fake.of('view/preset')[0]!.answer(answer(range('score', '0.9')));
  await settled();
  expect(store.state.view.query.conditions).toEqual([range('width', '1024')]);
});

it('a preset that cannot be worked out says why', async () => {
  const { fake, store, session } = fixture();
  void applyPreset(session, preset('a'));
  fake.of('view/preset')[0]!.fail(new LoupeError('invalid-request', 'No such column.'));
  await settled();
  expect(JSON.stringify(store.state.announcement)).toContain('No such column.');
});
