import { annotationType } from '../python/annotations.ts';
import { ANY, FREE, optional, type Cost, type Default, type Operation, type Parameter, type Type } from '../schema.ts';
import raw from './catalogue/nemo-curator.classes.json' with { type: 'json' };
import { CLASSES } from './descriptions.ts';

interface RawClass {
  readonly params: Readonly<Record<string, { readonly type: string | null; readonly required: boolean; readonly default?: unknown }>>;
  readonly open: boolean;
}

interface RawCatalogue {
  readonly version: string;
  readonly classes: Readonly<Record<string, RawClass>>;
  /** Paths by which a class may also be named. */
  readonly exports: Readonly<Record<string, string>>;
  readonly functions: readonly string[];
}

const CATALOGUE = raw as unknown as RawCatalogue;

export const NEMO_VERSION = CATALOGUE.version;

/** Functions, which a recipe may name too; what they take is not looked at. */
export const NEMO_FUNCTIONS: ReadonlySet<string> = new Set(CATALOGUE.functions);

/** Every path that `_target_` may hold, with the class behind it. */
export function nemoClasses(): ReadonlyMap<string, Operation> {
  const own = Object.entries(CATALOGUE.classes).map(([path, each]) => [path, operation(path, each)] as const);
  const classes = new Map(own);
  for (const [path, identity] of Object.entries(CATALOGUE.exports)) {
    const found = classes.get(identity);
    if (found !== undefined) classes.set(path, { ...found, name: path });
  }
  return classes;
}

function operation(path: string, { params, open }: RawClass): Operation {
  return {
    name: path,
    kind: kindOf(path),
    description: CLASSES[path.split('.').at(-1) ?? ''] ?? '',
    parameters: Object.entries(params).map(([name, each]) => parameterOf(name, each)),
    cost: costOf(path),
    open,
    produces: [],
    source: `${path.split('.').slice(0, -1).join('/')}.py`,
  };
}

function kindOf(path: string): string {
  const [, word] = /(Filter|Modifier|Reader|Writer|Classifier|Workflow|Stage|Client|Executor)$/.exec(path) ?? [];
  return word?.toLowerCase() ?? 'class';
}

function costOf(path: string): Cost {
  const gpu = /classifiers|embedders|semantic|fuzzy|exact|\.deduplication\./.test(path) && /Classifier|Workflow|Stage|Embed/.test(path);
  return gpu || /fasttext/i.test(path) ? { model: true, gpu, api: false, download: gpu } : FREE;
}

function parameterOf(name: string, { type, required, ...rest }: RawClass['params'][string]): Parameter {
  const declared = type === null ? ANY : annotationType(type);
  // OmegaConf hands over plain maps and lists: where an object is wanted, a map with a _target_ stands.
  const taken: Type = declared.kind === 'any' ? ANY : optional(declared);
  return {
    name,
    type: taken,
    required,
    ...(type === null ? {} : { typeText: type }),
    ...('default' in rest && !required ? { default: rest.default as Default } : {}),
  };
}
