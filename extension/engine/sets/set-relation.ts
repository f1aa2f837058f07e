import { VARCHAR, type DuckDBType } from '@duckdb/node-api';
import { LoupeError } from '../../rpc/failure.ts';
import { WorkQueue } from '../images/work-queue.ts';
import type { ColumnRef, Relation, ReportWork } from '../queries/relation.ts';
import type { Shard } from '../shards/shard.ts';
import type { SetPart } from './part.ts';
import type { PartPool } from './part-pool.ts';
import type { PartColumn, PartRelation } from './part-relation.ts';
import { fileFault } from './read-part.ts';
import type { RowLayout } from './row-layout.ts';
import type { SchemaUnion } from './schema-union.ts';
import { scanAllTogether, scanTogether } from './scan-together.ts';
import { uniteTypes } from '../queries/unite-types.ts';

/** Shards that are looked at side by side. */
const LOOKED_AT_ONCE = 16;

interface SetFacts {
  readonly parts: readonly SetPart[];
  readonly layout: RowLayout;
  readonly union: SchemaUnion;
  readonly pool: PartPool;
}

/**
 * The set as a table of DuckDB's: the shards' tables one after the other, their types united. Shards whose rows cannot
 * be read any more are left out; the numbers of all other rows stay.
 * @throws LoupeError
 */
export async function setRelation(facts: SetFacts, columns: readonly ColumnRef[], report: ReportWork, signal: AbortSignal): Promise<Relation> {
  const found = (await partRelations(facts, columns, report, signal)).filter((relation) => relation !== null);
  const types = columns.map(({ index }, i) => (index === 0 ? VARCHAR : (uniteTypes(found.flatMap((each) => typeOf(each.columns[i]))) ?? VARCHAR)));
  const selects = scanTogether(found, types);
  const together = scanAllTogether(found, types);
  return {
    from: selects.length === 0 ? nothing(types) : `(${selects.join(' UNION ALL ')})`,
    ...(together === null ? {} : { together: `(${together.join(' UNION ALL ')})` }),
    types,
    rows: found.reduce((sum, { part }) => sum + part.rows, 0),
    unordered: found.some(({ unordered }) => unordered),
  };
}

/**
 * A relation for each shard, in order; null where it has no rows or cannot be read. Shards that DuckDB reads in place are
 * only looked at, side by side; the tables of the others are made one after the other, each with the memory of one.
 */
async function partRelations(facts: SetFacts, columns: readonly ColumnRef[], report: ReportWork, signal: AbortSignal): Promise<(PartRelation | null)[]> {
  const total = facts.parts.reduce((sum, { fileSize }) => sum + fileSize, 0);
  const inPlace = new WorkQueue(LOOKED_AT_ONCE);
  const inTurn = new WorkQueue(1);
  let before = 0;
  const asked = facts.parts.map((part): Promise<PartRelation | null> => {
    const start = before;
    before += part.fileSize;
    if (part.rows === 0) return Promise.resolve(null);
    const share: ReportWork = (label, own, of) => report(`${label}: ${part.file.name}`, start + (own / Math.max(1, of)) * part.fileSize, total);
    const queue = part.state?.format === 'parquet' ? inPlace : inTurn;
    return queue.run(() => partRelation(facts, part, columns, share, signal), signal);
  });
  // All of them end before an error does: none may go on working for a request that is over.
  await Promise.allSettled(asked);
  return Promise.all(asked);
}

async function partRelation({ layout, union, pool }: SetFacts, part: SetPart, columns: readonly ColumnRef[], report: ReportWork, signal: AbortSignal): Promise<PartRelation | null> {
  try {
    return await pool.use(part, (shard) => openRelation(shard, { part, start: layout.start(part.place), union, columns, report, signal }), signal);
  } catch (error) {
    const failure = fileFault(error, signal);
    pool.fail(part, failure);
    return null;
  }
}

interface Wanted {
  readonly part: SetPart;
  readonly start: number;
  readonly union: SchemaUnion;
  readonly columns: readonly ColumnRef[];
  readonly report: ReportWork;
  readonly signal: AbortSignal;
}

async function openRelation(shard: Shard, { part, start, union, columns, report, signal }: Wanted): Promise<PartRelation> {
  const own = columns.map(({ index, fields }) => {
    const inPart = index === 0 ? undefined : union.inPart(part.place, index);
    return inPart === undefined ? null : { index: inPart, fields };
  });
  const there = await thatExist(shard, own.filter((ref) => ref !== null), report, signal);
  const known = [...there];
  const relation = await shard.relation(known, report, signal);
  part.isQueried = relation.scan === undefined;
  return {
    part,
    start,
    from: relation.from,
    scan: relation.scan,
    unordered: relation.unordered === true,
    rows: relation.rows,
    columns: own.map((ref, i): PartColumn => {
      if (columns[i]?.index === 0) return 'shard';
      const at = ref === null ? -1 : known.indexOf(ref);
      const type = relation.types[at];
      return type === undefined ? null : { place: at, type };
    }),
  };
}

/** The columns without those whose fields this shard has not: another shard of the set may have them. */
async function thatExist(shard: Shard, refs: readonly ColumnRef[], report: ReportWork, signal: AbortSignal): Promise<Set<ColumnRef>> {
  const there = new Set(refs);
  for (const ref of refs) {
    // Text formats take any field for one that some row may have.
    if (ref.fields.length === 0 || shard.state().format !== 'parquet') continue;
    await shard.relation([ref], report, signal).catch((error: unknown) => {
      if (!(error instanceof LoupeError) || error.code !== 'invalid-request') throw error;
      there.delete(ref);
    });
  }
  return there;
}

function typeOf(column: PartColumn | undefined): DuckDBType[] {
  return typeof column === 'object' && column !== null ? [column.type] : [];
}

function nothing(types: readonly DuckDBType[]): string {
  const columns = types.map((type, i) => `, CAST(NULL AS ${type.toString()}) AS v${i}, true AS m${i}`);
  return `(SELECT 0::BIGINT AS row${columns.join('')} WHERE false)`;
}
