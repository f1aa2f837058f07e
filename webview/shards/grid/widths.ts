import type { Column, ColumnKind } from '../../../extension/protocol/shards.ts';

/** CSS pixels that a column takes before anybody resizes it. */
const DEFAULT_WIDTHS: Readonly<Record<ColumnKind, number>> = {
  text: 280,
  number: 110,
  boolean: 90,
  temporal: 180,
  bytes: 110,
  image: 110,
  vector: 140,
  list: 220,
  struct: 260,
  map: 260,
  mixed: 200,
};

const CHARACTER_WIDTH = 7.5;
const HEADER_EXTRAS = 46;
const MAX_NAME_WIDTH = 240;

/** Whole numbers of 64 bits and more, decimals, and what JSON calls a number have up to 40 digits. */
const WIDE_NUMBERS = /BIGINT|HUGEINT|INT64|INT128|DECIMAL|^number\b/i;
const WIDE_NUMBER_WIDTH = 168;

/** The width of a column that nobody resized: enough for its name and for what such values need. */
export function defaultWidth(column: Column): number {
  const name = Math.min(MAX_NAME_WIDTH, column.name.length * CHARACTER_WIDTH + HEADER_EXTRAS);
  const wide = column.kind === 'number' && WIDE_NUMBERS.test(column.type);
  return Math.round(Math.max(wide ? WIDE_NUMBER_WIDTH : DEFAULT_WIDTHS[column.kind], name));
}

/** The key under which hightable keeps widths when its `cacheKey` is `shard`. */
export const WIDTHS_KEY = 'shard:2:column:widths';

/** The `cacheKey` that belongs to `WIDTHS_KEY`. */
export const WIDTHS_CACHE_KEY = 'shard';

/**
 * hightable has no prop for column widths, only `localStorage`. The page gets a `Storage` of its own in place
 * of the browser's, so that widths live in the document's view state and nowhere else.
 */
export class WidthStorage implements Storage {
  readonly #read: () => readonly number[];
  readonly #write: (widths: readonly (number | null)[]) => void;
  readonly length = 1;

  constructor(read: () => readonly number[], write: (widths: readonly (number | null)[]) => void) {
    this.#read = read;
    this.#write = write;
  }

  getItem(key: string): string | null {
    return key === WIDTHS_KEY ? JSON.stringify(this.#read()) : null;
  }

  setItem(key: string, value: string): void {
    if (key === WIDTHS_KEY) this.#write(JSON.parse(value) as (number | null)[]);
  }

  clear(): void {
    this.#write([]);
  }

  key(): string {
    return WIDTHS_KEY;
  }

  removeItem(key: string): void {
    if (key === WIDTHS_KEY) this.#write([]);
  }
}

/** Widths that differ from the default ones, by column name; what `ViewState.widths` keeps. */
export function chosenWidths(
  columns: readonly Column[],
  widths: readonly (number | null)[],
  before: Readonly<Record<string, number>>,
): Record<string, number> {
  const chosen: Record<string, number> = { ...before };
  columns.forEach((column, i) => {
    const width = widths[i];
    if (typeof width !== 'number') return;
    if (Math.round(width) === defaultWidth(column)) Reflect.deleteProperty(chosen, column.name);
    else chosen[column.name] = Math.round(width);
  });
  return chosen;
}
