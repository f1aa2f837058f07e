import { WHOLE_LIMITS, type Value } from '../../protocol/values.ts';
import { jsonText } from '../pages/json-text.ts';
import { recognise } from '../scores/recognise.ts';
import { readShape } from '../shards/column-shape.ts';
import type { Shard } from '../shards/shard.ts';

/** What a row is called in files beside its shard: its key, the how-manieth row of that key, else its number from 0. */
export type RowName = { readonly key: string; readonly nth: number } | { readonly row: number };

/** Rows whose keys are read at a time. */
const BATCH = 1_000;

/** The names of a shard's rows, and the rows of names. */
export class RowNames {
  /** The column whose values name rows; null where rows are known by number. */
  readonly column: string | null;
  readonly rows: number;
  readonly #keys: readonly (string | null)[];
  readonly #rowsOf = new Map<string, number[]>();

  private constructor(column: string | null, rows: number, keys: readonly (string | null)[]) {
    this.column = column;
    this.rows = rows;
    this.#keys = keys;
    for (const [row, key] of keys.entries()) {
      const found = key === null ? undefined : this.#rowsOf.get(key);
      if (found !== undefined) found.push(row);
      else if (key !== null) this.#rowsOf.set(key, [row]);
    }
  }

  /** @param column the column of keys; null: the one that is recognised as such, if any */
  static async of(shard: Shard, column: string | null, signal: AbortSignal): Promise<RowNames> {
    await shard.settled();
    const { columns, rows } = shard.state();
    const name = column ?? (await keyColumnOf(shard, signal));
    const index = columns.find((each) => each.name === name)?.index;
    if (index === undefined) return new RowNames(null, rows, []);
    const keys: (string | null)[] = [];
    for (let start = 0; start < rows; start += BATCH) {
      const [values = []] = await shard.read({ start, end: Math.min(rows, start + BATCH), columns: [index], limits: WHOLE_LIMITS }, signal);
      for (const value of values) keys.push(keyText(value));
    }
    return new RowNames(name, rows, keys);
  }

  nameOf(row: number): RowName {
    const key = this.#keys[row] ?? null;
    return key === null ? { row } : { key, nth: (this.#rowsOf.get(key)?.indexOf(row) ?? 0) + 1 };
  }

  /** Null for a name that no row has. */
  rowOf(name: RowName): number | null {
    if ('row' in name) return name.row < this.rows ? name.row : null;
    return this.#rowsOf.get(name.key)?.[name.nth - 1] ?? null;
  }

  /** The first row of a key. */
  rowOfKey(key: string): number | null {
    return this.#rowsOf.get(key)?.[0] ?? null;
  }

  /** The key of a row, or its number where it has none. */
  keyOf(row: number): string {
    return this.#keys[row] ?? String(row);
  }
}

async function keyColumnOf(shard: Shard, signal: AbortSignal): Promise<string | null> {
  if (shard.state().format === 'webdataset') return '__key__';
  const roles = recognise(await readShape(shard, signal), shard.state().path, []).filter(({ column }) => column.length === 1);
  const found = roles.find(({ role }) => role.role === 'key') ?? roles.find(({ role }) => role.role === 'id');
  return found?.column[0] ?? null;
}

/** Null where there is no value that could name a row. */
function keyText(value: Value): string | null {
  if (typeof value === 'string') return value;
  if (value === null || typeof value !== 'object') return null;
  return value.type === 'number' ? jsonText(value) : null;
}
