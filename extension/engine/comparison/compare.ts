import type { Comparison } from '../../protocol/comparison.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { duckdbError } from '../duckdb/failure.ts';
import { query } from '../duckdb/session.ts';
import type { Relation } from '../queries/relation.ts';
import type { Shard } from '../shards/shard.ts';
import { keepChangedRows } from './changed-rows.ts';
import { comparable, keyCandidates, sharedColumns, type SharedColumns } from './shared-columns.ts';

/** Ranges of changed rows that are told: a few hundred KiB. */
const MAX_RANGES = 20_000;
const MAX_NAMES = 100;

const silently = (): void => undefined;

/**
 * Finds the rows of a shard that another one does not have, or has with other values; they are kept for the condition
 * `changed`. Rows are found again by a column that names them, where both shards have one without nulls or
 * repetitions, else by their number. Values are compared by 64-bit hashes of what the tables of both shards hold.
 * @throws LoupeError
 */
export async function compareShards(shard: Shard, other: Shard, signal: AbortSignal): Promise<Comparison> {
  await Promise.all([shard.settled(), other.settled()]);
  signal.throwIfAborted();
  const columns = sharedColumns(shard.state().columns, other.state().columns);
  const [own, its] = [await shard.relation(columns.own, silently, signal), await other.relation(columns.other, silently, signal)];
  try {
    return await compareRelations(shard, { columns, own, its, signal });
  } catch (error) {
    if (error instanceof LoupeError) throw error;
    throw duckdbError(shard.state().path, error);
  }
}

interface Sides {
  readonly columns: SharedColumns;
  readonly own: Relation;
  readonly its: Relation;
  readonly signal: AbortSignal;
}

async function compareRelations(shard: Shard, { columns, own, its, signal }: Sides): Promise<Comparison> {
  const sql = comparable(own, its);
  const key = await findKey(columns, own, its, signal);
  const side = (relation: Relation, cells: readonly string[]): string => {
    const flags = cells.map((_, i) => `m${i}`);
    const hash = cells.length === 0 ? '0' : `hash(${[...cells, ...flags].join(', ')})`;
    return `SELECT row, ${key === null ? 'row' : `CAST(${cells[key] ?? ''} AS VARCHAR)`} AS key, ${hash} AS h FROM ${relation.from}`;
  };
  const [left, right] = [side(own, sql.own), side(its, sql.other)];
  const found = `SELECT a.row AS row, b.row IS NULL AS added FROM (${left}) a LEFT JOIN (${right}) b ON a.key = b.key WHERE b.row IS NULL OR a.h <> b.h ORDER BY a.row`;
  const table = await keepChangedRows(shard, found, signal);
  const { columns: counts } = await query(`SELECT count(*) FILTER (NOT added)::DOUBLE, count(*) FILTER (added)::DOUBLE FROM ${table}`, [], { signal });
  const [changed, added] = counts.map((values) => Number(values[0] ?? 0));
  const ranges = await rangesOf(table, signal);
  return {
    key: key === null ? null : (columns.names[key] ?? null),
    changed: changed ?? 0,
    added: added ?? 0,
    removed: its.rows - (own.rows - (added ?? 0)),
    ownColumns: columns.ownOnly.slice(0, MAX_NAMES),
    otherColumns: columns.otherOnly.slice(0, MAX_NAMES),
    ranges: ranges.slice(0, MAX_RANGES * 2),
    cut: ranges.length > MAX_RANGES * 2,
  };
}

/** The place of a column that names every row on both sides; null where there is none. */
async function findKey({ names }: SharedColumns, own: Relation, its: Relation, signal: AbortSignal): Promise<number | null> {
  for (const place of keyCandidates(names)) {
    if ((await isKey(own, place, signal)) && (await isKey(its, place, signal))) return place;
  }
  return null;
}

async function isKey({ from, rows }: Relation, place: number, signal: AbortSignal): Promise<boolean> {
  const { columns } = await query(`SELECT count(DISTINCT CAST(v${place} AS VARCHAR))::DOUBLE FROM ${from}`, [], { signal });
  return Number(columns[0]?.[0] ?? 0) === rows;
}

/** Rows that follow each other as one range; one more than is told, so that the cut shows. */
async function rangesOf(table: string, signal: AbortSignal): Promise<number[]> {
  const islands = `SELECT row, row - row_number() OVER (ORDER BY row) AS island FROM ${table}`;
  const sql = `SELECT min(row)::DOUBLE, max(row)::DOUBLE + 1 FROM (${islands}) GROUP BY island ORDER BY 1 LIMIT ${MAX_RANGES + 1}`;
  const { columns } = await query(sql, [], { signal });
  return (columns[0] ?? []).flatMap((start, i) => [Number(start), Number(columns[1]?.[i])]);
}
