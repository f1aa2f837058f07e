import { useCallback, useSyncExternalStore } from 'react';
import type { ColumnPath } from '../../../extension/protocol/queries.ts';
import { useSession } from '../session.ts';
import type { ScoreKnowledge } from './scores.ts';
import type { ColumnStatistics } from './summaries.ts';

/** What is known of a column's distribution now. */
export function useStatistics(column: ColumnPath): ColumnStatistics {
  const { summaries } = useSession();
  return useSyncExternalStore(summaries.subscribe, () => summaries.get(column));
}

/** What the columns are for. */
export function useScores(): ScoreKnowledge {
  const { scores } = useSession();
  return useSyncExternalStore(scores.subscribe, useCallback(() => scores.get(), [scores]));
}
