import { formatCount } from '../shards/numbers.ts';

/** Texts about the other version of a shard in a diff. */
export const versionStrings = {
  comparing: 'Comparing the versions',
  notCompared: 'The versions cannot be compared',
  only: 'Changed rows only',
  rows: (rows: number) => (rows === 1 ? '1 changed row' : `${formatCount(rows)} changed rows`),
  found: (changed: number, added: number, removed: number) =>
    `${formatCount(changed)} with other values, ${formatCount(added)} only here, ${formatCount(removed)} only in the other version.`,
  byKey: (key: string) => `Rows are found again by ${key}.`,
  byNumber: 'Rows are compared by their number: no column names them.',
  ownColumns: (names: string) => `Columns only here: ${names}.`,
  otherColumns: (names: string) => `Columns only in the other version: ${names}.`,
  cut: 'Not all of them are marked.',
  changed: 'differs from the other version',
  rowSubject: 'row',
};
