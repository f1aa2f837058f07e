import type { WrittenValue } from '../../../extension/protocol/edits.ts';
import type { ColumnKind } from '../../../extension/protocol/shards.ts';
import { draftOf, writtenDraft, type DraftFault } from './draft.ts';

/** Values of pasted lines, and the lines that are none of the column's. */
export interface PastedValues {
  readonly values: readonly WrittenValue[];
  /** Numbers of lines from 1, and what each should be. */
  readonly faults: readonly { readonly line: number; readonly fault: DraftFault }[];
}

/**
 * The lines of a pasted text; a line that begins with a quote goes on to the quote that ends it, as in CSV.
 * @returns the number of the line whose quote is not closed, where that is so
 */
export function pastedLines(text: string): readonly string[] | number {
  const lines: string[] = [];
  const whole = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  if (whole === '' && text === '') return lines;
  for (let at = 0; at <= whole.length; ) {
    if (whole[at] === '"') {
      const quoted = /^"((?:[^"]|"")*)"(?=\n|$)/.exec(whole.slice(at));
      if (quoted === null) return lines.length + 1;
      lines.push((quoted[1] ?? '').replaceAll('""', '"'));
      at += quoted[0].length + 1;
    } else {
      const end = whole.indexOf('\n', at);
      lines.push(whole.slice(at, end < 0 ? whole.length : end));
      at = end < 0 ? whole.length + 1 : end + 1;
    }
  }
  return lines;
}

/** Lines as values of a column: an empty one is an empty text, or null where the column holds no texts. */
export function pastedValues(lines: readonly string[], column: ColumnKind): PastedValues {
  const { kind } = draftOf({ json: 'null' }, column);
  const faults: { line: number; fault: DraftFault }[] = [];
  const values = lines.map((text, at): WrittenValue => {
    const value = writtenDraft({ kind, text, isNull: kind !== 'text' && text.trim() === '' });
    if (typeof value !== 'string') return value;
    faults.push({ line: at + 1, fault: value });
    return { json: 'null' };
  });
  return { values, faults };
}
