import { readModule, type PythonClass, type PythonParameter } from '../python/classes.ts';
import { evaluate, split, textOf, type Constants } from '../python/expressions.ts';
import { moduleName, readImports, type Imported } from '../python/imports.ts';
import { readBlocks, type Token } from '../python/tokens.ts';
import type { RawClass, RawClasses, RawField } from './classes.ts';

/** A module of the package, as far as signatures go. */
interface Module {
  readonly name: string;
  /** Whether it is the `__init__.py` of a package. */
  readonly isPackage: boolean;
  readonly classes: ReadonlyMap<string, PythonClass>;
  readonly functions: readonly string[];
  readonly imports: ReadonlyMap<string, Imported>;
  /** Names that it imports when they are asked for. */
  readonly lazy: ReadonlyMap<string, Imported>;
}

interface Found {
  readonly module: Module;
  readonly definition: PythonClass;
}

interface Fields {
  readonly params: ReadonlyMap<string, RawField>;
  readonly open: boolean;
}

const NO_CONSTANTS: Constants = new Map();
const NO_FIELDS: Fields = { params: new Map(), open: false };

/** The classes that recipes can name, from the files of `nemo_curator`; nothing is imported or run. */
export class NemoFiles {
  private readonly modules = new Map<string, Module>();

  /** @param path below the folder that holds `nemo_curator`, with `/` */
  add(path: string, text: string): void {
    const blocks = readBlocks(text);
    const { classes, functions, constants } = readModule(blocks);
    const name = moduleName(path);
    this.modules.set(name, {
      name,
      isPackage: path.endsWith('__init__.py'),
      classes: new Map(classes.map((each) => [each.name, each])),
      functions: functions.map((each) => each.name),
      imports: readImports(blocks, path),
      lazy: lazyImports(constants, name),
    });
  }

  /** What the shipped catalogue has, in its form. */
  classes(): RawClasses {
    const classes: Record<string, RawClass> = {};
    const exports: Record<string, string> = {};
    for (const module of this.modules.values()) {
      for (const name of new Set([...module.classes.keys(), ...module.imports.keys(), ...module.lazy.keys()])) {
        const found = name.startsWith('_') ? null : this.lookup(module.name, name);
        // What a module merely imports is no second name for it; what a package does, is.
        if (found === null || (!found.module.isPackage && found.module !== module && !module.isPackage)) continue;
        const identity = `${found.module.name}.${found.definition.name}`;
        if (`${module.name}.${name}` !== identity) exports[`${module.name}.${name}`] = identity;
        classes[identity] ??= rawOf(this.fields(found, []));
      }
    }
    const functions = [...this.modules.values()].flatMap((module) => [...new Set(module.functions)].filter((name) => !name.startsWith('_')).map((name) => `${module.name}.${name}`));
    return { classes, exports, functions };
  }

  /** The class that a name stands for as a module sees it; null for what is not of this package. */
  private lookup(where: string, name: string): Found | null {
    const seen = new Set<string>();
    for (let next: Imported | undefined = { module: where, name }; next !== undefined; ) {
      const key = `${next.module} ${next.name}`;
      const module = this.modules.get(next.module);
      if (module === undefined || seen.has(key)) return null;
      seen.add(key);
      const definition = module.classes.get(next.name);
      if (definition !== undefined) return { module, definition };
      next = module.lazy.get(next.name) ?? module.imports.get(next.name);
    }
    return null;
  }

  private fields({ module, definition }: Found, seen: readonly PythonClass[]): Fields {
    if (seen.includes(definition)) return NO_FIELDS;
    const below = definition.bases.map((base) => this.lookup(module.name, base)).filter((found) => found !== null).map((found) => this.fields(found, [...seen, definition]));
    const inherited = new Map(below.toReversed().flatMap(({ params }) => [...params]));
    const open = below.some((each) => each.open);
    if (isDataclass(definition)) return { params: withFields(inherited, definition), open: false };
    const { init } = definition;
    if (init === null) return { params: inherited, open };
    const own = new Map(init.parameters.map((each) => [each.name, fieldOf(each)]));
    if (!init.open) return { params: own, open: false };
    // Keywords that are handed on: to a class of this package, or to who knows what.
    return inherited.size > 0 ? { params: new Map([...inherited, ...own]), open } : { params: own, open: true };
  }
}

function rawOf({ params, open }: Fields): RawClass {
  return { params: Object.fromEntries(params), open };
}

/** `_LAZY_IMPORTS = {"Name": (".module", "Name")}`. */
function lazyImports(constants: Constants, module: string): ReadonlyMap<string, Imported> {
  const value = evaluate(constants.get('_LAZY_IMPORTS') ?? constants.get('_LAZY') ?? [], NO_CONSTANTS);
  if (typeof value !== 'object' || value === null || Array.isArray(value) || '$py' in value) return new Map();
  return new Map(Object.entries(value).flatMap(([name, target]): [string, Imported][] => {
    const path: unknown = Array.isArray(target) ? target[0] : target;
    return typeof path === 'string' ? [[name, { module: path.startsWith('.') ? `${module}${path}` : path, name }]] : [];
  }));
}

function isDataclass({ decorators }: PythonClass): boolean {
  return decorators.some((tokens) => {
    const call = tokens.findIndex(({ text }) => text === '(');
    return (call === -1 ? tokens : tokens.slice(0, call)).at(-1)?.text === 'dataclass';
  });
}

/** The fields of a data class behind those that it inherits. */
function withFields(inherited: ReadonlyMap<string, RawField>, { fields }: PythonClass): ReadonlyMap<string, RawField> {
  const params = new Map(inherited);
  for (const each of fields) {
    const type = each.type ?? '';
    if (type.startsWith('ClassVar') || type.startsWith('InitVar')) continue;
    const keywords = each.value?.[0]?.text === 'field' && each.value[1]?.text === '(' ? keywordsOf(each.value.slice(2, -1)) : null;
    if (keywords === null) params.set(each.name, fieldOf(each));
    else if (keywords.get('init')?.[0]?.text === 'False') params.delete(each.name);
    else {
      const factory = keywords.get('default_factory');
      params.set(each.name, factory === undefined ? fieldOf({ ...each, value: keywords.get('default') ?? null }) : { type, required: false, default: { symbol: `${textOf(factory)}()` } });
    }
  }
  return params;
}

function keywordsOf(call: readonly Token[]): ReadonlyMap<string, readonly Token[]> {
  return new Map(split(call, ',').filter((part) => part[1]?.text === '=').map((part) => [part[0]?.text ?? '', part.slice(2)]));
}

function fieldOf({ type, value }: PythonParameter): RawField {
  return value === null ? { type, required: true } : { type, required: false, default: defaultOf(value) };
}

function defaultOf(tokens: readonly Token[]): unknown {
  const value = evaluate(tokens, NO_CONSTANTS);
  return typeof value === 'object' && value !== null && '$py' in value ? { symbol: value.$py } : value;
}
