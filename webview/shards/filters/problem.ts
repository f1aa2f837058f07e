import type { Condition } from '../../../extension/protocol/queries.ts';
import type { QueryState } from '../query/query-state.ts';

/** What is wrong with a condition, as far as the engine's refusal can only mean this one. */
export function problemOf(condition: Condition, refusal: QueryState['refusal'], conditions: readonly Condition[]): string | undefined {
  if (refusal === null) return undefined;
  const suspects = suspectsOf(conditions);
  if (!suspects.includes(condition)) return undefined;
  const { message, place } = refusal.error;
  return place === undefined ? message : `${message} (${place})`;
}

/** Conditions that a person may have written wrongly: SQL, patterns and files before ranges and values. */
function suspectsOf(conditions: readonly Condition[]): readonly Condition[] {
  const risky = conditions.filter((condition) => condition.type === 'sql' || condition.type === 'ids' || (condition.type === 'text' && condition.regex));
  const written = risky.length > 0 ? risky : conditions;
  return written.length === 1 ? written : [];
}
