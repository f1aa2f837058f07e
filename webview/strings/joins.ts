import { formatCount } from '../shards/numbers.ts';

/** Texts about columns that a side-car brings. */
export const joinStrings = {
  from: (file: string, files: number, key: string) => `From ${file}${files > 1 ? ` and ${othersCount(files - 1)} like it` : ''}, joined by ${key}.`,
  unmatched: (count: number) => (count === 1 ? '1 row here has no partner there.' : `${formatCount(count)} rows here have no partner there.`),
  orphans: (count: number) => (count === 1 ? '1 row there has no partner here.' : `${formatCount(count)} rows there have no partner here.`),
  allMatched: 'Every row has its partner.',
  uncounted: 'Rows without a partner are not counted yet.',
  differs: (words: string) => `Not the same in every shard: ${words}.`,
};

function othersCount(count: number): string {
  return count === 1 ? '1 file' : `${formatCount(count)} files`;
}
