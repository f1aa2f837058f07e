import { readModule, type PythonClass } from '../../python/classes.ts';
import { evaluate, type Constants } from '../../python/expressions.ts';
import { readBlocks, type Token } from '../../python/tokens.ts';
import type { RawOp, RawParameter } from '../raw.ts';

/** A file of ops; `path` is relative to the folder that holds `data_juicer`, with `/`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** A class with where it stands. */
export interface Found {
  readonly definition: PythonClass;
  readonly constants: Constants;
  readonly file: SourceFile;
}

/** Classes that every op has below it; what they take is known. */
const ROOTS = new Set(['OP', 'Mapper', 'Filter', 'Deduplicator', 'Selector', 'Grouper', 'Aggregator', 'Pipeline', 'object']);

/** Files of ops, read one after the other. */
export class OpFiles {
  readonly texts: string[] = [];
  readonly classes = new Map<string, Found>();
  readonly registered: (Found & { readonly name: string })[] = [];

  /** Only text is read: nothing is imported or run. */
  add(file: SourceFile): void {
    const { classes, constants } = readModule(readBlocks(file.text));
    this.texts.push(file.text);
    for (const definition of classes) {
      const entry = { definition, constants, file };
      if (!this.classes.has(definition.name)) this.classes.set(definition.name, entry);
      const name = registeredName(entry);
      if (name !== null) this.registered.push({ ...entry, name });
    }
  }
}

/** The ops that files register, as the shipped catalogues have them. */
export function extractOps({ registered, classes }: OpFiles): Readonly<Record<string, RawOp>> {
  return Object.fromEntries(registered.map((found) => [found.name, opOf(found, classes)]));
}

function registeredName({ definition, constants }: Found): string | null {
  for (const tokens of definition.decorators) {
    if (registryOf(tokens) !== 'OPERATORS') continue;
    const value = evaluate(tokens.slice(4, -1), constants);
    if (typeof value === 'string') return value;
  }
  return null;
}

/** `OPERATORS` of `@OPERATORS.register_module(NAME)`. */
function registryOf([registry, dot, method]: readonly Token[]): string | null {
  return dot?.text === '.' && method?.text === 'register_module' ? (registry?.text ?? null) : null;
}

function opOf(found: Found, classes: ReadonlyMap<string, Found>): RawOp {
  const { definition, file } = found;
  // A model that a base class prepares, and a stat that it writes, are the op's too.
  const text = [...new Set(lineOf(found, classes).map((each) => each.file.text))].join('\n');
  return {
    kind: kindOf(found, classes),
    cls: definition.name,
    file: file.path,
    bases: definition.bases,
    accelerator: attribute(found, classes, '_accelerator') === 'cuda' ? 'cuda' : 'cpu',
    batched: attribute(found, classes, '_batched_op') === true,
    registries: definition.decorators.map(registryOf).filter((each) => each !== null).sort(),
    model: text.includes('prepare_model(') ? 'prepare_model' : null,
    model_types: unique(text, /(?:model_type=|prepare_model\(\s*)["']([^"']+)["']/g).sort(),
    lazy: unique(file.text, /LazyLoader\(\s*["']([^"']+)["']/g),
    params: parametersOf(found, classes, new Set()).map(({ name, type, value, constants, from }) => parameterOf(name, type, value, constants, from)),
    stats: lineOf(found, classes).map((each) => unique(each.file.text, /\bStatsKeys\.(\w+)/g).sort()).find((stats) => stats.length > 0) ?? [],
    meta: unique(file.text, /MetaKeys\.(\w+)/g).sort(),
  };
}

const FOLDERS = new Set(['mapper', 'filter', 'deduplicator', 'selector', 'grouper', 'aggregator', 'pipeline']);

/** The folder says the kind; a file of the user's own lies anywhere, and there the base class says it. */
function kindOf(found: Found, classes: ReadonlyMap<string, Found>): string {
  const folder = found.file.path.split('/').slice(0, -1).find((part) => FOLDERS.has(part));
  if (folder !== undefined) return folder;
  if (found.file.path.startsWith('data_juicer/')) return found.file.path.split('/').at(-1) ?? '';
  return lineOf(found, classes).flatMap(({ definition: { bases } }) => bases).find((base) => FOLDERS.has(base.toLowerCase()))?.toLowerCase() ?? 'mapper';
}

/** The class and those below it, as far as they are in the files. */
function lineOf(found: Found, classes: ReadonlyMap<string, Found>): readonly Found[] {
  const line = [found];
  for (const { definition } of line) for (const base of definition.bases) {
    const next = ROOTS.has(base) ? undefined : classes.get(base);
    if (next !== undefined && !line.includes(next)) line.push(next);
  }
  return line;
}

function attribute(found: Found, classes: ReadonlyMap<string, Found>, name: string): unknown {
  const holder = lineOf(found, classes).find(({ definition }) => definition.attributes.has(name));
  const tokens = holder?.definition.attributes.get(name);
  return tokens === undefined || holder === undefined ? undefined : evaluate(tokens, holder.constants);
}

interface Parameter {
  readonly name: string;
  readonly type: string | null;
  readonly value: readonly Token[] | null;
  readonly constants: Constants;
  readonly from: string | null;
}

/** Its own, and those of its bases where it hands its keywords on. */
function parametersOf(found: Found, classes: ReadonlyMap<string, Found>, seen: Set<Found>): readonly Parameter[] {
  if (seen.has(found)) return [];
  seen.add(found);
  const { definition, constants } = found;
  const scope: Constants = new Map([...constants, ...definition.attributes]);
  const own = (definition.init?.parameters ?? []).map((each): Parameter => ({ ...each, constants: scope, from: null }));
  if (definition.init !== null && !definition.init.open) return own;
  const names = new Set(own.map(({ name }) => name));
  const inherited = definition.bases.flatMap((base) => {
    const below = ROOTS.has(base) ? undefined : classes.get(base);
    return below === undefined ? [] : parametersOf(below, classes, seen).map((each) => ({ ...each, from: each.from ?? base }));
  });
  return [...own, ...inherited.filter(({ name }) => !names.has(name) && names.add(name))];
}

function parameterOf(name: string, type: string | null, value: readonly Token[] | null, constants: Constants, from: string | null): RawParameter {
  return { name, type, required: value === null, default: value === null ? null : evaluate(value, constants), inherited_from: from };
}

function unique(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))];
}
