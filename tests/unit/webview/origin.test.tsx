import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { Column, SideCar } from '../../../extension/protocol/shards.ts';
import { JoinedMark, OriginLine } from '../../../webview/shards/joined-mark.tsx';
import { columnTitle, originSentences } from '../../../webview/shards/origin.ts';

const own: Column = { index: 0, name: 'caption', type: 'VARCHAR', kind: 'text' };
const url: Column = { index: 1, name: 'url', type: 'VARCHAR', kind: 'text', origin: { kind: 'side-car', file: '/data/00000.parquet', key: '__key__ = key' } };
const table: SideCar = { path: '/data/00000.parquet', layout: 'img2dataset table', key: '__key__ = key', status: 'joined', columns: ['url', 'status'], unmatched: 1, orphans: 1_234 };
const beside = (more: Partial<SideCar> = {}): { sideCars: SideCar[] } => ({ sideCars: [{ ...table, path: '/data/other.npy', columns: ['vector'] }, { ...table, ...more }] });

describe('a joined column', () => {
  it('says of which file it is, by what key, and how many rows found no partner on either side', () => {
    expect(originSentences(url, beside())).toEqual(['From 00000.parquet, joined by __key__ = key.', '1 row here has no partner there.', '1,234 rows there have no partner here.']);
    expect(originSentences(url, beside({ unmatched: 0, orphans: 0 })).at(-1)).toBe('Every row has its partner.');
    expect(originSentences(url, beside({ unmatched: null, orphans: null })).at(-1)).toBe('Rows without a partner are not counted yet.');
    expect(originSentences(url, beside({ unmatched: 3, orphans: null })).slice(1)).toEqual(['3 rows here have no partner there.']);
  });

  it('says of how many files it is in a set, and its file where nothing else is known', () => {
    expect(originSentences(url, beside({ files: 12, path: 'C:\\data\\00007.parquet' }))[0]).toBe('From 00007.parquet and 11 files like it, joined by __key__ = key.');
    expect(originSentences(url, {})).toEqual(['From 00000.parquet, joined by __key__ = key.']);
    expect(originSentences(url, beside({ status: 'refused' }))).toHaveLength(1);
  });

  it('has a mark and a line of its own; other columns have neither', () => {
    expect(renderToStaticMarkup(<JoinedMark column={url} />)).toContain('joined-mark');
    expect(renderToStaticMarkup(<OriginLine column={url} shard={beside()} />)).toContain('joined by __key__ = key. 1 row here has no partner there.');
    const set: Column = { ...own, name: 'shard', origin: { kind: 'set' } };
    for (const column of [own, set]) {
      expect(renderToStaticMarkup(<JoinedMark column={column} />)).toBe('');
      expect(renderToStaticMarkup(<OriginLine column={column} shard={beside()} />)).toBe('');
      expect(originSentences(column, beside())).toEqual([]);
    }
  });
});

it('the tooltip of a column has its name, its type, where it comes from and how shards differ in it', () => {
  expect(columnTitle({ ...url, difference: 'missing in 1 of 2 shards' }, beside()).split('\n')).toEqual([
    'url',
    'VARCHAR',
    'From 00000.parquet, joined by __key__ = key.',
    '1 row here has no partner there.',
    '1,234 rows there have no partner here.',
    'Not the same in every shard: missing in 1 of 2 shards.',
  ]);
  expect(columnTitle({ ...own, name: '' }, {})).toBe('(no name)\nVARCHAR');
});
