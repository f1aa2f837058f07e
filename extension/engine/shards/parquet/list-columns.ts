import { closeSync, openSync } from 'node:fs';
import type { FileMetaData, SchemaElement } from 'hyparquet';
import type { ListQuestion } from './footer.ts';
import { countListRows } from './list-rows.ts';

/** The least offset that DuckDB takes for that of a dictionary. */
const MIN_DICTIONARY_OFFSET = 4n;

/** A column of values in the file, one column chunk in each row group. */
export interface Leaf {
  /** Index of the top-level column it belongs to. */
  readonly column: number;
  readonly maxRepetition: number;
}

/** The least number of rows that any repeated part of each column holds; null where that cannot be told. */
export function countColumnRows(metadata: FileMetaData, question: ListQuestion): (number | null)[] {
  const leaves = leavesOf(metadata.schema);
  const understood = metadata.schema[0]?.num_children === question.columnCount;
  if (!understood) return question.columns.map(() => null);
  const file = openSync(question.path, 'r');
  try {
    return question.columns.map((column) => countColumn(file, metadata, leaves, question.group, column));
  } finally {
    closeSync(file);
  }
}

function countColumn(file: number, metadata: FileMetaData, leaves: readonly Leaf[], group: number, column: number): number | null {
  const rowGroup = metadata.row_groups[group];
  if (rowGroup?.columns.length !== leaves.length) return null;
  let least = Number(rowGroup.num_rows);
  for (const [index, leaf] of leaves.entries()) {
    if (leaf.column !== column || leaf.maxRepetition === 0) continue;
    const chunk = rowGroup.columns[index]?.meta_data;
    if (!chunk) return null;
    const dictionary = chunk.dictionary_page_offset ?? 0n;
    const start = Number(dictionary >= MIN_DICTIONARY_OFFSET ? dictionary : chunk.data_page_offset);
    const repeated = { start, values: Number(chunk.num_values), codec: chunk.codec, maxRepetition: leaf.maxRepetition };
    const rows = countListRows(file, repeated, least);
    if (rows === null) return null;
    least = Math.min(least, rows);
  }
  return least;
}

/** The leaves of a schema that is listed depth first, in the order of a row group's column chunks. */
export function leavesOf(schema: readonly SchemaElement[]): Leaf[] {
  const leaves: Leaf[] = [];
  const open: { left: number; readonly repetition: number }[] = [{ left: schema[0]?.num_children ?? 0, repetition: 0 }];
  let column = -1;
  for (const element of schema.slice(1)) {
    while ((open.at(-1)?.left ?? 1) <= 0) open.pop();
    const parent = open.at(-1);
    if (!parent) break;
    if (open.length === 1) column++;
    parent.left--;
    const repetition = parent.repetition + (element.repetition_type === 'REPEATED' ? 1 : 0);
    const children = element.num_children ?? 0;
    if (children > 0) open.push({ left: children, repetition });
    else leaves.push({ column, maxRepetition: repetition });
  }
  return leaves;
}
