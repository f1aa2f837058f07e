import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import type { Condition } from '../../protocol/queries.ts';
import { quoteText } from '../duckdb/quote.ts';
import { isTextual as isComparedAsText, itemType, type AddCheck, type TypedSql } from './value-sql.ts';

/** What is looked for in texts. */
export type TextSearch = Pick<Extract<Condition, { type: 'text' }>, 'text' | 'matchCase' | 'regex'>;

/** Types that the grid shows as text. */
function isTextual(type: DuckDBType): boolean {
  return isComparedAsText(type) || type.typeId === DuckDBTypeId.UUID;
}

/** Whether values of this type hold texts somewhere. */
export function holdsText(type: DuckDBType): boolean {
  if (type.typeId === DuckDBTypeId.STRUCT) return type.entryTypes.some(holdsText);
  if (type.typeId === DuckDBTypeId.MAP) return holdsText(type.keyType) || holdsText(type.valueType);
  const items = itemType(type);
  return items === null ? isTextual(type) : holdsText(items);
}

/**
 * SQL that is true where a text of the value matches, and null for a null. Inside lists, structs and maps every text is
 * searched by itself, so that `^` and `$` are its own ends; names of fields are none. In a column without texts the
 * numbers, times and other values are searched as the grid shows them.
 */
export function textSql({ sql, type }: TypedSql, search: TextSearch): string {
  const test = searchIn(type, sql, holdsText(type) ? isTextual : isShownAsText, search, 0);
  if (test === null) return `CASE WHEN ${sql} IS NOT NULL THEN false END`;
  return isNested(type) ? `CASE WHEN ${sql} IS NOT NULL THEN coalesce(${test}, false) END` : test;
}

/** Lets DuckDB look at the pattern before it is used on data. */
export function checkPattern({ text, regex }: TextSearch, check: AddCheck): void {
  if (!regex) return;
  check({
    sql: `CASE WHEN regexp_matches('', ${quoteText(text)}) THEN NULL END`,
    message: (reason) => `The regular expression ${text} is not valid: ${reason}`,
  });
}

function matchSql(text: string, { text: wanted, matchCase, regex }: TextSearch): string {
  if (regex) return `regexp_matches(${text}, ${quoteText(wanted)}, ${matchCase ? "'c'" : "'i'"})`;
  return matchCase ? `contains(${text}, ${quoteText(wanted)})` : `contains(lower(${text}), lower(${quoteText(wanted)}))`;
}

function searchIn(type: DuckDBType, sql: string, searched: (type: DuckDBType) => boolean, search: TextSearch, depth: number): string | null {
  const items = itemType(type);
  if (items !== null) return searchItems(items, sql, searched, search, depth);
  if (type.typeId === DuckDBTypeId.MAP) {
    return anyOf([searchItems(type.keyType, `map_keys(${sql})`, searched, search, depth), searchItems(type.valueType, `map_values(${sql})`, searched, search, depth)]);
  }
  if (type.typeId === DuckDBTypeId.STRUCT) {
    return anyOf(type.entryTypes.map((field, index) => searchIn(field, `struct_extract_at(${sql}, ${index + 1})`, searched, search, depth)));
  }
  return searched(type) ? matchSql(`${sql}::VARCHAR`, search) : null;
}

function searchItems(type: DuckDBType, sql: string, searched: (type: DuckDBType) => boolean, search: TextSearch, depth: number): string | null {
  const item = `i${depth}`;
  const test = searchIn(type, item, searched, search, depth + 1);
  return test === null ? null : `len(list_filter(${sql}, lambda ${item}: ${test})) > 0`;
}

function anyOf(tests: readonly (string | null)[]): string | null {
  const found = tests.filter((test) => test !== null);
  return found.length === 0 ? null : `(${found.map((test) => `coalesce(${test}, false)`).join(' OR ')})`;
}

function isNested(type: DuckDBType): boolean {
  return itemType(type) !== null || type.typeId === DuckDBTypeId.STRUCT || type.typeId === DuckDBTypeId.MAP;
}

function isShownAsText({ typeId }: DuckDBType): boolean {
  return typeId !== DuckDBTypeId.BLOB && typeId !== DuckDBTypeId.SQLNULL;
}
