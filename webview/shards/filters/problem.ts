import type { Condition } from '../../../extension/protocol/queries.ts';
import type { QueryState } from '../query/query-state.ts';

/** What is wrong with a condition, as far as the engine's refusal can only mean this one. */
export function problemOf(condition: Condition, refusal: QueryState['refusal'], conditions: readonly Condition[]): string | undefined {
  if (refusal === null) return undefined;
  const suspects = suspectsOf(conditions);
  if (!suspects.includes(condition)) return undefined;
  const { message, place } = refusal.error;
  return place === undefined || message.includes(place) ? message : `${message} (${place})`;
}

/** The piece of a text that an error's place means, `character 17`, and what stands around it. */
export function pieceAt(text: string, problem: string): readonly [before: string, piece: string, after: string] | null {
  const character = Number(/character (\d+)/.exec(problem)?.[1]);
  if (!(character >= 1)) return null;
  const units = [...text].slice(0, character - 1).join('').length;
  const piece = /^(?:[\w.]+|\s*\S?)/.exec(text.slice(units))?.[0] ?? '';
  return [text.slice(0, units), piece, text.slice(units + piece.length)];
}

/** Conditions that a person may have written wrongly: SQL, patterns and files before ranges and values. */
function suspectsOf(conditions: readonly Condition[]): readonly Condition[] {
  const risky = conditions.filter((condition) => condition.type === 'sql' || condition.type === 'ids' || (condition.type === 'text' && condition.regex));
  const written = risky.length > 0 ? risky : conditions;
  return written.length === 1 ? written : [];
}
