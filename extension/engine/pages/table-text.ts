import type { CopyFormat } from '../../protocol/queries.ts';
import type { Value } from '../../protocol/values.ts';
import { jsonText, recordText } from './json-text.ts';

/** How the rows of a table are written as lines of text. */
export interface TableText {
  /** Lines before the rows. */
  readonly header: (names: readonly string[]) => readonly string[];
  readonly row: (names: readonly string[], values: readonly Value[]) => string;
  /** What stands between two lines. */
  readonly lineBreak: string;
}

export const TABLE_TEXTS: Readonly<Record<CopyFormat, TableText>> = {
  json: {
    header: () => [],
    row: (names, values) => recordText(values.map((value, at) => [names[at] ?? '', value] as const)),
    lineBreak: '\n',
  },
  csv: {
    header: (names) => [csvLine(names)],
    row: (_, values) => csvLine(values.map(plainText)),
    lineBreak: '\r\n',
  },
  markdown: {
    header: (names) => [markdownLine(names), markdownLine(names.map(() => '---'))],
    row: (_, values) => markdownLine(values.map((value) => plainText(value) ?? '')),
    lineBreak: '\n',
  },
};

/**
 * A line as RFC 4180 has it; null is an empty field, empty text an empty quoted one. Text that a spreadsheet would take
 * for a formula stays as it is: whoever copies training data wants exactly what is there.
 */
function csvLine(fields: readonly (string | null)[]): string {
  const line = fields.map((field) => (field === null ? '' : csvField(field))).join(',');
  // A line without anything on it would be no row.
  return line === '' ? '""' : line;
}

function csvField(text: string): string {
  return text === '' || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function markdownLine(cells: readonly string[]): string {
  return `| ${cells.map(markdownCell).join(' | ')} |`;
}

/** One line, in which no pipe ends the cell and nothing becomes a tag. */
function markdownCell(text: string): string {
  return text.replace(/[\\|<]/g, '\\$&').replace(/\r\n|[\n\r\u2028\u2029]/g, '<br>');
}

/** A value as text of its own: numbers with the digits they have, containers as JSON, bytes as base64; null for null and missing. */
export function plainText(value: Value): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  switch (value.type) {
    case 'missing':
      return null;
    case 'number':
    case 'temporal':
    case 'invalid':
      return value.text;
    case 'text':
      return `${value.text}…`;
    case 'bytes':
      return JSON.parse(jsonText(value)) as string;
    default:
      return jsonText(value);
  }
}
