import type { ReactElement } from 'react';
import type { Column } from '../../../extension/protocol/shards.ts';
import { strings } from '../../strings.ts';
import { percent, shortCount } from '../short-text.ts';
import { useStatistics } from './use-statistics.ts';

/** What a header says before the type: how many values are null, and of how many rows all this is, where it is not all. */
export function HeaderNote({ column }: { readonly column: Column }): ReactElement | null {
  const { summary } = useStatistics([column.name]);
  if (summary === null) return null;
  const words = strings.statistics;
  return (
    <>
      {!summary.exact && (
        <span className="partial" title={words.inexact(summary.rows, summary.tableRows)}>
          {words.partial(shortCount(summary.rows), shortCount(summary.tableRows))}
        </span>
      )}
      {summary.nulls > 0 && (
        <span className="null-share" title={words.nulls(summary.nulls, summary.rows)}>
          {percent(summary.nulls, summary.rows)} ∅
        </span>
      )}
    </>
  );
}
