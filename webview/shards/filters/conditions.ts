import type { ColumnPath, Condition } from '../../../extension/protocol/queries.ts';
import { lengthRange } from './length-condition.ts';

/** The column that a condition tests; null where it tests none or any. */
export function columnOf(condition: Condition): ColumnPath | null {
  if (condition.type === 'sql') return lengthRange(condition)?.column ?? null;
  return condition.type === 'changed' || condition.type === 'edited' ? null : (condition.column ?? null);
}

export function samePath(a: ColumnPath, b: ColumnPath): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}

/** A path as a key of maps. */
export function pathKey(path: ColumnPath): string {
  return JSON.stringify(path);
}

/** What a path is called. */
export function pathName(path: ColumnPath): string {
  return path.join('.');
}

/** Whether two conditions cannot both be meant: a column has one range, one choice of values, one range of lengths. */
export function excludes(a: Condition, b: Condition): boolean {
  if (a.not === true || b.not === true || a.type !== b.type) return false;
  const [one, other] = [columnOf(a), columnOf(b)];
  return isReplaceable(a) && one !== null && other !== null && samePath(one, other);
}

function isReplaceable(condition: Condition): boolean {
  return condition.type === 'range' || condition.type === 'values' || condition.type === 'sql';
}

/** The conditions with one more, in the place of the one that it replaces. */
export function withCondition(conditions: readonly Condition[], condition: Condition): readonly Condition[] {
  const index = conditions.findIndex((other) => excludes(other, condition));
  return index === -1 ? [...conditions, condition] : conditions.with(index, condition);
}

/** The range that a column is filtered by. */
export function rangeOn(conditions: readonly Condition[], column: ColumnPath): Extract<Condition, { type: 'range' }> | null {
  const found = conditions.find((condition) => condition.type === 'range' && condition.not !== true && samePath(condition.column, column));
  return found?.type === 'range' ? found : null;
}

/** The values that a column is filtered by. */
export function valuesOn(conditions: readonly Condition[], column: ColumnPath): readonly (string | null)[] {
  const found = conditions.find((condition) => condition.type === 'values' && condition.not !== true && samePath(condition.column, column));
  return found?.type === 'values' ? found.values : [];
}

/** The conditions without the ones on a column that a click on its chart makes. */
export function withoutChartConditions(conditions: readonly Condition[], column: ColumnPath): readonly Condition[] {
  return conditions.filter((condition) => {
    const on = columnOf(condition);
    return !isReplaceable(condition) || condition.not === true || on === null || !samePath(on, column);
  });
}

/** Takes a value in or out of a column's choice; `alone` chooses only this one. */
export function toggleValue(conditions: readonly Condition[], column: ColumnPath, value: string | null, alone: boolean): readonly Condition[] {
  const before = valuesOn(conditions, column);
  const only = before.length === 1 && before[0] === value;
  const next = before.includes(value) ? before.filter((other) => other !== value) : [...before, value];
  const values = alone ? (only ? [] : [value]) : next;
  if (values.length > 0) return withCondition(conditions, { type: 'values', column, values });
  return conditions.filter((condition) => condition.type !== 'values' || condition.not === true || !samePath(condition.column, column));
}

/** The condition's opposite. */
export function negated(condition: Condition): Condition {
  const { not, ...rest } = condition;
  return not === true ? rest : { ...rest, not: true };
}
