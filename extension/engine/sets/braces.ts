/** A pattern longer than this is no pattern that a person wrote. */
const MAX_PATTERN = 4_096;

const RANGE = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/;

/**
 * What a pattern with braces stands for, as in a shell: `{a,b}`, nested ones, `{00008..00010}` with its zeros kept and
 * `{0..100..10}` with a step. Braces around neither a list nor a range stand for themselves. Lazy, since a range
 * can be longer than memory: the caller stops when it has enough.
 */
export function* expandBraces(pattern: string): Generator<string> {
  if (pattern.length > MAX_PATTERN) {
    yield pattern;
    return;
  }
  const group = firstGroup(pattern);
  if (group === null) {
    yield pattern;
    return;
  }
  const [before, after] = [pattern.slice(0, group.open), pattern.slice(group.close + 1)];
  for (const choice of choicesOf(group)) for (const rest of expandBraces(after)) yield before + choice + rest;
}

interface Group {
  readonly open: number;
  readonly close: number;
  /** The alternatives of a list, or the only one, which is a range. */
  readonly parts: readonly string[];
}

/** The first pair of braces that holds a list or a range. */
function firstGroup(pattern: string): Group | null {
  for (let open = pattern.indexOf('{'); open !== -1; open = pattern.indexOf('{', open + 1)) {
    const group = groupAt(pattern, open);
    if (group !== null && (group.parts.length > 1 || RANGE.test(group.parts[0] ?? ''))) return group;
  }
  return null;
}

/** The pair of braces that opens here, split at its own commas; null where it never closes. */
function groupAt(pattern: string, open: number): Group | null {
  const parts: string[] = [];
  let depth = 0;
  let from = open + 1;
  for (let at = open; at < pattern.length; at++) {
    const sign = pattern[at];
    if (sign === '{') depth++;
    if (sign === '}') depth--;
    if (depth === 0 || (depth === 1 && sign === ',')) {
      parts.push(pattern.slice(from, at));
      from = at + 1;
    }
    if (depth === 0) return { open, close: at, parts };
  }
  return null;
}

function* choicesOf({ parts }: Group): Generator<string> {
  if (parts.length === 1) yield* range(parts[0] ?? '');
  else for (const part of parts) yield* expandBraces(part);
}

function* range(text: string): Generator<string> {
  const [, first = '', last = '', by = '1'] = RANGE.exec(text) ?? [];
  const step = Math.abs(Number(by)) || 1;
  const [from, to] = [Number(first), Number(last)];
  const width = [first, last].some((end) => /^-?0\d/.test(end)) ? Math.max(first.length, last.length) : 0;
  const count = Math.floor(Math.abs(to - from) / step) + 1;
  for (let i = 0; i < count; i++) yield padded(from + (to < from ? -i : i) * step, width);
}

function padded(value: number, width: number): string {
  const sign = value < 0 ? '-' : '';
  return sign + String(Math.abs(value)).padStart(width - sign.length, '0');
}
