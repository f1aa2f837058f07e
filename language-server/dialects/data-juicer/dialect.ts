import { entryOf, isMap, isScalar, type MapNode, type RecipeNode } from '../../document/nodes.ts';
import type { Dialect } from '../dialect.ts';
import { list, type Operation, type StepForm, type StepReading, type Type } from '../schema.ts';
import { operationsOf } from './catalogue.ts';
import { recipeObject } from './globals.ts';
import type { DataJuicerVersion } from './raw.ts';
import { RENAMES } from './renames.ts';
import { dataFlow } from './rules/data-flow.ts';
import { executorSupport, settingsUnderRay } from './rules/executor.ts';
import { stepOrder } from './rules/order.ts';
import { crossParameters } from './rules/parameters.ts';
import { ignoredSettings, sources } from './rules/settings.ts';

const made = new Map<DataJuicerVersion, Dialect>();

/** Data-Juicer at one version; built once. */
export function dataJuicer(version: DataJuicerVersion): Dialect {
  const found = made.get(version) ?? build(version);
  made.set(version, found);
  return found;
}

function build(version: DataJuicerVersion): Dialect {
  const form = opForm(operationsOf(version));
  const schema = recipeType(version, form);
  const withCustomOps = recipeType(version, { ...form, custom: () => true });
  return {
    id: 'data-juicer',
    version,
    program: `Data-Juicer ${version}`,
    conversion: { setting: { loader: 'python-floats', coercion: 'jsonargparse' }, argument: { loader: 'python-floats', coercion: 'strict' } },
    schema: (root) => (isCustom(root) ? withCustomOps : schema),
    forms: [form],
    renames: RENAMES,
    unknownParameter: version === '1.4.3' ? 'ignored' : 'refused',
    unknownOperation: 'refused',
    unknownKey: 'refused',
    duplicateKeys: 'last',
    rules: [ignoredSettings, sources, crossParameters, executorSupport, settingsUnderRay, dataFlow, stepOrder],
  };
}

function recipeType(version: DataJuicerVersion, form: StepForm): Type {
  return { kind: 'object', object: recipeObject(version, list({ kind: 'step', form })) };
}

/** Whether ops may come from files of the user's own. */
function isCustom(root: RecipeNode): boolean {
  const value = isMap(root) ? entryOf(root, 'custom_operator_paths')?.value : null;
  return isScalar(value) ? value.text !== '' && value.text !== 'null' : value !== null && value !== undefined;
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
