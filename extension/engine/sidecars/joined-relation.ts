import { VARCHAR, type DuckDBType } from '@duckdb/node-api';
import { LoupeError } from '../../rpc/failure.ts';
import { ColumnSet } from '../queries/column-set.ts';
import type { ColumnRef, Relation, ReportWork } from '../queries/relation.ts';
import type { Shard } from '../shards/shard.ts';
import type { JoinSql, KeySql } from './join.ts';
import type { JoinedColumns } from './joined-columns.ts';
import type { OpenSideCar } from './side-car.ts';

/** The columns that are asked of one side-car. */
interface Asked {
  readonly sideCar: OpenSideCar;
  readonly refs: ColumnRef[];
  /** Their places among all columns asked for. */
  readonly places: number[];
}

/**
 * A shard's table with the columns of its side-cars. Where none is asked for it is the shard's own.
 * @throws LoupeError of the shard, or of a side-car that was refused
 */
export async function joinedRelation(shard: Shard, columns: JoinedColumns, refs: readonly ColumnRef[], report: ReportWork, signal: AbortSignal): Promise<Relation> {
  const own = new ColumnSet(shard.state().columns);
  const places = new Map<number, number>();
  const asked = new Map<OpenSideCar, Asked>();
  for (const [place, { index, fields }] of refs.entries()) {
    const source = columns.source(index);
    if (source === undefined) throw new LoupeError('invalid-request', `There is no column ${index}.`);
    if ('own' in source) {
      places.set(place, own.add({ index: source.own, fields }));
      continue;
    }
    const entry = asked.get(source.sideCar) ?? { sideCar: source.sideCar, refs: [], places: [] };
    asked.set(source.sideCar, entry);
    entry.refs.push({ index: source.column, fields });
    entry.places.push(place);
  }
  if (asked.size === 0 && own.refs.length === refs.length) return shard.relation(own.refs, report, signal);
  return join({ shard, own, places, refs, asked: [...asked.values()] }, report, signal);
}

interface Parts {
  readonly shard: Shard;
  readonly own: ColumnSet;
  /** Places among all columns asked for, with positions in the shard's relation. */
  readonly places: ReadonlyMap<number, number>;
  readonly refs: readonly ColumnRef[];
  readonly asked: readonly Asked[];
}

async function join({ shard, own, places, refs, asked }: Parts, report: ReportWork, signal: AbortSignal): Promise<Relation> {
  const joins: { readonly sql: JoinSql; readonly key: number; readonly asked: Asked }[] = [];
  for (const each of asked) {
    const sql = await sideCarSql(each, report, signal);
    joins.push({ sql, key: sql.shardColumn === null ? -1 : own.add(sql.shardColumn), asked: each });
  }
  const base = await shard.relation(own.refs, report, signal);
  // Now that both are read to their ends: a side-car of another length joins nothing, in a query neither.
  for (const { sideCar } of asked) if (sideCar.fault !== null) throw sideCar.fault;
  const values: string[] = [];
  const missing: string[] = [];
  const types: DuckDBType[] = refs.map(() => VARCHAR);
  for (const [place, position] of places) {
    values[place] = `b.v${position}`;
    missing[place] = `b.m${position}`;
    types[place] = base.types[position] ?? VARCHAR;
  }
  const clauses = joins.map(({ sql, key, asked: { places: own } }, i) => {
    const keySql: KeySql = { sql: `b.v${key}`, type: base.types[key] ?? VARCHAR };
    for (const [at, cell] of sql.values(`s${i}`, keySql).entries()) {
      const place = own[at] ?? -1;
      values[place] = cell.value;
      missing[place] = cell.missing;
      types[place] = sql.types[at] ?? VARCHAR;
    }
    return ` ${sql.clause(`s${i}`, keySql)}`;
  });
  const selected = values.map((value, i) => `, ${value} AS v${i}, ${missing[i] ?? 'false'} AS m${i}`).join('');
  return { from: `(SELECT b.row AS row${selected} FROM ${base.from} AS b${clauses.join('')})`, types, rows: base.rows, unordered: true };
}

function sideCarSql({ sideCar, refs }: Asked, report: ReportWork, signal: AbortSignal): Promise<JoinSql> {
  const { fault, join: found } = sideCar;
  if (fault !== null || found === null) throw fault ?? new LoupeError('internal', 'A side-car was not opened.');
  return found.sql(refs, report, signal);
}
