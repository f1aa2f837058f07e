import { afterAll, describe, expect, it } from 'vitest';
import { closeDuckdb, query, stream } from '../../../extension/engine/duckdb/session.ts';
import { poll } from '../../support/poll.ts';

afterAll(() => closeDuckdb());

const ENDLESS = 'SELECT a.range FROM range(1000000000000) a WHERE a.range % 1000 = 0';

/** Waits until this process uses less than a third of one core. */
async function idle(): Promise<void> {
  let [at, used] = [performance.now(), process.cpuUsage()];
  await poll('an idle process', () => {
    const { user, system } = process.cpuUsage(used);
    const share = (user + system) / 1000 / (performance.now() - at);
    [at, used] = [performance.now(), process.cpuUsage()];
    return share < 0.33;
  });
}

describe('a streamed statement', () => {
  it('hands over its rows in order, as they are found', async () => {
    const rows: unknown[] = [];
    await stream('SELECT range FROM range(10000)', (chunk) => {
      rows.push(...chunk.getColumnValues(0));
      return 'more';
    });
    expect(rows).toEqual(Array.from({ length: 10_000 }, (_, i) => BigInt(i)));
  });

  it('ends when it was enough, and leaves no work behind', async () => {
    let rows = 0;
    await stream(ENDLESS, (chunk) => {
      rows += chunk.rowCount;
      return 'enough';
    });
    expect(rows).toBeGreaterThan(0);
    await idle();
    expect((await query('SELECT 1', [])).columns).toEqual([[1]]);
  });

  it('ends when it is cancelled, before its first row or in the middle', async () => {
    const before = new AbortController();
    const waiting = stream('SELECT max(range) FROM range(1000000000000)', () => 'more', { signal: before.signal });
    before.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    const middle = new AbortController();
    const running = stream(
      ENDLESS,
      () => {
        middle.abort();
        return 'more';
      },
      { signal: middle.signal },
    );
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await idle();
  });

  it('ends with what its receiver throws', async () => {
    const failing = stream(ENDLESS, () => {
      throw new Error('no room');
    });
    await expect(failing).rejects.toThrow('no room');
    await idle();
  });

  it("fails with DuckDB's error", async () => {
    await expect(stream("SELECT error('bad row') FROM range(10)", () => 'more')).rejects.toThrow('bad row');
    await expect(stream('SELECT nothing', () => 'more')).rejects.toThrow('Binder Error');
  });
});
