import { expect, test, vi } from 'vitest';
import { cached, file, newCache, openFile, relate } from './fixture.ts';

vi.mock('../../../extension/engine/duckdb/session.ts', async (original) => {
  const module = await original<typeof import('../../../extension/engine/duckdb/session.ts')>();
  const query: typeof module.query = (sql, ...rest) =>
    sql.includes('read_ndjson_objects') ? Promise.reject(new Error('IO Error: Could not write file "x.part": No space left on device')) : module.query(sql, ...rest);
  return { ...module, query };
});

test('a full disk is told, and nothing stays behind', async () => {
  const cache = newCache();
  const shard = await openFile(file('{"a": 1}\n'), { cache });
  await expect(relate(shard, ['a'])).rejects.toMatchObject({ code: 'too-large', message: expect.stringContaining('disk') as string });
  expect(cached(cache, '')).toEqual([]);
});
