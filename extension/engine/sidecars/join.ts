import type { DuckDBType } from '@duckdb/node-api';
import type { Column } from '../../protocol/shards.ts';
import type { Value, ValueLimits } from '../../protocol/values.ts';
import type { LoupeError } from '../../rpc/failure.ts';
import type { ColumnRef, ReportWork } from '../queries/relation.ts';

/** Rows whose keys are read together. */
export const KEY_PAGE = 8_192;

/** The numbers of all rows in pages; `pause` lets what is shown go first. */
export async function* keyPages(rows: number, pause: () => Promise<void>, signal: AbortSignal): AsyncGenerator<readonly number[]> {
  for (let row = 0; row < rows; row += KEY_PAGE) {
    await pause();
    signal.throwIfAborted();
    yield Array.from({ length: Math.min(KEY_PAGE, rows - row) }, (_, i) => row + i);
  }
}

/** How one side-car's rows are brought to the shard's. */
export interface SideCarJoin {
  /** `row number`, or the column that both have. */
  readonly key: string;
  /** What the shard gets; `index` is the side-car's own. */
  readonly columns: readonly Column[];
  /** Rows of the shard without a partner; null where not counted. */
  readonly unmatched: number | null;
  /** Rows of the side-car without a partner; null where not counted. */
  readonly orphans: number | null;
  /** Something a person should know although it is joined. */
  readonly remark: string | null;
  /** Why the side-car does not belong to the shard, as far as is known now. */
  fault(): LoupeError | null;
  /** Values by column of rows of the shard; those without a partner are missing. @throws LoupeError */
  read(rows: readonly number[], columns: readonly number[], limits: ValueLimits, signal: AbortSignal): Promise<Value[][]>;
  /** Its rows go by those of the shard: where rows of the shard are left out, the same have to go here. */
  readonly isRowByRow: boolean;
  /** Rows are known by their number in the shard, one way or another. */
  readonly goesByNumber: boolean;
  /** The side-car's rows for rows of the shard, -1 for one without; absent where it has no rows of its own. @throws LoupeError */
  partners?(rows: readonly number[], signal: AbortSignal): Promise<readonly number[]>;
  /** Counts rows without a partner, and looks at all keys. `pause` lets what is shown go first. @throws LoupeError */
  count(pause: () => Promise<void>, signal: AbortSignal): Promise<void>;
  /** @throws LoupeError */
  sql(columns: readonly ColumnRef[], report: ReportWork, signal: AbortSignal): Promise<JoinSql>;
}

/** A join in SQL: the shard's relation has the alias `b`, the side-car's the one that is given. */
export interface JoinSql {
  /** A column of the shard that is needed. */
  readonly shardColumn: ColumnRef | null;
  /** `LEFT JOIN ... ON ...`; empty where nothing is joined. @param key `shardColumn` in the shard's relation */
  clause(alias: string, key: KeySql): string;
  /** The columns asked for, and whether a row does not have them at all. */
  values(alias: string, key: KeySql): readonly { readonly value: string; readonly missing: string }[];
  readonly types: readonly DuckDBType[];
}

/** A column of the shard's relation. */
export interface KeySql {
  readonly sql: string;
  readonly type: DuckDBType;
}

/** Columns of a side-car's relation; a row without a partner has none of them. */
export function joinedValues(alias: string, columns: readonly ColumnRef[]): readonly { readonly value: string; readonly missing: string }[] {
  return columns.map((_, i) => ({ value: `${alias}.v${i}`, missing: `coalesce(${alias}.m${i}, true)` }));
}

export const MISSING: Value = { type: 'missing' };
