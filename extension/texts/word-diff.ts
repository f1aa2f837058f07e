import { matchSequences, type Match } from './match-sequences.ts';
import { piecesOf } from './words.ts';

/** A run of a text that was made into another one. */
export type WordChange =
  | { readonly kind: 'kept' | 'added' | 'dropped'; readonly text: string }
  /** Other words stand in the place of some. */
  | { readonly kind: 'corrected'; readonly from: string; readonly to: string };

/** A word that is kept is worth so many blanks. */
const WORD_WEIGHT = 4;

/**
 * How one text became another, word by word: what is kept, corrected and dropped is the first text, what is kept, corrected
 * and added the second one. Time grows little more than with the length of the texts, so that long ones need no limit.
 */
export function wordDiff(before: string, after: string): WordChange[] {
  const [a, b] = [piecesOf(before).map(({ text }) => text), piecesOf(after).map(({ text }) => text)];
  const [first = [], second = []] = numbered(a, b);
  const blanks = new Set(first.filter((_, place) => isBlank(a[place])));
  const matches = matchSequences([first, second], (item) => (blanks.has(item) ? 1 : WORD_WEIGHT));
  const changes = new Changes();
  let [i, j] = [0, 0];
  for (const [nextA, nextB] of withoutLoneBlanks(matches, a, b)) {
    changes.replace(a.slice(i, nextA).join(''), b.slice(j, nextB).join(''));
    changes.keep(a[nextA] ?? '');
    [i, j] = [nextA + 1, nextB + 1];
  }
  changes.replace(a.slice(i).join(''), b.slice(j).join(''));
  return changes.list;
}

/** Joins what is of one kind. */
class Changes {
  readonly list: WordChange[] = [];

  keep(text: string): void {
    const last = this.list.at(-1);
    if (last?.kind === 'kept') this.list[this.list.length - 1] = { kind: 'kept', text: last.text + text };
    else this.list.push({ kind: 'kept', text });
  }

  replace(from: string, to: string): void {
    if (from !== '' && to !== '') this.list.push({ kind: 'corrected', from, to });
    else if (from !== '') this.list.push({ kind: 'dropped', text: from });
    else if (to !== '') this.list.push({ kind: 'added', text: to });
  }
}

/** Words as numbers, equal ones as equal numbers. */
export function numbered(...texts: readonly (readonly string[])[]): number[][] {
  const numbers = new Map<string, number>();
  return texts.map((words) =>
    words.map((word) => {
      const number = numbers.get(word) ?? numbers.size;
      numbers.set(word, number);
      return number;
    }),
  );
}

function isBlank(piece = ''): boolean {
  return /^\s*$/.test(piece);
}

/** A blank that alone is kept between two changes would cut one correction in many. */
function withoutLoneBlanks(matches: readonly Match[], a: readonly string[], b: readonly string[]): Match[] {
  const kept: Match[] = [];
  for (let start = 0; start < matches.length; ) {
    let end = start + 1;
    while (end < matches.length && matches[end]?.[0] === (matches[end - 1]?.[0] ?? 0) + 1 && matches[end]?.[1] === (matches[end - 1]?.[1] ?? 0) + 1) end++;
    const run = matches.slice(start, end);
    const [first, last]: Match[] = [run[0] ?? [0, 0], run.at(-1) ?? [0, 0]];
    const isOnlyBlank = run.every(([place]) => isBlank(a[place]));
    const isBetween = isChange(first, matches[start - 1] ?? [-1, -1]) && isChange(matches[end] ?? [a.length, b.length], last);
    if (!isOnlyBlank || !isBetween) kept.push(...run);
    start = end;
  }
  return kept;
}

/** Whether both texts have something between two matches: else it is no correction that the blank cuts. */
function isChange(later: Match = [0, 0], earlier: Match = [0, 0]): boolean {
  return later[0] - earlier[0] > 1 && later[1] - earlier[1] > 1;
}
