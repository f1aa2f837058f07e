import { basename } from 'node:path';
import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import { LoupeError } from '../../../rpc/failure.ts';
import { countListRows } from './footer.ts';
import { touchedRowGroups, type RowCounts } from './row-groups.ts';
import type { ParquetTable, WantedRows } from './table.ts';

/**
 * Whether a column's rows may be sought by their number: `sound` means that its lists have all rows of the row groups,
 * `unknown` that this cannot be told; an error is the proof that some are missing.
 */
export type ListVerdict = 'sound' | 'unknown' | LoupeError;

/**
 * Whether list columns have as many rows as their row groups. DuckDB 1.5 seeks a row by a filter on its number, and with a
 * filter it leaves out this check: a shorter column then yields memory that was never written. Each column of a row group
 * is looked at once.
 */
export class ListChecks {
  readonly #path: string;
  readonly #table: ParquetTable;
  readonly #rowCounts: () => Promise<RowCounts>;
  readonly #signal: AbortSignal;
  readonly #counts = new Map<string, Promise<number | null>>();

  /** @param signal fires when the shard is closed: what one request looks at, others wait for too */
  constructor(path: string, table: ParquetTable, rowCounts: () => Promise<RowCounts>, signal: AbortSignal) {
    this.#path = path;
    this.#table = table;
    this.#rowCounts = rowCounts;
    this.#signal = signal;
  }

  /** The verdict on each of the columns for these rows. */
  async check(columns: readonly number[], rows: WantedRows): Promise<ListVerdict[]> {
    const lists = columns.filter((column) => this.#holdsLists(column));
    if (lists.length === 0) return columns.map(() => 'sound' as const);
    const counts = await this.#rowCounts();
    const groups = touchedRowGroups(counts, rows);
    for (const group of groups) this.#count(group, lists);
    return Promise.all(columns.map(async (column) => (lists.includes(column) ? this.#verdict(column, groups, counts) : 'sound')));
  }

  async #verdict(column: number, groups: readonly number[], counts: RowCounts): Promise<ListVerdict> {
    let verdict: ListVerdict = groups.length === 0 ? 'unknown' : 'sound';
    for (const group of groups) {
      const rows = (await this.#counts.get(`${group}/${column}`)) ?? null;
      if (rows === null) verdict = 'unknown';
      else if (rows < (counts[group] ?? 0)) return this.#tooShort(column, group, rows, counts[group] ?? 0);
    }
    return verdict;
  }

  #tooShort(column: number, group: number, rows: number, expected: number): LoupeError {
    const place = `row group ${group + 1}`;
    const named = this.#table.columns[column]?.name ?? String(column);
    const words = `${basename(this.#path)} is damaged (${place}): column ${named} holds ${rows} rows, and the row group has ${expected}.`;
    return new LoupeError('malformed', words, { path: this.#path, place });
  }

  #holdsLists(column: number): boolean {
    const type = this.#table.columns[column]?.type;
    return type !== undefined && holdsLists(type);
  }

  #count(group: number, columns: readonly number[]): void {
    const missing = columns.filter((column) => !this.#counts.has(`${group}/${column}`));
    if (missing.length === 0) return;
    const question = { path: this.#path, group, columns: missing, columnCount: this.#table.columns.length };
    const counts = countListRows(question, this.#signal);
    for (const [index, column] of missing.entries()) this.#counts.set(`${group}/${column}`, counts.then((found) => found[index] ?? null));
  }
}

function holdsLists(type: DuckDBType): boolean {
  switch (type.typeId) {
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
    case DuckDBTypeId.MAP:
    case DuckDBTypeId.VARIANT:
      return true;
    case DuckDBTypeId.STRUCT:
      return type.entryTypes.some(holdsLists);
    case DuckDBTypeId.UNION:
      return type.memberTypes.some(holdsLists);
    default:
      return false;
  }
}
