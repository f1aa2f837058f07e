import type { Token } from './tokens.ts';

/** A value of Python as JSON has it; `$py` is the text of what only a run could tell. */
export type PythonValue = string | number | boolean | null | readonly PythonValue[] | { readonly [key: string]: PythonValue };

export interface Computed {
  readonly $py: string;
}

/** Names that stand for a value: constants of the module and of the class. */
export type Constants = ReadonlyMap<string, readonly Token[]>;

const MAX_DEPTH = 20;

/** The value of a literal, of a name that is a constant, or of a sum of numbers; else its text. */
export function evaluate(tokens: readonly Token[], constants: Constants): PythonValue | Computed {
  const value = new Evaluator(constants, 0).whole(tokens);
  return value === undefined ? { $py: textOf(withoutBrackets(tokens)) } : value;
}

function withoutBrackets(tokens: readonly Token[]): readonly Token[] {
  const inside = tokens[0]?.text === '(' ? bracketed(tokens) : null;
  return inside === null || split(inside, ',').length !== 1 ? tokens : inside;
}

class Evaluator {
  private readonly constants: Constants;
  private readonly depth: number;

  constructor(constants: Constants, depth: number) {
    this.constants = constants;
    this.depth = depth;
  }

  whole(tokens: readonly Token[]): PythonValue | undefined {
    if (tokens.length === 0 || this.depth > MAX_DEPTH) return undefined;
    const [first] = tokens;
    if (tokens.length === 1 && first !== undefined) return this.single(first);
    if (tokens.every(({ kind }) => kind === 'string')) return tokens.map(({ text }) => text).join('');
    const inside = bracketed(tokens);
    if (inside !== null) return this.collection(first?.text ?? '', inside);
    return this.arithmetic(tokens);
  }

  private single({ kind, text }: Token): PythonValue | undefined {
    if (kind === 'string') return text;
    if (kind === 'computed') return this.formatted(text);
    if (kind === 'number') return Number(text.replaceAll('_', ''));
    if (text === 'None') return null;
    if (text === 'True' || text === 'False') return text === 'True';
    const constant = kind === 'name' ? this.constants.get(text) : undefined;
    return constant === undefined ? undefined : this.deeper().whole(constant);
  }

  /** `f"{OP_NAME}_with_uid"`, where every name in it is a text. */
  private formatted(text: string): string | undefined {
    const inside = /^[fF](?:"([^"\\]*)"|'([^'\\]*)')$/.exec(text);
    if (inside === null) return undefined;
    const parts = (inside[1] ?? inside[2] ?? '').split(/\{(\w+)\}/);
    const values = parts.map((part, i) => (i % 2 === 0 ? part : this.deeper().single({ kind: 'name', text: part })));
    const texts = values.filter((value) => typeof value === 'string' && !/[{}]/.test(value));
    return texts.length === values.length ? (texts as string[]).join('') : undefined;
  }

  private deeper(): Evaluator {
    return new Evaluator(this.constants, this.depth + 1);
  }

  private collection(bracket: string, inside: readonly Token[]): PythonValue | undefined {
    const parts = split(inside, ',').filter((part) => part.length > 0);
    if (bracket === '(' && parts.length === 1 && inside.at(-1)?.text !== ',') return this.deeper().whole(inside);
    if (bracket === '{' && (parts.length === 0 || parts.every((part) => split(part, ':').length === 2))) return this.dictionary(parts);
    const values = parts.map((part) => this.deeper().whole(part));
    return values.includes(undefined) || bracket === '{' ? undefined : (values as PythonValue[]);
  }

  private dictionary(parts: readonly (readonly Token[])[]): PythonValue | undefined {
    const entries: [string, PythonValue][] = [];
    for (const part of parts) {
      const [key, value] = split(part, ':').map((side) => this.deeper().whole(side));
      if (typeof key !== 'string' || value === undefined) return undefined;
      entries.push([key, value]);
    }
    return Object.fromEntries(entries);
  }

  /** `-1`, `1024 * 1024`, `1 / 3`. */
  private arithmetic(tokens: readonly Token[]): PythonValue | undefined {
    const [first, ...rest] = tokens;
    for (const operator of ['+', '-', '*', '/']) {
      const at = tokens.findLastIndex(({ kind, text }, i) => i > 0 && kind === 'sign' && text === operator && isOperand(tokens[i - 1]));
      if (at === -1 || tokens.some(({ text }) => /^[([{]$/.test(text))) continue;
      const [left, right] = [tokens.slice(0, at), tokens.slice(at + 1)].map((side) => this.deeper().whole(side));
      if (typeof left !== 'number' || typeof right !== 'number') return undefined;
      return operator === '+' ? left + right : operator === '-' ? left - right : operator === '*' ? left * right : left / right;
    }
    const value = first?.text === '-' ? this.deeper().whole(rest) : undefined;
    return typeof value === 'number' ? -value : undefined;
  }
}

function isOperand(token: Token | undefined): boolean {
  return token !== undefined && token.kind !== 'sign';
}

/** What stands in a pair of brackets that holds it all; null where there is none. */
function bracketed(tokens: readonly Token[]): readonly Token[] | null {
  if (!/^[([{]$/.test(tokens[0]?.text ?? '') || tokens[0]?.kind !== 'sign') return null;
  let depth = 0;
  for (const [i, { kind, text }] of tokens.entries()) {
    if (kind !== 'sign') continue;
    if (/^[([{]$/.test(text)) depth++;
    if (/^[)\]}]$/.test(text) && --depth === 0) return i === tokens.length - 1 ? tokens.slice(1, -1) : null;
  }
  return null;
}

/** The parts between signs that stand in no brackets. */
export function split(tokens: readonly Token[], sign: string): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === 'sign' && /^[([{]$/.test(token.text)) depth++;
    if (token.kind === 'sign' && /^[)\]}]$/.test(token.text)) depth--;
    if (depth === 0 && token.kind === 'sign' && token.text === sign) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

/** The tokens as text, spaced as `ast.unparse` has it. */
export function textOf(tokens: readonly Token[]): string {
  let text = '';
  let calls = 0;
  for (const [i, token] of tokens.entries()) {
    const written = token.kind === 'string' ? `'${token.text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'` : token.text;
    if (written === '(') calls++;
    if (written === ')') calls--;
    const before = tokens[i - 1];
    const unary = written === '-' && (before === undefined || before.kind === 'sign');
    if (token.kind === 'sign' && /^(?:[|+*/-]|\/\/|==|<<|>>)$/.test(written) && !unary) text += ` ${written} `;
    else if (written === ',' && tokens[i + 1]?.text === ')') text += written;
    else if (written === ',' || written === ':') text += `${written} `;
    else if (written === '=' && calls === 0) text += ' = ';
    else if (before !== undefined && before.kind !== 'sign' && token.kind !== 'sign') text += ` ${written}`;
    else text += written;
  }
  return text.trim();
}
