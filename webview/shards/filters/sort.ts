import type { ColumnPath, SortKey } from '../../../extension/protocol/queries.ts';
import { samePath } from './conditions.ts';

/** What a click on a column's sort control asks for: ascending, descending, off; `add` keeps the other keys. */
export function nextSort(keys: readonly SortKey[], column: ColumnPath, add: boolean): readonly SortKey[] {
  const index = keys.findIndex((key) => samePath(key.column, column));
  const key = keys[index];
  if (key === undefined) return [...(add ? keys : []), { column, descending: false }];
  const next: SortKey = { column, descending: true };
  if (!add) return key.descending ? [] : [next];
  return key.descending ? keys.toSpliced(index, 1) : keys.with(index, next);
}

/** The keys with a column's direction set, or without the column where `descending` is null. */
export function sortedBy(keys: readonly SortKey[], column: ColumnPath, descending: boolean | null): readonly SortKey[] {
  if (descending !== null) return [{ column, descending }];
  return keys.filter((key) => !samePath(key.column, column));
}

/** Where a column stands among the keys, 0-based, and which way it goes. */
export function sortOf(keys: readonly SortKey[], column: ColumnPath): { readonly place: number; readonly descending: boolean } | null {
  const place = keys.findIndex((key) => samePath(key.column, column));
  const key = keys[place];
  return key === undefined ? null : { place, descending: key.descending };
}
