import type { TextRange } from './place.ts';

/** Something that the word before the caret may become. */
export interface Suggestion {
  /** What is put into the text. */
  readonly insert: string;
  readonly label: string;
  /** A column's type. */
  readonly detail?: string;
}

/** Suggestions that are shown. */
const MAX_SUGGESTIONS = 8;

const KEYWORDS =
  'SELECT FROM WHERE GROUP BY ORDER HAVING LIMIT OFFSET DISTINCT COUNT SUM AVG MIN MAX MEDIAN QUANTILE_CONT LIKE ILIKE BETWEEN NOT NULL AND CASE WHEN THEN ELSE END CAST DESC WITH UNION JOIN USING QUALIFY SUMMARIZE DESCRIBE EXCLUDE regexp_matches length'.split(
    ' ',
  );

/** Words that a column must be quoted for. */
const RESERVED: ReadonlySet<string> = new Set(
  'all and any as asc both case cast check collate column constraint create default desc describe distinct do else end except false fetch for foreign from group having in initially intersect into lateral leading limit not null offset on only or order pivot placing primary qualify references returning select show some summarize symmetric table then to trailing true union unique unpivot using variadic when where window with'.split(
    ' ',
  ),
);

const TABLE = 'shard';

/** The word that ends at the caret; null where there is none, or inside of text. */
export function wordBefore(text: string, caret: number): TextRange | null {
  const before = text.slice(0, caret);
  const [word] = /"[^"\n]*$|[\p{L}_][\p{L}\p{N}_]*$/u.exec(before) ?? [];
  const quotes = before.replace(/[^']/g, '').length;
  return word === undefined || quotes % 2 === 1 ? null : { start: caret - word.length, end: caret };
}

/** What a word may become: columns first, then the table and words of SQL; by the beginning first, then by what is inside. */
export function suggest(word: string, columns: readonly { readonly name: string; readonly type: string }[]): Suggestion[] {
  const quoted = word.startsWith('"');
  const wanted = (quoted ? word.slice(1) : word).toLowerCase();
  const fits = (name: string, inside: boolean): boolean => {
    const at = name.toLowerCase().indexOf(wanted);
    return inside ? at > 0 : at === 0;
  };
  const named = columns.map(({ name, type }) => ({ insert: quoteIfNeeded(name), label: name, detail: type }));
  const words = quoted || wanted === '' ? [] : [TABLE, ...KEYWORDS].map((each) => ({ insert: each, label: each }));
  const found: Suggestion[] = [];
  for (const inside of [false, true]) {
    found.push(...named.filter(({ label }) => fits(label, inside)));
    if (!inside) found.push(...words.filter(({ label }) => fits(label, inside)));
  }
  const useful = found.filter(({ insert }) => insert !== word).slice(0, MAX_SUGGESTIONS);
  // A word that is whole needs no list in the way.
  return found.some(({ insert }) => insert.toLowerCase() === word.toLowerCase()) && useful.length < 2 ? [] : useful;
}

/** A column's name as SQL takes it. */
export function quoteIfNeeded(name: string): string {
  return /^[a-z_][a-z0-9_]*$/i.test(name) && !RESERVED.has(name.toLowerCase()) ? name : `"${name.replaceAll('"', '""')}"`;
}
