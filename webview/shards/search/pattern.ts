import type { Condition } from '../../../extension/protocol/queries.ts';

/** A text that is looked for. */
export interface Search {
  readonly text: string;
  readonly matchCase: boolean;
  readonly regex: boolean;
}

export const NO_SEARCH: Search = { text: '', matchCase: false, regex: false };

/** A repeated group that holds a repetition: the browser's engine may need ages for it, the shard's own does not. */
const NESTED_REPETITION = /\([^)]*[+*}][^)]*\)\s*[+*{]/;

/** The pattern that paints matches; null where there is nothing to look for, or where painting would be too slow. */
export function searchPattern({ text, matchCase, regex }: Search): RegExp | null {
  if (text === '' || (regex && NESTED_REPETITION.test(text))) return null;
  try {
    return new RegExp(regex ? text : escaped(text), matchCase ? 'gu' : 'giu');
  } catch {
    return null;
  }
}

/** Everything that is looked for at once: the search and the text conditions of the filter. */
export function paintedPattern(search: Search, conditions: readonly Condition[]): RegExp | null {
  const filters = conditions.filter((condition) => condition.type === 'text').filter(({ not }) => not !== true);
  const patterns = [search, ...filters].map(searchPattern).filter((pattern) => pattern !== null);
  const [first] = patterns;
  if (first === undefined || patterns.length === 1) return first ?? null;
  const flags = patterns.every((pattern) => pattern.flags === 'gu') ? 'gu' : 'giu';
  return new RegExp(patterns.map(({ source }) => `(?:${source})`).join('|'), flags);
}

/** A text in pieces, every second one a match. */
export function splitMatches(text: string, pattern: RegExp): readonly string[] {
  const pieces: string[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match[0] === '') continue;
    pieces.push(text.slice(end, match.index), match[0]);
    end = match.index + match[0].length;
  }
  return [...pieces, text.slice(end)];
}

/** A text as the pattern that matches it and nothing else. */
export function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
