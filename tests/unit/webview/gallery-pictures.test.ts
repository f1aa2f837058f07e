import { describe, expect, it } from 'vitest';
import type { Column } from '../../../extension/protocol/shards.ts';
import type { GridCell } from '../../../webview/shards/grid/page-cache.ts';
import { InsideColumns } from '../../../webview/shards/inside-columns.ts';
import { captionColumn, insideColumns, MAX_SCORES, scoreColumns } from '../../../webview/shards/gallery/choices.ts';
import { Pager } from '../../../webview/shards/gallery/pager.ts';
import { columnsThatTell, columnsWithPictures, rowPictures, sourceColumns } from '../../../webview/shards/gallery/pictures-of-row.ts';
import type { ScoreKnowledge } from '../../../webview/shards/statistics/scores.ts';

const column = (index: number, name: string, kind: Column['kind']): Column => ({ index, name, kind, type: kind });
const columns = [column(0, 'url', 'text'), column(1, 'jpg', 'image'), column(2, 'png', 'image'), column(3, 'caption', 'text'), column(4, 'score', 'number')];
const cell = (kind: GridCell['kind'], text = ''): GridCell => ({ kind, text, size: 0 });
const pictures = new Set([0, 1, 2]);

describe('the pictures of a row', () => {
  it('come from the column that the user chose, else from all, those that are there before those elsewhere', () => {
    expect(sourceColumns(columns, pictures, undefined).map(({ name }) => name)).toEqual(['jpg', 'png', 'url']);
    expect(sourceColumns(columns, pictures, 'png').map(({ name }) => name)).toEqual(['png']);
    expect(sourceColumns(columns, pictures, 'gone').map(({ name }) => name)).toEqual(['jpg', 'png', 'url']);
    expect(sourceColumns(columns, new Set(), null)).toEqual([]);
  });

  it('need no cell where one column has them all', () => {
    expect(columnsThatTell([columns[1]!])).toEqual([]);
    expect(columnsWithPictures([columns[1]!], () => undefined)).toEqual([1]);
    expect(columnsThatTell([columns[0]!])).toHaveLength(1);
    expect(columnsThatTell([columns[1]!, columns[2]!])).toHaveLength(2);
  });

  it('are where a cell holds or names one, as soon as every cell is known', () => {
    const sources = [columns[1]!, columns[2]!, columns[0]!];
    const cells = new Map([[1, cell('missing')], [2, cell('image')], [0, cell('text', 'https://a.example/1.jpg')]]);
    expect(columnsWithPictures(sources, (index) => cells.get(index))).toEqual([2, 0]);
    cells.set(0, cell('text', 'no picture'));
    expect(columnsWithPictures(sources, (index) => cells.get(index))).toEqual([2]);
    cells.delete(0);
    expect(columnsWithPictures(sources, (index) => cells.get(index))).toBeUndefined();
  });

  it('are all those of its cells, the first of each asked for with the cell', () => {
    const places = new Map([[1, [[0, 'bytes'], [2, 'bytes']]]]);
    expect(rowPictures([1, 2], (index) => places.get(index))).toEqual([
      { column: 1, path: [] },
      { column: 1, path: [2, 'bytes'] },
      { column: 2, path: [] },
    ]);
  });
});

describe('the pager of a tile', () => {
  it('goes round, and remembers where each row is', () => {
    const pager = new Pager();
    let told = 0;
    pager.subscribe(() => told++);
    pager.turn(7, 1, 3);
    pager.turn(7, 1, 3);
    expect(pager.place(7)).toBe(2);
    pager.turn(7, 1, 3);
    expect(pager.place(7)).toBe(0);
    pager.turn(7, -1, 3);
    expect(pager.place(7)).toBe(2);
    expect(pager.place(8)).toBe(0);
    expect(told).toBe(4);
  });

  it('stands still where there is one picture, and comes back where there are fewer than before', () => {
    const pager = new Pager();
    pager.turn(1, 1, 1);
    expect(pager.place(1)).toBe(0);
    pager.turn(1, -1, 9);
    expect(pager.place(1)).toBe(8);
    pager.turn(1, 1, 2);
    expect(pager.place(1)).toBe(0);
  });
});

describe('the words under a picture', () => {
  const unknown: ScoreKnowledge = { columns: [], presets: [], known: false };
  const known: ScoreKnowledge = {
    columns: [{ column: ['score'], role: { role: 'score', kind: 'cosine', better: 'higher', source: 'x' } }, { column: ['note'], role: { role: 'caption' } }],
    presets: [],
    known: true,
  };
  it('are the caption, by role or by name, or what the user chose', () => {
    const all = [...columns, column(5, 'note', 'text')];
    expect(captionColumn(all, {}, unknown, pictures)?.name).toBe('caption');
    expect(captionColumn(all, {}, known, pictures)?.name).toBe('note');
    expect(captionColumn(all, { caption: 'score' }, known, pictures)?.name).toBe('score');
    expect(captionColumn(all, { caption: null }, known, pictures)).toBeUndefined();
    expect(captionColumn([columns[0]!], {}, unknown, pictures)).toBeUndefined();
  });

  it('are the first scores, or those that the user chose, in the order of the table', () => {
    expect(scoreColumns(columns, {}, unknown)).toEqual([]);
    expect(scoreColumns(columns, {}, known).map(({ name }) => name)).toEqual(['score']);
    expect(scoreColumns(columns, { scores: ['score', 'url'] }, known).map(({ name }) => name)).toEqual(['url', 'score']);
    expect(scoreColumns(columns, { scores: [] }, known)).toEqual([]);
    const deeper: ScoreKnowledge = { ...known, columns: [...known.columns, { column: ['meta', 'clip'], role: { role: 'score', kind: 'cosine', better: 'higher', source: 'x' } }, { column: ['meta', 'alt'], role: { role: 'alt-text' } }, { column: ['gone', 'clip'], role: { role: 'score', kind: 'cosine', better: 'higher', source: 'x' } }] };
    const paths = new InsideColumns();
    const all = [...columns, column(7, 'meta', 'struct')];
    const inside = insideColumns(all, deeper, (path) => paths.column(path));
    expect(inside).toMatchObject({ texts: [{ name: 'meta.alt', index: -1 }], scores: [{ name: 'meta.clip', index: -2 }] });
    expect(scoreColumns(all, {}, deeper, inside).map(({ name }) => name)).toEqual(['score', 'meta.clip']);
    expect(scoreColumns(all, { scores: ['meta.clip'] }, deeper, inside).map(({ index }) => index)).toEqual([-2]);
    expect(captionColumn(all, { caption: 'meta.alt' }, deeper, pictures, inside.texts)?.index).toBe(-1);
    expect(paths.requested([1, -1, -2], all)).toEqual({ columns: [1], inside: [{ column: -1, of: 7, path: ['alt'] }, { column: -2, of: 7, path: ['clip'] }] });
    expect(paths.requested([1, 2], all)).toEqual({ columns: [1, 2] });
    const many = Array.from({ length: 20 }, (_, i) => column(i, `s${i}`, 'number'));
    expect(scoreColumns(many, { scores: many.map(({ name }) => name) }, unknown)).toHaveLength(MAX_SCORES);
  });
});
