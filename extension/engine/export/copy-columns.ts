import { DuckDBTypeId } from '@duckdb/node-api';
import type { Column } from '../../protocol/shards.ts';
import { quoteName } from '../duckdb/quote.ts';
import { sqlNames } from '../queries/table-names.ts';
import type { TypedSql } from '../queries/value-sql.ts';
import { isFloat, isNumber, isTemporal, isText } from '../shards/parquet/cell-plan.ts';
import type { ChosenRows } from './chosen-rows.ts';
import type { CopyKind } from './copy-sql.ts';
import type { ExportJob } from './job.ts';
import { jsonColumn } from './json-columns.ts';
import { jsonSql, objectSql } from '../queries/json-sql.ts';
import { parquetValues } from './parquet-values.ts';
import { hasMembers, isHeldByDuckdb } from './source-kind.ts';

/** The columns of an export as DuckDB writes them. */
export interface CopyColumns {
  /** `value AS name`, one after the other; of JSON Lines the text of the line. */
  readonly list: string;
  /** Columns whose bytes only the reader has, by their place among the columns. */
  readonly fromReader: readonly number[];
  /** Rows hold pictures or other files. */
  readonly hasBytes: boolean;
}

/** @throws LoupeError; DuckDB's own error */
export async function copyColumns(job: ExportJob, chosen: ChosenRows, kind: CopyKind): Promise<CopyColumns> {
  if (kind === 'jsonl') return { list: `${lineSql(job, chosen.values)} AS line`, fromReader: [], hasBytes: false };
  const names = writtenNames(job.columns);
  for (const [at, { name }] of job.columns.entries()) if (names[at] !== name) job.notes.add(`A column "${name}" is named ${names[at] ?? ''}: every column needs a name of its own.`);
  const sqls = kind === 'csv' ? csvValues(job, chosen.values) : await tableValues(job, chosen);
  const fromReader = kind === 'csv' ? [] : job.columns.flatMap((column, at) => (isOnlyInReader(job, column) ? [at] : []));
  return {
    list: sqls.map((sql, at) => `${sql} AS ${quoteName(names[at] ?? '')}`).join(', '),
    fromReader,
    hasBytes: fromReader.length > 0 || job.columns.some(({ kind: held }) => held === 'image' || held === 'bytes'),
  };
}

/** SQL for a row as a line of JSON. @param values of the columns, in their order */
export function lineSql({ columns, notes }: ExportJob, values: readonly TypedSql[]): string {
  // What JSON has no form of its own for.
  const types = values.map(({ type }) => type.toString()).join(' ');
  if (/\b(?:FLOAT|DOUBLE)\b/.test(types)) notes.add('NaN and infinities, where there are any, are written as Python reads them.');
  if (/\bBLOB\b/.test(types)) notes.add('Bytes are base64 text.');
  if (/\b(?:TIMESTAMP|TIME|DATE|INTERVAL)/.test(types)) notes.add('Times are text.');
  return objectSql(values.map(({ type, sql }, at) => [columns[at]?.name ?? '', jsonSql(type, sql)]));
}

/** Names that DuckDB can write: each once, and none empty. */
export function writtenNames(columns: readonly Pick<Column, 'name'>[]): string[] {
  return sqlNames(columns.map(({ name }) => ({ name: name === '' ? '_' : name })));
}

function isOnlyInReader({ shard }: ExportJob, { kind, origin }: Column): boolean {
  return hasMembers(shard.state()) && origin === undefined && (kind === 'image' || kind === 'bytes' || kind === 'mixed');
}

/** Fields of CSV: text, which lists and objects are as JSON. */
function csvValues({ columns, notes }: ExportJob, values: readonly TypedSql[]): string[] {
  const texts = values.map(({ sql, type }) => {
    if (isFloat(type) || isNumber(type) || isTemporal(type) || type.typeId === DuckDBTypeId.BOOLEAN) return sql;
    if (isText(type)) return `${sql}::VARCHAR`;
    notes.add('Lists and objects are JSON text in CSV; bytes are base64 text.');
    return type.typeId === DuckDBTypeId.BLOB ? `to_base64(${sql})` : `CASE WHEN ${sql} IS NOT NULL THEN ${jsonSql(type, sql)} END`;
  });
  // A line without anything on it would be no row.
  return columns.length === 1 ? texts.map((sql) => `coalesce(${sql}::VARCHAR, '')`) : texts;
}

async function tableValues(job: ExportJob, chosen: ChosenRows): Promise<string[]> {
  const { signal } = job.circumstances;
  const select = (what: string): string => chosen.select(what);
  const held = await parquetValues(chosen.values, select, signal);
  for (const [at, { became }] of held.entries()) {
    if (became !== undefined) job.notes.add(`The column ${job.columns[at]?.name ?? ''} is written as ${became}: Parquet has no type for ${chosen.values[at]?.type.toString() ?? ''}.`);
  }
  if (isHeldByDuckdb(job.shard.state(), job.columns)) return held.map(({ sql }) => sql);
  job.notes.add('A field that a record does not have is written as a null.');
  const sqls: string[] = [];
  for (const [at, { sql }] of held.entries()) sqls.push(await textColumn(job, chosen, at, sql));
  for (const [at, { name, difference }] of job.columns.entries()) {
    if (difference !== undefined) job.notes.add(`The column ${name} is not the same in all shards (${difference}); it is written as ${chosen.values[at]?.type.toString() ?? ''}.`);
  }
  return sqls;
}

/** A column of a text format: lists and objects have types where these say the same. */
async function textColumn(job: ExportJob, chosen: ChosenRows, at: number, sql: string): Promise<string> {
  const column = job.columns[at];
  const value = chosen.values[at];
  if (column === undefined || value?.type.typeId !== DuckDBTypeId.VARCHAR || isOnlyInReader(job, column)) return sql;
  if (column.kind === 'mixed') job.notes.add(`The column ${column.name} holds values of several types and is written as text.`);
  if (column.kind === 'number') job.notes.add(`The numbers of the column ${column.name} are written as text: no type of Parquet's holds all of them exactly.`);
  if (!['list', 'struct', 'map', 'vector'].includes(column.kind)) return sql;
  const json = await jsonColumn(value.sql, (what) => chosen.select(what), job.circumstances.signal);
  if (json.became !== 'types') job.notes.add(`The column ${column.name} is written as ${json.became === 'JSON' ? 'JSON text' : 'text'}: its values have no one type that gives them back as they are.`);
  return json.sql;
}
