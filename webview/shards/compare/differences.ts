import type { Row } from '../../../extension/protocol/engine.ts';
import type { Column } from '../../../extension/protocol/shards.ts';
import type { Value } from '../../../extension/protocol/values.ts';
import { plainText, preview } from '../panel/nodes.ts';

/** Steps of the comparison of two texts: about a thousand words each. */
const MAX_STEPS = 1_000_000;

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

/** Letters that stand for words. */
const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}\p{M}]+|\s+|[^\p{L}\p{N}\p{M}\s]/gu;

/** What two texts have in common and of their own, word by word; null where they are too long for it. */
export function wordDifference(first: string, second: string): readonly [readonly Piece[], readonly Piece[]] | null {
  const a = first.match(WORD) ?? [];
  const b = second.match(WORD) ?? [];
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [middleA, middleB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (middleA.length * middleB.length > MAX_STEPS) return null;
  const [keptA, keptB] = commonWords(middleA, middleB);
  const pieces = (words: readonly string[], kept: ReadonlySet<number>): Piece[] =>
    joined(words.map((text, i) => ({ text, own: i >= start && i < words.length - end && !kept.has(i - start) })));
  return [pieces(a, keptA), pieces(b, keptB)];
}

/** Places of the longest common sequence of words. */
function commonWords(a: readonly string[], b: readonly string[]): readonly [Set<number>, Set<number>] {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const kept: readonly [Set<number>, Set<number>] = [new Set(), new Set()];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      kept[0].add(i++);
      kept[1].add(j++);
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return kept;
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
