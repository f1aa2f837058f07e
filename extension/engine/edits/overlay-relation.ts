import { DECIMAL, DuckDBTypeId, HUGEINT, VARCHAR, type DuckDBType } from '@duckdb/node-api';
import type { CellPath } from '../../protocol/edits.ts';
import type { Value } from '../../protocol/values.ts';
import { query } from '../duckdb/session.ts';
import { orAbort } from '../or-abort.ts';
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

/** A table of edited cells, and the types that the columns have with them. */
interface EditedTable {
  readonly name: string;
  readonly types: readonly DuckDBType[];
}

type ReadCells = (rows: readonly number[], column: number, signal: AbortSignal) => Promise<Value[]>;

/** Tables are named by it, for all of this process. */
let nextTable = 1;

/** Rows whose edited cells are read together. */
const BATCH = 1_000;
/** Rows that are written into a table at a time: they go there as one text. */
const FILL = 50_000;
/** Tables that are kept: a filter, its counts and the statistics of a few columns ask at the same time. */
const MAX_TABLES = 16;
/** Digits that a DECIMAL has beyond those of the widest integer with a type of its own. */
const FRACTION_DIGITS = 19;
const INTEGERS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TINYINT, DuckDBTypeId.SMALLINT, DuckDBTypeId.INTEGER, DuckDBTypeId.BIGINT,
  DuckDBTypeId.UTINYINT, DuckDBTypeId.USMALLINT, DuckDBTypeId.UINTEGER,
]); // prettier-ignore

/** Joins edited cells to a shard's own relation. */
export class OverlayRelations {
  readonly #edits: EditSet;
  readonly #read: ReadCells;
  readonly #tables = new Map<string, Promise<EditedTable>>();

  constructor(edits: EditSet, read: ReadCells) {
    this.#edits = edits;
    this.#read = read;
  }

  /** The relation with edits in it. A column whose type does not hold a new value gets a wider one, text at last. */
  async over(base: Relation, asked: readonly AskedColumn[], signal: AbortSignal): Promise<Relation> {
    let own = 0;
    const places = asked.map(({ isOwn }) => (isOwn ? own++ : null));
    const types = places.map((place) => (place === null ? VARCHAR : (base.types[place] ?? VARCHAR)));
    const table = await this.#table(asked, types, signal);
    const cells = table.types.map((type, at) => overlaid(at, places[at] ?? null, type, types[at] ?? VARCHAR));
    const selected = cells.map(({ value, missing }, at) => `, ${value} AS v${at}, ${missing} AS m${at}`).join('');
    return { from: `(SELECT b.row AS row${selected} FROM ${base.from} AS b LEFT JOIN ${table.name} AS e ON e.row = b.row)`, types: table.types, rows: base.rows, unordered: true };
  }

