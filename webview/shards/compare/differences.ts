import type { Row } from '../../../extension/protocol/engine.ts';
import type { Column } from '../../../extension/protocol/shards.ts';
import type { Value } from '../../../extension/protocol/values.ts';
import { wordDiff } from '../../../extension/texts/word-diff.ts';
import { plainText, preview } from '../panel/nodes.ts';

/** A piece of a text, and whether the other one lacks it. */
export interface Piece {
  readonly text: string;
  readonly own: boolean;
}

/** A column of two rows. */
export interface ComparedColumn {
  readonly column: Column;
  readonly first: Value;
  readonly second: Value;
  readonly differs: boolean;
  /** By how much the second number is larger; absent where they are no numbers, or too large to be subtracted. */
  readonly by?: number;
}

const MISSING: Value = { type: 'missing' };

/** Two rows column by column, in the order of the table. */
export function comparedColumns(first: Row, second: Row, columns: readonly Column[]): readonly ComparedColumn[] {
  const valueIn = (row: Row): ((column: number) => Value) => {
    const values = new Map(row.cells.map(({ column, value }) => [column, value]));
    return (column) => values.get(column) ?? (values.has(column) ? null : MISSING);
  };
  const [a, b] = [valueIn(first), valueIn(second)];
  return columns.map((column) => {
    const values = { first: a(column.index), second: b(column.index) };
    const differs = JSON.stringify(keyOf(values.first)) !== JSON.stringify(keyOf(values.second));
    const by = differs ? distance(values.first, values.second) : undefined;
    return { column, ...values, differs, ...(by === undefined ? {} : { by }) };
  });
}

/** Bytes as a list of numbers: an array of bytes would be written as an object of a key a byte. */
function keyOf(value: Value): unknown {
  return typeof value === 'object' && value?.type === 'bytes' ? [value.size, ...value.head] : value;
}

function distance(a: Value, b: Value): number | undefined {
  const [from, to] = [a, b].map((value) => (typeof value === 'object' && value?.type === 'number' ? Number(value.text) : Number.NaN));
  if (from === undefined || to === undefined) return undefined;
  const exact = [from, to].every((number) => Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER);
  // What binary fractions add is no difference of the two.
  return exact ? Number((to - from).toPrecision(6)) : undefined;
}

/** A value as text to be compared word by word. */
export function comparedText(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'object' && value.type === 'missing') return '';
  return plainText(value) ?? preview(value);
}

/** What two texts have in common and of their own, word by word. */
export function wordDifference(first: string, second: string): readonly [readonly Piece[], readonly Piece[]] {
  const pieces: readonly [Piece[], Piece[]] = [[], []];
  for (const change of wordDiff(first, second)) {
    const own = change.kind !== 'kept';
    if (change.kind === 'corrected') {
      pieces[0].push({ text: change.from, own });
      pieces[1].push({ text: change.to, own });
      continue;
    }
    if (change.kind !== 'added') pieces[0].push({ text: change.text, own });
    if (change.kind !== 'dropped') pieces[1].push({ text: change.text, own });
  }
  return [joined(pieces[0]), joined(pieces[1])];
}

/** Neighbours of one kind as one piece. */
function joined(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (last?.own === piece.own) result[result.length - 1] = { text: last.text + piece.text, own: piece.own };
    else result.push(piece);
  }
  return result;
}
