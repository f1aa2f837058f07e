import { createScanner } from 'jsonc-parser';
import type { CellPath } from '../../../protocol/edits.ts';

/** Characters `[start, end)` of a text. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A key and its value in an object. */
export interface MemberRange {
  readonly key: TextRange;
  readonly value: TextRange;
}

/** The object that a place is in, from its opening brace on. */
export interface ObjectRange {
  readonly open: number;
  readonly members: readonly MemberRange[];
}

/**
 * Where a path leads.
 *
 * - `value`: to a value; `parent` and `member` where it is an object's
 * - `absent`: to no value, but into an object that could have one under this key
 */
export type Place =
  | { readonly kind: 'value'; readonly value: TextRange; readonly parent: ObjectRange | null; readonly member: number }
  | { readonly kind: 'absent'; readonly parent: ObjectRange; readonly key: string };

/**
 * Finds the place of a path in a JSON text, whose bytes are its characters (Latin-1), so that places are byte offsets and
 * bytes that are no UTF-8 do not matter. The text must be sound JSON. Nothing recurses. Of a record's own key written
 * twice the last one counts, as for every reader; deeper inside such a key is refused.
 * @returns why the path leads nowhere, where it does
 */
export function findPlace(text: string, path: CellPath): Place | string {
  let value = rootRange(text);
  let parent: ObjectRange | null = null;
  let member = -1;
  for (const [depth, step] of path.entries()) {
    const opening = text[value.start];
    if (opening === '[') {
      const item: TextRange | undefined = typeof step === 'number' ? itemsOf(text, value.start)[step] : undefined;
      if (item === undefined) return `the list has no item ${step}`;
      [value, parent] = [item, null];
      continue;
    }
    if (opening !== '{') return `there is no object to hold ${JSON.stringify(step)}`;
    parent = { open: value.start, members: membersOf(text, value.start) };
    const found = typeof step === 'number' ? [step] : indicesOf(text, parent.members, step);
    if (found.length > 1 && depth > 0) return `the key ${JSON.stringify(step)} is written more than once`;
    member = found.at(-1) ?? -1;
    const next = parent.members[member];
    if (next !== undefined) value = next.value;
    else if (typeof step === 'string' && depth === path.length - 1) return { kind: 'absent', parent, key: step };
    else return `there is nothing under ${JSON.stringify(step)}`;
  }
  return { kind: 'value', value, parent, member };
}

/** The tokens of a text from a place on, blanks left out. */
class Tokens {
  readonly text: string;
  readonly #scanner: ReturnType<typeof createScanner>;

  constructor(text: string, at: number) {
    this.text = text;
    this.#scanner = createScanner(text, true);
    this.#scanner.setPosition(at);
    this.next();
  }

  get start(): number {
    return this.#scanner.getTokenOffset();
  }

  get end(): number {
    return this.start + this.#scanner.getTokenLength();
  }

  /** Whether the token begins with one of these characters. */
  isOneOf(characters: string): boolean {
    const first = this.text[this.start];
    return first !== undefined && characters.includes(first);
  }

  get isEnd(): boolean {
    return this.start >= this.text.length;
  }

  next(): void {
    this.#scanner.scan();
  }

  /** Passes a whole value. */
  value(): TextRange {
    const { start } = this;
    let depth = 0;
    let end: number;
    do {
      if (this.isOneOf('{[')) depth++;
      else if (this.isOneOf('}]')) depth--;
      ({ end } = this);
      this.next();
    } while (!this.isEnd && (depth > 0 || this.#goesOn(end)));
    return { start, end };
  }

  /** `-Infinity`, which Python writes, is two tokens. */
  #goesOn(end: number): boolean {
    return this.start === end && !this.isOneOf(',:]}');
  }
}

function rootRange(text: string): TextRange {
  return new Tokens(text, 0).value();
}

function membersOf(text: string, open: number): MemberRange[] {
  const tokens = new Tokens(text, open + 1);
  const members: MemberRange[] = [];
  while (tokens.isOneOf('"')) {
    const key = { start: tokens.start, end: tokens.end };
    tokens.next();
    tokens.next();
    members.push({ key, value: tokens.value() });
    if (tokens.isOneOf(',')) tokens.next();
  }
  return members;
}

function itemsOf(text: string, open: number): TextRange[] {
  const tokens = new Tokens(text, open + 1);
  const items: TextRange[] = [];
  while (!tokens.isOneOf(']') && !tokens.isEnd) {
    items.push(tokens.value());
    if (tokens.isOneOf(',')) tokens.next();
  }
  return items;
}

function indicesOf(text: string, members: readonly MemberRange[], name: string): number[] {
  return members.flatMap(({ key }, index) => (keyText(text, key) === name ? [index] : []));
}

/** A key as its bytes say it. */
function keyText(text: string, { start, end }: TextRange): string {
  const utf8 = Buffer.from(text.slice(start, end), 'latin1').toString('utf8');
  return utf8.includes('\\') ? (JSON.parse(utf8) as string) : utf8.slice(1, -1);
}