  async close(): Promise<void> {
    const tables = [...this.#tables.values()];
    this.#tables.clear();
    for (const table of tables) await drop(table);
  }

  /** The table of these columns' edits as they are now; made once. */
  async #table(asked: readonly AskedColumn[], types: readonly DuckDBType[], signal: AbortSignal): Promise<EditedTable> {
    const key = JSON.stringify([this.#edits.version, asked, types.map((type) => type.toString())]);
    const known = this.#tables.get(key);
    if (known !== undefined) return orAbort(known, signal);
    // Whoever asks first may give up; others wait for the same table.
    const table = this.#make(asked, types, new AbortController().signal);
    this.#tables.set(key, table);
    table.catch(() => this.#tables.delete(key));
    const [oldest, old] = [...this.#tables][0] ?? [];
    if (this.#tables.size > MAX_TABLES && oldest !== undefined && old !== undefined) {
      this.#tables.delete(oldest);
      await drop(old);
    }
    return orAbort(table, signal);
  }

  async #make(asked: readonly AskedColumn[], types: readonly DuckDBType[], signal: AbortSignal): Promise<EditedTable> {
    const columns: EditedCells[] = [];
    for (const column of asked) columns.push(await this.#editedCells(column, signal));
    const name = await fill(columns, signal);
    const fitting: DuckDBType[] = [];
    for (const [at, type] of types.entries()) fitting.push(await fittingType(name, at, type, signal));
    return { name, types: fitting };
  }

  async #editedCells({ index, fields, path }: AskedColumn, signal: AbortSignal): Promise<EditedCells> {
    const rows = path === null ? [] : this.#edits.rows().filter((row) => changesOf(this.#edits.of(row).cells, path).length > 0);
    const texts: (string | null)[] = [];
    const missing: boolean[] = [];
    for (let at = 0; at < rows.length; at += BATCH) {
      signal.throwIfAborted();
      for (const value of await this.#read(rows.slice(at, at + BATCH), index, signal)) {
        const { kind, text } = tableCell(fieldValue(value, fields));
        texts.push(kind === 'NULL' ? null : text);
        missing.push(kind === null);
      }
    }
    return { rows, texts, missing };
  }
}

/** One table for all columns: of each row the cells that are edited. @returns its name */
async function fill(columns: readonly EditedCells[], signal: AbortSignal): Promise<string> {
  const table = `loupe_edits_${nextTable++}`;
  const rows = [...new Set(columns.flatMap((column) => column.rows))];
  const places = columns.map((column) => new Map(column.rows.map((row, place) => [row, place])));
  const shape: Record<string, string[]> = { row: ['BIGINT'] };
  for (const at of columns.keys()) {
    shape[`t${at}`] = ['VARCHAR'];
    shape[`e${at}`] = shape[`m${at}`] = ['BOOLEAN'];
  }
  const items = Object.keys(shape).map((name) => `unnest(j.${name}) AS ${name}`);
  const select = `SELECT ${items.join(', ')} FROM (SELECT from_json($1, '${JSON.stringify(shape)}') AS j)`;
  for (let at = 0; at === 0 || at < rows.length; at += FILL) {
    const record = JSON.stringify(recordOf(rows.slice(at, at + FILL), columns, places));
    await query(`${at === 0 ? `CREATE TABLE ${table} AS` : `INSERT INTO ${table}`} ${select}`, [record], { signal });
  }
  return table;
}

/** Edited cells of some rows, a list a column of the table. */
function recordOf(rows: readonly number[], columns: readonly EditedCells[], places: readonly ReadonlyMap<number, number>[]): Record<string, unknown> {
  const record: Record<string, unknown> = { row: rows };
  for (const [at, { texts, missing }] of columns.entries()) {
    const placeOf = (row: number): number => places[at]?.get(row) ?? -1;
    record[`t${at}`] = rows.map((row) => texts[placeOf(row)] ?? null);
    record[`e${at}`] = rows.map((row) => placeOf(row) >= 0);
    record[`m${at}`] = rows.map((row) => missing[placeOf(row)] ?? false);
  }
  return record;
}

/** The column's own type where it holds every edited value exactly, else a wider number, else text. */
async function fittingType(table: string, at: number, type: DuckDBType, signal: AbortSignal): Promise<DuckDBType> {
  const wider = INTEGERS.has(type.typeId) ? [HUGEINT, DECIMAL(19 + FRACTION_DIGITS, FRACTION_DIGITS)] : [];
  for (const candidate of [type, ...wider]) if (await holds(table, at, candidate, signal)) return candidate;
  return VARCHAR;
}

async function holds(table: string, at: number, type: DuckDBType, signal: AbortSignal): Promise<boolean> {
  const cast = `TRY_CAST(t${at} AS ${type.toString()})`;
  const same = `${cast} IS NOT NULL AND (${cast}::VARCHAR = t${at} OR TRY_CAST(t${at} AS DOUBLE) = TRY_CAST(${cast} AS DOUBLE))`;
  const { columns } = await query(`SELECT coalesce(bool_and(${same}), true) FROM ${table} WHERE e${at} AND t${at} IS NOT NULL`, [], { signal });
  return columns[0]?.[0] === true;
}

function overlaid(at: number, place: number | null, type: DuckDBType, own: DuckDBType): { readonly value: string; readonly missing: string } {
  const name = type.toString();
  const edited = `TRY_CAST(e.t${at} AS ${name})`;
  if (place === null) return { value: edited, missing: `(coalesce(e.m${at}, true) OR NOT e.e${at})` };
  const before = own === type ? `b.v${place}` : `CAST(b.v${place} AS ${name})`;
  return { value: `CASE WHEN e.e${at} THEN ${edited} ELSE ${before} END`, missing: `CASE WHEN e.e${at} THEN e.m${at} ELSE b.m${place} END` };
}

async function drop(table: Promise<EditedTable>): Promise<void> {
  await table.then(({ name }) => query(`DROP TABLE IF EXISTS ${name}`, [])).catch(() => undefined);
}
