import { split } from '../python/expressions.ts';
import { readBlocks, type Block, type Token } from '../python/tokens.ts';
import type { Tagger } from './taggers.ts';

/** A class or function with everything that stands in it. */
interface Definition {
  readonly path: string;
  readonly tokens: readonly Token[];
}

interface Registered extends Definition {
  readonly name: string;
}

/** What taggers are built on emits nothing itself. */
const ROOTS = new Set(['Span', 'BaseTagger', 'BaseTaggerWithMetadata', 'TaggerRegistry']);

/** The taggers in the files of `dolma`, with the span types that their code can emit; nothing is imported or run. */
export class DolmaFiles {
  private readonly classes = new Map<string, Definition[]>();
  private readonly functions = new Map<string, Definition[]>();
  private readonly registered: Registered[] = [];

  /** @param path below the folder that holds `dolma`, with `/` */
  add(path: string, text: string): void {
    let decorators: (readonly Token[])[] = [];
    for (const block of readBlocks(text)) {
      const [first, second] = block.tokens;
      if (first?.text === '@') {
        decorators.push(block.tokens.slice(1));
        continue;
      }
      const name = second?.text ?? '';
      const definition = { path, tokens: allTokens(block) };
      if (first?.text === 'class') this.classes.set(name, [...(this.classes.get(name) ?? []), definition]);
      if (first?.text === 'def') this.functions.set(name, [...(this.functions.get(name) ?? []), definition]);
      if (first?.text === 'class') for (const tagger of decorators.map(taggerName)) if (tagger !== null) this.registered.push({ ...definition, name: tagger });
      decorators = [];
    }
  }

  taggers(): Readonly<Record<string, Tagger>> {
    return Object.fromEntries(this.registered.map((each) => {
      const spans = new Set<string>();
      const unknown = this.collect(each, spans);
      return [each.name, { spans: [...spans].sort(), open: unknown || spans.size === 0, source: each.path }];
    }));
  }

  /** Adds what a definition, and those that it mentions, can emit. @returns whether something stays open */
  private collect(start: Definition, spans: Set<string>): boolean {
    const seen = new Set([start.tokens]);
    const waiting = [start];
    let unknown = false;
    for (const { path, tokens } of waiting) {
      for (const [i, token] of tokens.entries()) {
        if (token.kind !== 'name') continue;
        if (token.text === 'Span' && tokens[i + 1]?.text === '(') {
          const type = spanType(typeArgument(tokens, i + 2));
          if (type === null) unknown = true;
          else spans.add(type);
        }
        const classes = ROOTS.has(token.text) ? [] : (this.classes.get(token.text) ?? []);
        const functions = (this.functions.get(token.text) ?? []).filter((each) => each.path === path);
        for (const each of [...classes, ...functions]) if (!seen.has(each.tokens)) {
          seen.add(each.tokens);
          waiting.push(each);
        }
      }
    }
    return unknown;
  }
}

/** All lines of a block, without the word that opens it. */
function allTokens({ tokens, body }: Block): readonly Token[] {
  const all = tokens.slice(2);
  const open = [...body].reverse();
  for (let block = open.pop(); block !== undefined; block = open.pop()) {
    for (const token of block.tokens) all.push(token);
    open.push(...[...block.body].reverse());
  }
  return all;
}

/** `name` of `@TaggerRegistry.add("name")`, and of `@add_tagger("name")`. */
function taggerName(tokens: readonly Token[]): string | null {
  const call = tokens.findIndex(({ text, kind }) => kind === 'sign' && text === '(');
  const called = tokens.slice(0, Math.max(0, call)).map(({ text }) => text).join('');
  const argument = tokens[call + 1];
  return /(?:^|\.)(?:TaggerRegistry\.add|add_tagger)$/.test(called) && argument?.kind === 'string' ? argument.text : null;
}

/** The argument `type`, or the third, of a call that begins there. */
function typeArgument(tokens: readonly Token[], from: number): readonly Token[] {
  let depth = 1;
  let end = from;
  for (; end < tokens.length && depth > 0; end++) {
    const { kind, text } = tokens[end] as Token;
    if (kind === 'sign' && /^[([{]$/.test(text)) depth++;
    if (kind === 'sign' && /^[)\]}]$/.test(text)) depth--;
  }
  const parts = split(tokens.slice(from, end - 1), ',');
  const named = parts.find((part) => part[0]?.text === 'type' && part[1]?.text === '=');
  const third = parts[2];
  return named?.slice(2) ?? (third?.[1]?.text === '=' ? [] : (third ?? []));
}

/** A text, a pattern with `*` for what is filled in, or null where it cannot be told. */
function spanType(tokens: readonly Token[]): string | null {
  if (tokens.length === 0) return null;
  const text = split(tokens, '+').map((part) => (part.length > 0 && part.every(({ kind }) => kind === 'string' || kind === 'computed') ? part.map(pattern).join('') : '*')).join('');
  return text.replaceAll('*', '') === '' ? null : text;
}

function pattern({ kind, text }: Token): string {
  return kind === 'string' ? text : text.replace(/^[A-Za-z]*(?:"""|'''|"|')|(?:"""|'''|"|')$/g, '').replace(/\{[^{}]*\}/g, '*');
}
