import type { ColumnPath, Condition } from '../../protocol/queries.ts';
import { idsSql, type IdTable } from './ids-sql.ts';
import { textSql, type TextSearch } from './text-sql.ts';
import { rangeSql, valuesSql, type AddCheck, type TypedSql } from './value-sql.ts';

/** What the conditions of one statement can refer to. */
export interface Scope {
  /** @throws LoupeError `invalid-request` for a column that is not there */
  column(path: ColumnPath): TypedSql;
  /** Every column that holds text somewhere. */
  textColumns(): readonly TypedSql[];
  /** The table into which the ids of a condition were read. */
  idTable(condition: Extract<Condition, { type: 'ids' }>): IdTable;
  /** True for the rows that differ from another version of the shard. @throws LoupeError `invalid-request` where there is none */
  changed(): string;
  /** True for the rows that have edits which are not saved. */
  edited(): string;
  readonly check: AddCheck;
}

/**
 * A condition as SQL that is true for the rows that it keeps, and false or null for others.
 * @throws LoupeError `invalid-request`, `unsupported`
 */
export function conditionSql(condition: Condition, scope: Scope): string {
  if (condition.type === 'ids') return `(${idsSql(scope.column(condition.column), scope.idTable(condition), condition.not === true)})`;
  const test = testSql(condition, scope);
  return condition.not === true ? `NOT (${test})` : `(${test})`;
}

function testSql(condition: Exclude<Condition, { type: 'ids' }>, scope: Scope): string {
  switch (condition.type) {
    case 'range':
      return rangeSql(scope.column(condition.column), condition, scope.check);
    case 'values':
      return valuesSql(scope.column(condition.column), condition.values, scope.check);
    case 'text':
      return condition.column === undefined ? anyTextSql(scope.textColumns(), condition) : textSql(scope.column(condition.column), condition);
    case 'null':
      return `${scope.column(condition.column).sql} IS NULL`;
    case 'changed':
      return scope.changed();
    case 'edited':
      return scope.edited();
    case 'sql':
      // On lines of its own, so that a comment in it ends and its errors have a place.
      return `\n${condition.where}\n`;
  }
}

/** Of all columns together no one is null: a null text matches nothing, and its negation may hold. */
function anyTextSql(columns: readonly TypedSql[], search: TextSearch): string {
  return columns.length === 0 ? 'false' : columns.map((column) => `coalesce(${textSql(column, search)}, false)`).join(' OR ');
}
