import { entryOf, isMap, isScalar, scalarsOf, type MapNode, type RecipeNode } from '../../document/nodes.ts';
import type { Dialect } from '../dialect.ts';
import { list, type Operation, type StepForm, type StepReading, type Type } from '../schema.ts';
import { operationsOf, ownOperations } from './catalogue.ts';
import { recipeObject } from './globals.ts';
import { RAW, type CustomOps, type DataJuicerVersion, type OwnCatalogue, type RawCatalogue } from './raw.ts';
import { RENAMES } from './renames.ts';
import { dataFlow } from './rules/data-flow.ts';
import { executorSupport, settingsUnderRay } from './rules/executor.ts';
import { stepOrder } from './rules/order.ts';
import { crossParameters } from './rules/parameters.ts';
import { ignoredSettings, sources } from './rules/settings.ts';

/** Where ops come from beside the shipped catalogues. */
interface OwnOps {
  readonly catalogue?: OwnCatalogue | null;
  readonly custom?: CustomOps | null;
}

const NOTHING = {};
/** Built once for each of what it is built from. */
const made = new Map<DataJuicerVersion, WeakMap<object, WeakMap<object, Dialect>>>();

/** Data-Juicer at one version, with what the user has of his own. */
export function dataJuicer(version: DataJuicerVersion, { catalogue = null, custom = null }: OwnOps = {}): Dialect {
  const byCatalogue = made.get(version) ?? new WeakMap<object, WeakMap<object, Dialect>>();
  const byCustom = byCatalogue.get(catalogue ?? NOTHING) ?? new WeakMap<object, Dialect>();
  const found = byCustom.get(custom ?? NOTHING) ?? build(version, catalogue, custom);
  made.set(version, byCatalogue);
  byCatalogue.set(catalogue ?? NOTHING, byCustom);
  byCustom.set(custom ?? NOTHING, found);
  return found;
}

function build(version: DataJuicerVersion, catalogue: OwnCatalogue | null, custom: CustomOps | null): Dialect {
  const shipped = catalogue === null ? operationsOf(version) : ownOperations(version, catalogue.ops);
  const form = opForm(custom === null ? shipped : new Map([...shipped, ...ownOperations(version, custom.ops)]));
  const globals = catalogue?.globals ?? RAW[version].globals;
  const schema = recipeType(globals, form);
  const withCustomOps = custom?.complete === true ? schema : recipeType(globals, { ...form, custom: () => true });
  return {
    id: 'data-juicer',
    version: catalogue?.version ?? version,
    program: `Data-Juicer ${catalogue?.version ?? version}`,
    conversion: { setting: { loader: 'python-floats', coercion: 'jsonargparse' }, argument: { loader: 'python-floats', coercion: 'strict' } },
    schema: (root) => (customPaths(root) !== null ? withCustomOps : schema),
    forms: [form],
    renames: RENAMES,
    unknownParameter: version === '1.4.3' ? 'ignored' : 'refused',
    unknownOperation: 'refused',
    unknownKey: 'refused',
    duplicateKeys: 'last',
    rules: [ignoredSettings, sources, crossParameters, executorSupport, settingsUnderRay, dataFlow, stepOrder],
    ...(catalogue === null ? {} : { root: catalogue.root }),
  };
}

function recipeType(globals: RawCatalogue['globals'], form: StepForm): Type {
  return { kind: 'object', object: recipeObject(globals, list({ kind: 'step', form })) };
}

/** Files of the user's own that ops may come from; null where the recipe names none. */
export function customPaths(root: RecipeNode): readonly string[] | null {
  const value = isMap(root) ? entryOf(root, 'custom_operator_paths')?.value : null;
  const paths = scalarsOf(value).map(({ text }) => text).filter((text) => text !== '' && text !== 'null' && text !== '~');
  return paths.length === 0 ? null : paths;
}

/** `- op_name: {parameters}`, or `- op_name:` for all defaults. */
export function opForm(operations: ReadonlyMap<string, Operation>): StepForm {
  return {
    noun: 'op',
    operations,
    own: [],
    custom: () => false,
    bare: () => false,
    snippet: ({ name }) => ({ head: `${name}:`, indent: 4 }),
    read: readOp,
  };
}

function readOp(node: RecipeNode): StepReading | null {
  if (isScalar(node)) return { name: node, args: null, own: new Set(), frame: null };
  if (!isMap(node)) return null;
  const [entry] = node.entries;
  return entry === undefined ? null : { name: entry.key, args: entry.value, own: new Set(), frame: null };
}

/** Keys that name a Data-Juicer recipe where `process` is missing or empty. */
const TELLING = ['dataset_path', 'export_path', 'executor_type', 'text_keys', 'op_fusion', 'use_cache', 'open_tracer', 'skip_op_error', 'export_shard_size'];
const COMMON = ['project_name', 'dataset', 'np', 'process'];

const OP_NAME = /^[A-Za-z0-9_]+_(?:mapper|filter|deduplicator|selector|grouper|aggregator|pipeline|op)$/;

/** Whether a document looks like a Data-Juicer recipe: a `process` of one-key maps, or its data and settings. */
export function looksLikeDataJuicer(root: RecipeNode): boolean {
  if (!isMap(root)) return false;
  const process = entryOf(root, 'process')?.value;
  if (process?.kind === 'list' && process.items.some((item) => isOpItem(item))) return true;
  if (process?.kind === 'map') return false;
  const count = (keys: readonly string[]): number => keys.filter((key) => entryOf(root, key) !== undefined).length;
  const telling = count(TELLING);
  return (telling >= 1 && telling + count(COMMON) >= 3) || (telling + count(COMMON) >= 2 && hasSources(root));
}

function isOpItem(item: RecipeNode | null): boolean {
  if (isScalar(item)) return OP_NAME.test(item.text);
  return isMap(item) && item.entries.length === 1 && OP_NAME.test(item.entries[0]?.key.text ?? '');
}

function hasSources(root: MapNode): boolean {
  const dataset = entryOf(root, 'dataset')?.value;
  const configs = isMap(dataset) ? entryOf(dataset, 'configs')?.value : dataset;
  return configs?.kind === 'list' && configs.items.some((item) => isMap(item) && entryOf(item, 'type') !== undefined);
}
