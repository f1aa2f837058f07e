import { expect, it } from 'vitest';
import { PageCache, type Kept } from '../../../extension/engine/shards/parquet-pages/page-cache.ts';

/** Things of a size that count how often they were made. */
function maker(): { load: (cache: PageCache, key: string, memory: number) => Promise<Kept>; made: string[] } {
  const made: string[] = [];
  const load = (cache: PageCache, key: string, memory: number): Promise<Kept> =>
    cache.load(key, () => {
      made.push(key);
      return Promise.resolve({ memory });
    });
  return { load, made };
}

it('makes once what is asked for twice, also at the same time', async () => {
  const cache = new PageCache(100);
  const { load, made } = maker();
  const [one, two] = await Promise.all([load(cache, 'a', 10), load(cache, 'a', 10)]);
  expect(one).toBe(two);
  expect(await load(cache, 'a', 10)).toBe(one);
  expect(made).toEqual(['a']);
});

it('forgets what was used longest ago when it holds too much', async () => {
  const cache = new PageCache(100);
  const { load, made } = maker();
  for (const key of ['a', 'b', 'a', 'c']) await load(cache, key, 40);
  expect(cache.memory).toBe(80);
  await load(cache, 'a', 40);
  await load(cache, 'b', 40);
  expect(made).toEqual(['a', 'b', 'c', 'b']);
  await load(cache, 'large', 1_000);
  expect(cache.memory).toBe(0);
});

it('keeps no failure, and forgets by prefix', async () => {
  const cache = new PageCache(100);
  const { load, made } = maker();
  await expect(cache.load('1/a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  for (const key of ['1/a', '1/b', '10/a']) await load(cache, key, 10);
  cache.forget('1/');
  expect(cache.memory).toBe(10);
  await load(cache, '10/a', 10);
  expect(made).toEqual(['1/a', '1/b', '10/a']);
});
