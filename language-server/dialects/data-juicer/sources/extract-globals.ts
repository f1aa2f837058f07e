import { evaluate, split, textOf, type Constants } from '../../python/expressions.ts';
import { readBlocks, type Block, type Token } from '../../python/tokens.ts';
import type { RawGlobal } from '../raw.ts';

const NO_CONSTANTS: Constants = new Map();

/** The keys of a recipe, from the parser's `add_argument` calls in `data_juicer/config/config.py`. */
export function extractGlobals(source: string): Readonly<Record<string, RawGlobal>> {
  const found: [string, RawGlobal][] = [];
  const levels: (readonly Block[])[] = [readBlocks(source)];
  for (let blocks = levels.pop(); blocks !== undefined; blocks = levels.pop()) {
    for (const { tokens } of blocks) {
      const [, dot, method] = tokens;
      if (dot?.text === '.' && method?.text === 'add_argument') found.push(...globalOf(tokens.slice(4, -1)));
    }
    levels.push(...blocks.map(({ body }) => body).reverse());
  }
  return Object.fromEntries(found);
}

function globalOf(call: readonly Token[]): [string, RawGlobal][] {
  const [names = [], ...rest] = split(call, ',');
  const name = evaluate(names, NO_CONSTANTS);
  if (typeof name !== 'string' || !name.startsWith('--')) return [];
  const keywords = new Map(rest.map((part) => [part[0]?.text ?? '', part.slice(2)]));
  const [type, action, value, choices] = ['type', 'action', 'default', 'choices'].map((key) => keywords.get(key));
  const flag = action === undefined ? null : evaluate(action, NO_CONSTANTS);
  const known = choices === undefined ? null : evaluate(choices, NO_CONSTANTS);
  return [[name.slice(2).replaceAll('-', '_'), {
    type: type === undefined ? (typeof flag === 'string' ? flag : null) : textOf(type),
    default: value === undefined ? null : evaluate(value, NO_CONSTANTS),
    choices: Array.isArray(known) ? (known as string[]) : null,
  }]];
}
