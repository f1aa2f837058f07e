import { VARCHAR, type DuckDBType } from '@duckdb/node-api';
import type { CellPath } from '../../protocol/edits.ts';
import type { Value } from '../../protocol/values.ts';
import { query } from '../duckdb/session.ts';
import { fieldValue, tableCell } from '../query-tables/cell.ts';
import type { Relation } from '../queries/relation.ts';
import type { EditSet } from './edit-set.ts';
import { changesOf } from './edited-cell.ts';

/** A column that a relation is asked for, and where edits of it are. */
export interface AskedColumn {
  readonly index: number;
  readonly fields: readonly string[];
  readonly path: CellPath | null;
  /** The shard's relation has it, in the order of those that are. */
  readonly isOwn: boolean;
}

/** Edited cells of one column; a text is null where the cell is null or missing. */
interface EditedCells {
  readonly rows: number[];
  readonly texts: (string | null)[];
  readonly missing: boolean[];
}

/** Tables are named by it, for all of this process. */
let nextTable = 1;

/** Rows whose edited cells are read together. */
const BATCH = 1_000;

/** Tables of edited cells, joined to a shard's own relation. A table lives until the next one is made. */
export class OverlayRelations {
  readonly #edits: EditSet;
  readonly #read: (rows: readonly number[], column: number) => Promise<Value[]>;
  #table: string | null = null;

  constructor(edits: EditSet, read: (rows: readonly number[], column: number) => Promise<Value[]>) {
    this.#edits = edits;
    this.#read = read;
  }

  /** The relation with edits in it. */
  async over(base: Relation, asked: readonly AskedColumn[], signal: AbortSignal): Promise<Relation> {
    const columns: EditedCells[] = [];
    for (const column of asked) columns.push(await this.#editedCells(column, signal));
    const table = await this.#fill(columns, signal);
    let own = 0;
    const cells: { readonly value: string; readonly missing: string; readonly type: DuckDBType }[] = [];
    for (const [at, { isOwn }] of asked.entries()) {
      const place = isOwn ? own++ : null;
      const type = place === null ? VARCHAR : (base.types[place] ?? VARCHAR);
      cells.push(overlaid(at, place, await fittingType(table, at, type, signal), type));
    }
    const selected = cells.map(({ value, missing }, at) => `, ${value} AS v${at}, ${missing} AS m${at}`).join('');
    return { from: `(SELECT b.row AS row${selected} FROM ${base.from} AS b LEFT JOIN ${table} AS e ON e.row = b.row)`, types: cells.map(({ type }) => type), rows: base.rows, unordered: true };
  }

  async close(): Promise<void> {
    const table = this.#table;
    this.#table = null;
    if (table !== null) await query(`DROP TABLE IF EXISTS ${table}`, []).catch(() => undefined);
  }

  async #editedCells({ index, fields, path }: AskedColumn, signal: AbortSignal): Promise<EditedCells> {
    const rows = path === null ? [] : this.#edits.rows().filter((row) => changesOf(this.#edits.of(row).cells, path).length > 0);
    const texts: (string | null)[] = [];
    const missing: boolean[] = [];
    for (let at = 0; at < rows.length; at += BATCH) {
      signal.throwIfAborted();
      for (const value of await this.#read(rows.slice(at, at + BATCH), index)) {
        const { kind, text } = tableCell(fieldValue(value, fields));
        texts.push(kind === 'NULL' ? null : text);
        missing.push(kind === null);
      }
    }
    return { rows, texts, missing };
  }

  /** One table for all columns: of each row the cells that are edited. */
  async #fill(columns: readonly EditedCells[], signal: AbortSignal): Promise<string> {
    await this.close();
    const table = `loupe_edits_${nextTable++}`;
    const rows = [...new Set(columns.flatMap((column) => column.rows))];
    const record: Record<string, unknown> = { row: rows };
    const shape: Record<string, string[]> = { row: ['BIGINT'] };
    for (const [at, column] of columns.entries()) {
      const places = new Map(column.rows.map((row, place) => [row, place]));
      record[`t${at}`] = rows.map((row) => column.texts[places.get(row) ?? -1] ?? null);
      record[`e${at}`] = rows.map((row) => places.has(row));
      record[`m${at}`] = rows.map((row) => column.missing[places.get(row) ?? -1] ?? false);
      shape[`t${at}`] = ['VARCHAR'];
      shape[`e${at}`] = shape[`m${at}`] = ['BOOLEAN'];
    }
    const items = Object.keys(shape).map((name) => `unnest(j.${name}) AS ${name}`);
    await query(`CREATE TABLE ${table} AS SELECT ${items.join(', ')} FROM (SELECT from_json($1, '${JSON.stringify(shape)}') AS j)`, [JSON.stringify(record)], { signal });
    this.#table = table;
    return table;
  }
}

/** The column's own type where it holds every edited value exactly, else text. */
async function fittingType(table: string, at: number, type: DuckDBType, signal: AbortSignal): Promise<DuckDBType> {
  const name = type.toString();
  const same = `TRY_CAST(t${at} AS ${name}) IS NOT NULL AND (TRY_CAST(t${at} AS ${name})::VARCHAR = t${at} OR TRY_CAST(t${at} AS DOUBLE) = TRY_CAST(TRY_CAST(t${at} AS ${name}) AS DOUBLE))`;
  const { columns } = await query(`SELECT coalesce(bool_and(${same}), true) FROM ${table} WHERE e${at} AND t${at} IS NOT NULL`, [], { signal });
  return columns[0]?.[0] === true ? type : VARCHAR;
}

function overlaid(at: number, place: number | null, type: DuckDBType, own: DuckDBType): { readonly value: string; readonly missing: string; readonly type: DuckDBType } {
  const name = type.toString();
  const edited = `TRY_CAST(e.t${at} AS ${name})`;
  if (place === null) return { value: edited, missing: `coalesce(e.m${at}, true) OR NOT e.e${at}`, type };
  const before = own === type ? `b.v${place}` : `CAST(b.v${place} AS ${name})`;
  return { value: `CASE WHEN e.e${at} THEN ${edited} ELSE ${before} END`, missing: `CASE WHEN e.e${at} THEN e.m${at} ELSE b.m${place} END`, type };
}
