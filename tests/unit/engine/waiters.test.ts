import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Waiters } from '../../../extension/engine/waiters.ts';

const never = new AbortController().signal;

describe('those who wait', () => {
  it('go on as soon as what each waits for is reached', async () => {
    const waiters = new Waiters();
    const gone: number[] = [];
    let length = 1;
    const waiting = [3, 1, 2].map((end) => waiters.until(() => length >= end, never).then(() => gone.push(end)));
    await waiting[1];
    expect(gone).toEqual([1]);
    for (length = 2; length <= 3; length++) {
      waiters.check();
      await waiting[length === 2 ? 2 : 0];
    }
    expect(gone).toEqual([1, 2, 3]);
  });

  it('end with the signal, and leave nothing behind on it or here', async () => {
    const waiters = new Waiters();
    const stop = new AbortController();
    let looked = 0;
    const waiting = waiters.until(() => ++looked < 0, stop.signal);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await expect(waiters.until(() => true, stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
    waiters.check();
    expect(looked).toBe(1);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });
});
