import type { Block, Token } from './tokens.ts';

/** Where a name of a module comes from. */
export interface Imported {
  readonly module: string;
  readonly name: string;
}

/** The dotted name of a module by its path below the folder of its package's parent, `a/b/__init__.py` as `a.b`. */
export function moduleName(path: string): string {
  return path.replace(/(?:\/__init__)?\.py$/, '').replaceAll('/', '.');
}

const MAX_NESTING = 5;

/** Names that `from x import a, b as c` gives a module, those in `if` and `try` too; relative ones by the module's own path. */
export function readImports(blocks: readonly Block[], path: string): ReadonlyMap<string, Imported> {
  const package_ = moduleName(path).split('.').slice(0, path.endsWith('__init__.py') ? undefined : -1);
  const found = new Map<string, Imported>();
  const read = (level: readonly Block[], nesting: number): void => {
    for (const { tokens, body } of level) {
      const keyword = tokens.findIndex(({ text }) => text === 'import');
      if (tokens[0]?.text === 'from' && keyword > 0) addNames(found, moduleOf(tokens.slice(1, keyword), package_), tokens.slice(keyword + 1));
      else if (/^(?:if|try)$/.test(tokens[0]?.text ?? '') && nesting < MAX_NESTING) read(body, nesting + 1);
    }
  };
  read(blocks, 0);
  return found;
}

function moduleOf(tokens: readonly Token[], package_: readonly string[]): string {
  const written = tokens.map(({ text }) => text).join('');
  const dots = /^\.*/.exec(written)?.[0].length ?? 0;
  if (dots === 0) return written;
  return [...package_.slice(0, package_.length - dots + 1), ...written.slice(dots).split('.')].filter((part) => part !== '').join('.');
}

function addNames(into: Map<string, Imported>, module: string, tokens: readonly Token[]): void {
  const names = tokens.filter(({ text }) => !/^[(),]$/.test(text));
  for (let i = 0; i < names.length; i++) {
    const name = names[i]?.text ?? '';
    const renamed = names[i + 1]?.text === 'as';
    into.set(renamed ? (names[i + 2]?.text ?? name) : name, { module, name });
    if (renamed) i += 2;
  }
}
