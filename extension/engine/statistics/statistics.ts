import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import type { EngineRequests, ShardTarget } from '../../protocol/engine.ts';
import { EVERYTHING, type ColumnPath, type Query } from '../../protocol/queries.ts';
import type { ShardId } from '../../protocol/shards.ts';
import type { ColumnSummary, JointHistogram } from '../../protocol/statistics.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { WorkQueue } from '../images/work-queue.ts';
import type { IdTables } from '../queries/id-tables.ts';
import type { ColumnRef, Relation } from '../queries/relation.ts';
import { isNumber } from '../shards/parquet/cell-plan.ts';
import { readShape } from '../shards/column-shape.ts';
import type { Shard } from '../shards/shard.ts';
import { askOf, type CountedColumn } from './counted-table.ts';
import { countJoint } from './joint.ts';
import { keptRows } from './kept-rows.ts';
import { countKept } from './kept.ts';
import { summarise, type Summary } from './summary.ts';

/** Rows of a quick look. */
const QUICK_ROWS = 10_000;
/** Tables are read whole: more at a time would only fight for the disk and the memory. */
const AT_A_TIME = 2;

export interface StatisticsParts {
  /** @throws LoupeError for a shard that is not open */
  readonly shard: (id: ShardId) => Shard;
  /** What a result was asked by. @throws LoupeError for a result that is not open */
  readonly query: (target: Required<ShardTarget>) => Query;
  readonly idTables: IdTables;
}

type Rows = Pick<Relation, 'from' | 'types'>;

interface Remembered {
  readonly rows: number;
  /** Of the shard when it was counted. */
  readonly version: number | undefined;
  readonly summary: Summary;
}

/** Distributions of the columns of open shards; each is counted once. */
export class Statistics {
  readonly #parts: StatisticsParts;
  readonly #queue = new WorkQueue(AT_A_TIME);
  readonly #summaries = new WeakMap<Shard, Map<string, Remembered>>();

  constructor(parts: StatisticsParts) {
    this.#parts = parts;
  }

  /** @throws LoupeError */
  async summary({ shard: id, result, column, quick }: EngineRequests['shard/summary']['params'], signal: AbortSignal): Promise<ColumnSummary> {
    const shard = this.#parts.shard(id);
    if (quick) return (this.#recall(shard, column) ?? (await quickly(shard, column, signal))).summary;
    return this.#queue.run(async () => {
      const whole = this.#recall(shard, column) ?? (await this.#count(shard, column, signal));
      if (result === undefined) return whole.summary;
      const query = this.#parts.query({ shard: id, result });
      const kept = await this.#kept(shard, query, [columnRef(shard, column)], signal);
      return { ...whole.summary, kept: await countKept(askOf(shard.state().path, signal, query), whole, await columnOf(shard, column, kept, signal)) };
    }, signal);
  }

  /** @throws LoupeError */
  async joint({ shard: id, result, x, y }: EngineRequests['shard/joint']['params'], signal: AbortSignal): Promise<JointHistogram> {
    const shard = this.#parts.shard(id);
    const columns = [columnRef(shard, x), columnRef(shard, y)];
    return this.#queue.run(async () => {
      const query = result === undefined ? EVERYTHING : this.#parts.query({ shard: id, result });
      const relation = await this.#kept(shard, query, columns, signal);
      return countJoint(askOf(shard.state().path, signal, query), { x: await columnOf(shard, x, relation, signal), y: await columnOf(shard, y, relation, signal, 1) });
    }, signal);
  }

  #kept(shard: Shard, query: Query, columns: readonly ColumnRef[], signal: AbortSignal): Promise<Rows> {
    return keptRows(shard, query, { idTables: this.#parts.idTables, report: ignoreWork, signal }, columns);
  }

  async #count(shard: Shard, column: ColumnPath, signal: AbortSignal): Promise<Summary> {
    const counted = await countColumn(shard, column, signal);
    const known = this.#summaries.get(shard) ?? new Map<string, Remembered>();
    this.#summaries.set(shard, known);
    known.set(JSON.stringify(column), counted);
    return counted.summary;
  }

  /** What was counted, unless rows came or were edited since. */
  #recall(shard: Shard, column: ColumnPath): Summary | null {
    const found = this.#summaries.get(shard)?.get(JSON.stringify(column));
    return found !== undefined && found.rows === shard.state().rows && found.version === shard.version ? found.summary : null;
  }
}

/** A column of a shard to count. @throws LoupeError */
export async function countedColumn(shard: Shard, column: ColumnPath, signal: AbortSignal): Promise<CountedColumn> {
  return columnOf(shard, column, await shard.relation([columnRef(shard, column)], ignoreWork, signal), signal);
}

/** The distribution of a column over the whole table. @throws LoupeError */
export async function countColumn(shard: Shard, column: ColumnPath, signal: AbortSignal): Promise<Remembered> {
  const { version } = shard;
  const relation = await shard.relation([columnRef(shard, column)], ignoreWork, signal);
  const { rows, types, from, together = from } = relation;
  const counted = await columnOf(shard, column, { from: together, types }, signal);
  return { rows, version, summary: await summarise(askOf(shard.state().path, signal), column, { ...counted, missing: 'm0' }, { rows, tableRows: rows, exact: true }) };
}

/** The same of the first rows. */
async function quickly(shard: Shard, column: ColumnPath, signal: AbortSignal): Promise<Summary> {
  const relation = await shard.relation([columnRef(shard, column)], ignoreWork, signal);
  const rows = Math.min(QUICK_ROWS, relation.rows);
  // The limit ends the scan; the test holds where a table is not read in order.
  const from = `(SELECT * FROM ${relation.from} WHERE "row" < ${QUICK_ROWS} LIMIT ${QUICK_ROWS})`;
  return summarise(askOf(shard.state().path, signal), column, { ...(await columnOf(shard, column, { ...relation, from }, signal)), missing: 'm0' }, { rows, tableRows: relation.rows, exact: rows === relation.rows });
}

async function columnOf(shard: Shard, path: ColumnPath, { from, types }: Rows, signal: AbortSignal, position = 0): Promise<CountedColumn> {
  const type = types[position];
  if (type === undefined) throw new LoupeError('internal', 'The table came without the column.');
  const stands = shard.state().format === 'parquet' ? null : await standsFor(shard, path, type, signal);
  return { from, value: `v${position}`, type, ...(stands === null ? {} : { stands }) };
}

/** What the values of a column stand for, where DuckDB does not hold the column's own. */
async function standsFor(shard: Shard, path: ColumnPath, type: DuckDBType, signal: AbortSignal): Promise<NonNullable<CountedColumn['stands']> | null> {
  if (type.typeId !== DuckDBTypeId.VARCHAR && !isNumber(type)) return null;
  const name = JSON.stringify(path);
  const shape = (await readShape(shard, signal)).find((column) => JSON.stringify(column.path) === name)?.shape;
  if (type.typeId !== DuckDBTypeId.VARCHAR) return shape === 'image' || shape === 'bytes' ? 'size' : null;
  return shape === 'list' || shape === 'vector' || shape === 'struct' ? shape : null;
}

function columnRef(shard: Shard, [name, ...fields]: ColumnPath): ColumnRef {
  const column = shard.state().columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new LoupeError('invalid-request', `There is no column ${name}.`);
  return { index: column.index, fields };
}

/** A shard tells its own progress. */
function ignoreWork(): void {
  return undefined;
}
