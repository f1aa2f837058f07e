import { appendFileSync, copyFileSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { closeDuckdb, query } from '../../../extension/engine/duckdb/session.ts';
import { poll } from '../../support/poll.ts';
import { seededRandom } from '../../support/random.ts';
import { cached, file, newCache, openFile, refs, relate, table, texts } from './fixture.ts';

const random = seededRandom(3);
/** Records of about 100 bytes that do not compress. */
function records(count: number, first = 0): string {
  let text = '';
  for (let at = first; at < first + count; at++) text += `${JSON.stringify({ id: at, score: random(), text: Array.from({ length: 4 }, () => random().toString(36)).join('') })}\n`;
  return text;
}

async function tableFile(cache: string): Promise<string> {
  const name = await poll('a table', () => cached(cache, '.table')[0]);
  return join(cache, 'files', name);
}

describe('a table of the cache', () => {
  test('serves every later opening of the same content, and holds every column where the file is small', async () => {
    const cache = newCache();
    const path = file(records(500));
    const first = await openFile(path, { cache });
    const before = await table(first, ['score']);
    await first.close();
    const { ino } = statSync(await tableFile(cache));
    const said: string[] = [];
    const second = await openFile(path, { cache });
    const relation = await relate(second, ['score', 'id'], (label) => said.push(label));
    expect(relation.types.map(String)).toEqual(['DOUBLE', 'BIGINT']);
    expect((await texts(relation))[0]).toEqual(before.columns[0]);
    expect(said).toEqual([]);
    expect(statSync(await tableFile(cache)).ino).toBe(ino);
    expect(cached(cache, '.table')).toHaveLength(1);
  });

  test.each<[string, (path: string, other: string) => void]>([
    ['cut', (path) => writeFileSync(path, readFileSync(path).subarray(0, 20_000))],
    ['no database', (path) => writeFileSync(path, 'no database')],
    ['empty', (path) => writeFileSync(path, '')],
    ["another content's", (path, other) => copyFileSync(other, path)],
  ])('is filled anew when it is %s', async (_, harm) => {
    const cache = newCache();
    const path = file(records(300));
    const first = await openFile(path, { cache });
    const before = await table(first, ['id', 'text']);
    await first.close();
    await closeDuckdb();
    const otherCache = newCache();
    const other = await openFile(file(records(299)), { cache: otherCache });
    await relate(other, ['id']);
    await other.close();
    harm(await tableFile(cache), await tableFile(otherCache));
    expect(await table(await openFile(path, { cache }), ['id', 'text'])).toEqual(before);
  });

  test('goes on after DuckDB was started anew', async () => {
    const shard = await openFile(file(records(100)));
    const relation = await relate(shard, ['id']);
    const before = await texts(relation);
    await closeDuckdb();
    expect(await texts(relation)).toEqual(before);
  });

  test('is used by two openings at once, and by what stays when one is closed', async () => {
    const cache = newCache();
    const path = file(records(100));
    const [first, second] = [await openFile(path, { cache }), await openFile(path, { cache })];
    const [one, two] = await Promise.all([relate(first, ['id']), relate(second, ['id'])]);
    expect(await texts(one)).toEqual(await texts(two));
    await first.close();
    expect((await texts(two))[0]?.[99]).toBe('99');
  });

  test('columns asked for later get a table of their own, where the file is too large for all at once', async () => {
    const cache = newCache();
    const path = file(`${records(20_000)}{"id": "odd", "score": 1, "score": 2.5}\n`);
    const shard = await openFile(path, { cache, cacheBytes: 7_000_000 });
    const first = await relate(shard, ['score']);
    expect(cached(cache, '.table')).toHaveLength(1);
    const both = await relate(shard, ['id', 'score']);
    expect(cached(cache, '.table')).toHaveLength(2);
    const [ids, scores] = await texts(both);
    expect([ids?.[0], ids?.[19_999], ids?.[20_000]]).toEqual(['0', '19999', 'odd']);
    expect(scores).toEqual((await texts(first))[0]);
    expect(scores?.[20_000]).toBe('2.5');
    const found = await query(`SELECT row FROM ${both.from} WHERE v0 = '123'`, []);
    expect(found.columns[0]).toEqual([123n]);
  });
});

describe('files that change', () => {
  test('a JSON Lines file that grew is filled again, its old table let go', async () => {
    const cache = newCache();
    const path = file(records(200).slice(0, -1));
    const shard = await openFile(path, { cache });
    expect((await relate(shard, ['id'])).rows).toBe(200);
    appendFileSync(path, `\n${records(50, 200)}`);
    const relation = await poll('the new rows', async () => {
      const now = await relate(shard, ['id']);
      return now.rows === 250 ? now : null;
    });
    expect((await texts(relation))[0]?.[249]).toBe('249');
    expect(cached(cache, '.use')).toHaveLength(1);
  });

  test('a file that was rewritten is noticed', async () => {
    const path = file(records(200));
    const shard = await openFile(path);
    await relate(shard, ['id']);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"id":0', '"id":9'));
    utimesSync(path, 5, 5);
    await expect(relate(shard, ['id'])).rejects.toMatchObject({ code: 'changed' });
  });

  test('a file that is rewritten while it is filled leaves no table', async () => {
    const cache = newCache();
    const path = file(records(20_000));
    const shard = await openFile(path, { cache });
    let done = false;
    const report = (): void => {
      if (done) return;
      done = true;
      utimesSync(path, 5, 5);
    };
    await expect(relate(shard, ['id'], report)).rejects.toMatchObject({ code: 'changed' });
    expect(cached(cache, '')).toEqual([]);
  });

  test('a file that is gone is told', async () => {
    const path = file(records(200));
    const shard = await openFile(path);
    rmSync(path);
    await expect(relate(shard, ['id'])).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('filling', () => {
  test('is given up when nobody waits any more, and leaves nothing behind', async () => {
    const cache = newCache();
    const shard = await openFile(file(records(100_000)), { cache });
    const stop = new AbortController();
    const failed = relate(shard, ['id'], () => stop.abort(), stop.signal);
    await expect(failed).rejects.toMatchObject({ code: 'cancelled' });
    await poll('an empty cache', () => cached(cache, '').length === 0);
    expect((await relate(shard, ['id'])).rows).toBe(100_000);
  });

  test('goes on for those who still wait', async () => {
    const cache = newCache();
    const shard = await openFile(file(records(50_000)), { cache });
    const stop = new AbortController();
    const [given, kept] = await Promise.allSettled([
      relate(shard, ['id'], () => stop.abort(), stop.signal),
      relate(shard, ['score']),
      relate(shard, ['text']),
    ]);
    expect(given).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } });
    expect(kept).toMatchObject({ status: 'fulfilled', value: { rows: 50_000 } });
    expect(cached(cache, '.table')).toHaveLength(1);
  });

  test('ends with the shard', async () => {
    const cache = newCache();
    const shard = await openFile(file(records(50_000)), { cache });
    const filling = relate(shard, ['id'], () => void shard.close());
    await expect(filling).rejects.toThrow();
    await poll('an empty cache', () => cached(cache, '').length === 0);
  });

  test('leaves nothing held where the shard is closed at any moment of it', async () => {
    const path = file(records(200));
    const cache = newCache();
    await relate(await openFile(path, { cache }), ['id']);
    const held = cached(cache, '.use').length;
    for (let turns = 0; turns < 30; turns++) {
      const shard = await openFile(path, { cache });
      const relating = relate(shard, ['id']).catch(() => undefined);
      for (let turn = 0; turn < turns; turn++) await setImmediate();
      await shard.close();
      await relating;
      expect(cached(cache, '.use'), `closed after ${turns} turns`).toHaveLength(held);
    }
  });

  test('reports bytes of the file', async () => {
    const path = file(`[${records(30_000).trim().replaceAll('\n', ',')}]`, 'json');
    const shard = await openFile(path);
    const told: [string, number, number][] = [];
    await relate(shard, ['id'], (...report) => void told.push(report));
    expect(new Set(told.map(([label]) => label))).toContain('Preparing for queries');
    expect(told.every(([, done, total]) => done >= 0 && done <= total && total === shard.state().fileSize)).toBe(true);
  });

  test('stops at the cap of the cache, in words that name the setting', async () => {
    const cache = newCache();
    const shard = await openFile(file(records(50_000)), { cache, cacheBytes: 1_000_000 });
    await expect(relate(shard, ['text'])).rejects.toMatchObject({ code: 'too-large', message: expect.stringContaining('loupe.cache.maximumSize') as string });
    await poll('an empty cache', () => cached(cache, '').length === 0);
  });

  test('makes room by the table used least recently, never one in use', async () => {
    const cache = newCache();
    const options = { cache, cacheBytes: 3_000_000 };
    const paths = Array.from({ length: 4 }, () => file(records(5_000)));
    const kept = await openFile(paths[0] ?? '', options);
    const relation = await relate(kept, ['text', 'id', 'score']);
    const inUse = cached(cache, '.table');
    for (const path of paths.slice(1)) {
      const shard = await openFile(path, options);
      await relate(shard, ['text', 'id', 'score']);
      await shard.close();
    }
    expect(cached(cache, '.table')).toEqual(expect.arrayContaining(inUse));
    expect(cached(cache, '.table').length).toBeLessThan(4);
    expect((await texts(relation))[1]?.[4_999]).toBe('4999');
  });

  test('a column that is not there is refused', async () => {
    const shard = await openFile(file(records(2)));
    await expect(shard.relation([{ index: 99, fields: [] }], () => undefined, new AbortController().signal)).rejects.toMatchObject({ code: 'invalid-request' });
    expect(refs(shard, ['none'])[0]?.index).toBe(-1);
  });
});
