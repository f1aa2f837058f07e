import type { Row } from '../../../extension/protocol/engine.ts';
import type { Column } from '../../../extension/protocol/shards.ts';
import type { Value } from '../../../extension/protocol/values.ts';
import { spanOf } from '../../../extension/values/span-shape.ts';

/** Names under which producers publish spans; a joined column may have its file's name before it. */
const SOURCE_NAME = /(^|\W)(quality_signals|attributes)$/i;

/** The texts that spans count in, in this order: RedPajama's name, Dolma's name. */
const TEXT_NAMES = ['raw_content', 'text', 'content'];

/** Attributes stand in the record, or under the name of their experiment. */
const MAX_NESTING = 3;

/** Columns of one row that belong together. */
export interface SpanColumns {
  readonly sources: readonly number[];
  readonly text: number;
}

/** The columns with spans and the text that they are about; null where the row has no such thing. */
export function spanColumns(row: Row, columns: readonly Column[]): SpanColumns | null {
  const sources = row.cells.flatMap(({ column: index, value }) => {
    const column = columns[index];
    return column !== undefined && mayHoldSpans(column, value) ? [index] : [];
  });
  const text = TEXT_NAMES.map((name) => textColumn(row, columns, name)).find((index) => index !== undefined);
  return text === undefined || sources.length === 0 ? null : { sources, text };
}

/** By its shape; JSON in a text only where the name says so, for it is not read here. */
function mayHoldSpans({ name }: Column, value: Value): boolean {
  const text = plainText(value);
  return text === null ? holdsSpan(value, 0) : SOURCE_NAME.test(name) && /^\s*\{/.test(text);
}

function textColumn(row: Row, columns: readonly Column[], name: string): number | undefined {
  const cell = row.cells.find(({ column, value }) => columns[column]?.name.toLowerCase() === name && plainText(value) !== null);
  return cell?.column;
}

function plainText(value: Value): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value?.type === 'text' ? value.text : null;
}

/** Whether a list of `[start, end, score]` stands somewhere under the names of a value. */
function holdsSpan(value: Value, depth: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (value.type === 'list') return depth > 0 && value.items.some((item) => spanOf(item) !== null);
  if (value.type !== 'struct' && value.type !== 'map') return false;
  return depth < MAX_NESTING && value.entries.some(([, inner]) => holdsSpan(inner, depth + 1));
}
