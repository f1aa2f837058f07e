/** A piece of Python: names, numbers, strings with their value, signs. `computed`: an f-string or bytes, whose value is not text. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'computed' | 'sign';
  readonly text: string;
}

/** One logical line of Python with the lines that are indented below it. */
export interface Block {
  readonly tokens: readonly Token[];
  readonly body: readonly Block[];
}

interface OpenBlock extends Block {
  readonly indent: number;
  readonly body: Block[];
}

/** What a file of ops may have at most; larger ones are no signatures. */
export const MAX_SOURCE = 2_000_000;

const TOKEN = /[^\S\n]+|\\\r?\n|#[^\n]*|([A-Za-z_]\w*)|((?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d+)?|0[xX][\da-fA-F_]+)|(->|\*\*|==|!=|<=|>=|:=|<<|>>|\/\/|[^\s])|\n/y;
const STRING = /([rRbBuUfF]{0,2})("""|'''|"|')/y;

/** Reads the outline of Python source: strings, brackets and indentation are understood, statements are not. Never throws. */
export function readBlocks(source: string): readonly Block[] {
  const text = source.slice(0, MAX_SOURCE);
  const root: OpenBlock = { indent: -1, tokens: [], body: [] };
  const open: OpenBlock[] = [root];
  let tokens: Token[] = [];
  let depth = 0;
  let indent = 0;
  const endLine = (): void => {
    if (tokens.length === 0) return;
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
    const block: OpenBlock = { indent, tokens, body: [] };
    open.at(-1)?.body.push(block);
    open.push(block);
    tokens = [];
  };
  for (let at = 0; at < text.length; ) {
    const string = stringAt(text, at);
    if (string !== null) {
      if (tokens.length === 0) indent = columnOf(text, at);
      tokens.push(string.token);
      at = string.end;
      continue;
    }
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) break;
    const [all, name, number, sign] = match;
    const token: Token | null = name !== undefined ? { kind: 'name', text: name } : number !== undefined ? { kind: 'number', text: number } : sign !== undefined ? { kind: 'sign', text: sign } : null;
    if (token !== null && tokens.length === 0) indent = columnOf(text, at);
    if (token !== null) tokens.push(token);
    if (sign === '(' || sign === '[' || sign === '{') depth++;
    if (sign === ')' || sign === ']' || sign === '}') depth = Math.max(0, depth - 1);
    if (all === '\n' && depth === 0) endLine();
    at += all.length;
  }
  endLine();
  return root.body;
}

function columnOf(text: string, at: number): number {
  return at - (text.lastIndexOf('\n', at - 1) + 1);
}

function stringAt(text: string, at: number): { readonly token: Token; readonly end: number } | null {
  STRING.lastIndex = at;
  const match = STRING.exec(text);
  if (match === null) return null;
  const [opening, prefix = '', quote = ''] = match;
  const start = at + opening.length;
  let end = start;
  while (end < text.length && !text.startsWith(quote, end)) {
    if (quote.length === 1 && text[end] === '\n') break;
    end += text[end] === '\\' ? 2 : 1;
  }
  const raw = text.slice(start, end);
  const token: Token = /[fb]/i.test(prefix) ? { kind: 'computed', text: `${opening}${raw}${quote}` } : { kind: 'string', text: /r/i.test(prefix) ? raw : unescaped(raw) };
  return { token, end: Math.min(text.length, end + quote.length) };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', a: '\x07', '0': '\0', '\n': '' };

function unescaped(raw: string): string {
  return raw.replace(/\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[^])/g, (all, code: string) => {
    if (code.length > 1) {
      const point = Number.parseInt(code.slice(1), 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : all;
    }
    return ESCAPES[code] ?? (/[\\'"]/.test(code) ? code : all);
  });
}
