import { basename } from 'node:path';
import type { CellChange } from '../../../protocol/edits.ts';
import { WHOLE_LIMITS, type Value } from '../../../protocol/values.ts';
import { LoupeError } from '../../../rpc/failure.ts';
import { writtenOf } from '../../edits/written-value.ts';
import { editRecord } from '../jsonl/edit-record.ts';
import { readJson } from '../jsonl/json-reader.ts';
import type { Shard } from '../shard.ts';

/** Rows whose values are read together. */
const BATCH = 1_000;

/** Rows with their edits. */
export interface EditedRow {
  readonly row: number;
  readonly cells: readonly CellChange[];
}

export interface ValueReader {
  readonly path: string;
  readonly readRows: Shard['readRows'];
  /** The number of the column that a change is of. @throws LoupeError */
  readonly columnOf: (change: CellChange) => number;
  readonly names: readonly string[];
}

/** The values that columns have in some rows when edits are done, by row and column. @throws LoupeError `conflict`, `unsupported` */
export async function* editedValues({ path, readRows, columnOf, names }: ValueReader, rows: readonly EditedRow[], signal: AbortSignal): AsyncGenerator<{ readonly row: number; readonly values: ReadonlyMap<number, Value> }> {
  for (let from = 0; from < rows.length; from += BATCH) {
    const batch = rows.slice(from, from + BATCH);
    const columns = [...new Set(batch.flatMap(({ cells }) => cells.map(columnOf)))].sort((a, b) => a - b);
    const found = await readRows({ rows: batch.map(({ row }) => row), columns, limits: WHOLE_LIMITS }, signal);
    for (const [at, { row, cells }] of batch.entries()) {
      const own = new Set(cells.map(columnOf));
      const before = columns.flatMap((column, place) => (own.has(column) ? [[column, found[place]?.[at] ?? null] as const] : []));
      yield { row, values: edited(before, { row, cells }) };
    }
  }

  function edited(before: readonly (readonly [number, Value])[], { row, cells }: EditedRow): ReadonlyMap<number, Value> {
    const members = before.map(([column, value]) => {
      const written = writtenOf(value);
      if (written === null || !('json' in written)) throw fault('conflict', row, `${names[column] ?? ''} cannot be read`);
      return `${JSON.stringify(names[column])}: ${written.json}`;
    });
    const record = editRecord(Buffer.from(`{${members.join(', ')}}`), cells, false);
    if (!Buffer.isBuffer(record)) throw fault(record.kind, row, record.message);
    const { value } = readJson(record, WHOLE_LIMITS);
    const entries = new Map(value !== null && typeof value === 'object' && value.type === 'struct' ? value.entries : []);
    return new Map(before.map(([column]) => [column, entries.get(names[column] ?? '') ?? null]));
  }

  function fault(code: 'conflict' | 'unsupported' | 'malformed', row: number, why: string): LoupeError {
    const place = `row ${row + 1}`;
    return new LoupeError(code, `${basename(path)}, ${place}: ${why}; nothing was saved.`, { path, place });
  }
}
