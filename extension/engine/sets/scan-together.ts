import type { DuckDBType } from '@duckdb/node-api';
import { quoteText } from '../duckdb/quote.ts';
import { castColumns, selectOf, type PartRelation } from './part-relation.ts';

/**
 * Measured with 10 to 4,000 files: planning takes 1 to 3 ms for each scan of its own, and finding a row's file by its
 * place in one common scan a few nanoseconds a row. Files with fewer rows than this are scanned together.
 */
const ROWS_WORTH_A_SCAN = 200_000;

/** Files below which planning is never felt. */
const MIN_FILES = 8;

/** SELECTs for the shards in order; runs of small files with the same columns share one. */
export function scanTogether(relations: readonly PartRelation[], types: readonly DuckDBType[]): string[] {
  return runs(relations).flatMap((run) => {
    const rows = run.reduce((sum, each) => sum + each.rows, 0);
    const worthIt = run.length >= MIN_FILES && rows < run.length * ROWS_WORTH_A_SCAN;
    return worthIt ? [selectTogether(run, types)] : run.map((each) => selectOf(each, types));
  });
}

/** The same where files of any size share a scan; null where that changes nothing. */
export function scanAllTogether(relations: readonly PartRelation[], types: readonly DuckDBType[]): string[] | null {
  const found = runs(relations);
  if (found.every((run) => run.length === 1)) return null;
  return found.flatMap((run) => (run.length === 1 ? run.map((each) => selectOf(each, types)) : [selectTogether(run, types)]));
}

/** Neighbours that one scan can read: files in place with the same columns. */
function runs(relations: readonly PartRelation[]): PartRelation[][] {
  const result: PartRelation[][] = [];
  for (const each of relations) {
    const last = result.at(-1)?.at(-1);
    if (last?.scan !== undefined && each.scan?.schema === last.scan.schema) result.at(-1)?.push(each);
    else result.push([each]);
  }
  return result;
}

function selectTogether(run: readonly PartRelation[], types: readonly DuckDBType[]): string {
  const files = `[${run.map(({ scan }) => quoteText(scan?.file ?? '')).join(', ')}]`;
  const of = (items: readonly (string | number)[], type: string): string => `([${items.join(', ')}]::${type}[])[(file_index + 1)::BIGINT]`;
  const starts = of(run.map(({ start }) => start), 'BIGINT');
  const names = of(run.map(({ part }) => quoteText(part.file.name)), 'VARCHAR');
  const [first] = run;
  return `SELECT ${starts} + row AS row${castColumns(first?.columns ?? [], types, names)} FROM ${first?.scan?.over(files) ?? ''}`;
}
