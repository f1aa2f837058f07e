import type { DataColumn } from '../../extension/protocol/recipes.ts';
import { scalarsOf, type ScalarNode } from '../document/nodes.ts';
import type { CustomOps } from '../dialects/data-juicer/raw.ts';
import type { Parameter } from '../dialects/schema.ts';
import type { FieldUse, Recipe } from '../recipe.ts';
import { columnFindings } from './columns.ts';
import { finding, type Finding } from './finding.ts';

/** The columns that a recipe will find. */
export interface KnownColumns {
  readonly columns: readonly DataColumn[];
  /** Name of the file or shard that has them. */
  readonly of: string;
  /** Whether the recipe names that file; else it is a shard that happens to be open. */
  readonly named: boolean;
}

/** What a message about columns begins with. */
export function subject({ of, named }: KnownColumns): string {
  return named ? of : `The open shard ${of}`;
}

/** What is known of the files that a recipe names, and of the data that it will run on. */
export interface Facts {
  /** By path as written: whether something is there. Absent: nobody looked, or nobody can. */
  readonly files: ReadonlyMap<string, boolean>;
  /** Null where the data is not known. */
  readonly columns: KnownColumns | null;
  /** Ops from the files that the recipe names; null where it names none, or they could not be read. */
  readonly custom: CustomOps | null;
}

/** A path in a recipe, one of several in the text of `node` or all of it. */
export interface PathUse {
  readonly path: string;
  readonly node: ScalarNode;
  readonly parameter: Parameter;
}

/** Paths that the recipe reads from this machine, as far as they can be told from addresses and names of data sets. */
export function localInputs(recipe: Recipe): readonly PathUse[] {
  return recipe.fields.flatMap((use) => (use.parameter.role === 'input' && !isRemote(use) ? scalarsOf(use.entry.value).flatMap((node) => pathsIn(recipe, use.parameter, node)) : []));
}

/** Whether a path is of the data itself, and not of a list of words or a model. */
export function isData({ parameter }: PathUse): boolean {
  return parameter.name === 'dataset_path' || parameter.name === 'path' || parameter.name === 'documents' || parameter.name === 'file_paths';
}

/** The `path` of a source that is not local is an address. */
function isRemote({ map, parameter }: FieldUse): boolean {
  return parameter.name === 'path' && map.entries.some(({ key, value }) => key.text === 'type' && value?.kind === 'scalar' && value.text === 'remote');
}

function pathsIn({ dialect }: Recipe, parameter: Parameter, node: ScalarNode): PathUse[] {
  const weighted = dialect.id === 'data-juicer' && parameter.name === 'dataset_path';
  const parts = weighted ? node.text.split(/\s+/).filter((part) => !/^[\d.]*$/.test(part)) : [node.text];
  return parts.filter((path) => isLocal(path, weighted)).map((path) => ({ path, node, parameter }));
}

function isLocal(path: string, mayBeHub: boolean): boolean {
  if (path === '' || /^(?:null|~)$/.test(path) || path.includes('${') || path.includes('<') || /^[a-z][a-z0-9+.-]*:\/\//i.test(path)) return false;
  // `org/name` of the Hugging Face hub looks like a path without a suffix.
  return !mayBeHub || /^[./~]|^[A-Za-z]:[\\/]/.test(path) || /\.\w+$/.test(path);
}

/** Findings that need more than the text. */
export function checkAgainstData(recipe: Recipe, facts: Facts): Finding[] {
  return [...missingFiles(recipe, facts), ...(facts.columns === null ? [] : columnFindings(recipe, facts.columns))];
}

function missingFiles(recipe: Recipe, { files }: Facts): Finding[] {
  return localInputs(recipe)
    .filter(({ path }) => files.get(path) === false)
    .map(({ path, node, parameter }) => finding('missing-file', 'warning', node, /[*?[{]/.test(path) ? `No file fits ${path}.` : `${parameter.name}: there is no ${path}, neither from the folder of the recipe nor from those above it.`));
}
