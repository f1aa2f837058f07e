import type { Column } from '../../../extension/protocol/shards.ts';
import type { ValuePath } from '../../../extension/protocol/values.ts';
import type { GridCell } from '../grid/page-cache.ts';
import { mayReferToPicture } from '../pictures/picture-columns.ts';

/** A picture of a row. */
export interface RowPicture {
  readonly column: number;
  readonly path: ValuePath;
}

/** The columns that a row's pictures are looked for in: the one that the user chose, else all that hold some, those that hold them before those that name them. */
export function sourceColumns(columns: readonly Column[], pictures: ReadonlySet<number>, chosen: string | null | undefined): readonly Column[] {
  const own = columns.find(({ name }) => name === chosen);
  if (own !== undefined) return [own];
  const found = columns.filter(({ index }) => pictures.has(index));
  return [...found.filter(({ kind }) => kind === 'image'), ...found.filter(({ kind }) => kind !== 'image')];
}

/** The columns whose cells say whether a row has a picture there: where only one column holds them, asking for the picture says so too. */
export function columnsThatTell(sources: readonly Column[]): readonly Column[] {
  return sources.length === 1 && sources[0]?.kind === 'image' ? [] : sources;
}

/** The columns in which a row has pictures; undefined while a cell that tells is not there. */
export function columnsWithPictures(sources: readonly Column[], cell: (column: number) => GridCell | undefined): readonly number[] | undefined {
  const told = new Set(columnsThatTell(sources).map(({ index }) => index));
  const found: number[] = [];
  for (const { index } of sources) {
    const there = told.has(index) ? cell(index) : null;
    if (there === undefined) return undefined;
    if (there === null || holdsOrNames(there)) found.push(index);
  }
  return found;
}

function holdsOrNames({ kind, text }: GridCell): boolean {
  if (kind === 'image') return true;
  return (kind === 'text' || kind === 'list' || kind === 'struct') && mayReferToPicture(text);
}

/** All pictures of a row, one after the other, as far as it is known how many a cell has. */
export function rowPictures(columns: readonly number[], placesOf: (column: number) => readonly ValuePath[] | undefined): readonly RowPicture[] {
  return columns.flatMap((column) => {
    const places = placesOf(column) ?? [];
    // The first is asked for with the cell, before anybody knows that there are others.
    return places.length < 2 ? [{ column, path: [] }] : places.map((path, i): RowPicture => ({ column, path: i === 0 ? [] : path }));
  });
}
