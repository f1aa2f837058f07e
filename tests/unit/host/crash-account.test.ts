import { expect, test } from 'vitest';
import { CrashAccount } from '../../../extension/engine-client/crash-account.ts';
import { Turns } from '../../../extension/engine-client/turns.ts';
import { until } from './engine-fixture.ts';

test('two crashes at work put a file into quarantine, and clear the others of them', () => {
  const account = new CrashAccount();
  expect(account.record(['a', 'b', 'c'], ['a', 'c'])).toEqual([]);
  expect([account.crashes('a'), account.crashes('b'), account.crashes('c')]).toEqual([1, 0, 1]);
  expect(account.record(['a', 'b', 'c'], ['c'])).toEqual(['c']);
  expect([account.crashes('a'), account.isSuspect('a'), account.isQuarantined('c')]).toEqual([0, false, true]);
});

test('a crash while nothing was at work counts for every open file, and for none that is closed', () => {
  const account = new CrashAccount();
  account.record(['a', 'b'], []);
  expect(account.record(['a'], [])).toEqual(['a']);
  expect(account.isQuarantined('b')).toBe(false);
});

test('forgiving takes a file out of quarantine with its crashes', () => {
  const account = new CrashAccount(['a']);
  expect(account.isQuarantined('a')).toBe(true);
  account.forgive('a');
  expect([account.isQuarantined('a'), account.quarantined]).toEqual([false, []]);
  expect(account.record(['a'], ['a'])).toEqual([]);
});

test('a suspect file works alone, others side by side, first come first served', async () => {
  const turns = new Turns((path) => path === 'suspect');
  const order: string[] = [];
  const enter = async (path: string): Promise<() => void> => {
    const release = await turns.enter(path);
    order.push(path);
    return release;
  };
  const [a, b] = await Promise.all([enter('a'), enter('b')]);
  const suspect = enter('suspect');
  const c = enter('c');
  a();
  expect(order).toEqual(['a', 'b']);
  b();
  const release = await suspect;
  expect(order).toEqual(['a', 'b', 'suspect']);
  release();
  (await c)();
});

test('a suspect file that works for long no longer keeps others waiting', async () => {
  const turns = new Turns((path) => path === 'suspect', 10);
  const suspect = await turns.enter('suspect');
  const other = await turns.enter('a');
  other();
  suspect();
  (await turns.enter('suspect'))();
});

test('a cancelled wait leaves the queue and lets the next one go', async () => {
  const turns = new Turns((path) => path === 'suspect');
  const release = await turns.enter('a');
  const stop = new AbortController();
  const waiting = turns.enter('suspect', stop.signal);
  let next = false;
  void turns.enter('b').then(() => (next = true));
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  await until(() => next, 'the next one goes');
  release();
});
