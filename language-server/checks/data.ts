import { scalarsOf, type ScalarNode } from '../document/nodes.ts';
import type { Parameter } from '../dialects/schema.ts';
import type { FieldUse, Recipe } from '../recipe.ts';
import { finding, replacement, type Finding } from './finding.ts';
import { nearest } from './nearest.ts';
import { setting, settingNode } from './read.ts';

/** A column of the data that a recipe reads; `list` where it holds lists. */
export interface DataColumn {
  readonly name: string;
  readonly type: string;
  readonly list: boolean;
}

/** What is known of the files that a recipe names, and of the data that it will run on. */
export interface Facts {
  /** By path as written: whether something is there. Absent: nobody looked, or nobody can. */
  readonly files: ReadonlyMap<string, boolean>;
  /** Null where the data is not known. */
  readonly columns: readonly DataColumn[] | null;
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
  return [...missingFiles(recipe, facts), ...(recipe.dialect.id === 'data-juicer' && facts.columns !== null ? columnFindings(recipe, facts.columns) : [])];
}

function missingFiles(recipe: Recipe, { files }: Facts): Finding[] {
  return localInputs(recipe)
    .filter(({ path }) => files.get(path) === false)
    .map(({ path, node, parameter }) => finding('missing-file', 'warning', node, /[*?[{]/.test(path) ? `No file fits ${path}.` : `${parameter.name}: there is no ${path}, neither from the folder of the recipe nor from those above it.`));
}

function columnFindings(recipe: Recipe, columns: readonly DataColumn[]): Finding[] {
  const named = recipe.fields.filter(({ parameter }) => parameter.role === 'column' || parameter.role === 'consumes').flatMap(({ parameter, entry }) => scalarsOf(entry.value).slice(0, 1).map((node) => ({ parameter, node })));
  return [...named.flatMap(({ parameter, node }) => columnFinding(parameter, node, columns)), ...defaultText(recipe, columns)];
}

function columnFinding({ name }: Parameter, node: ScalarNode, columns: readonly DataColumn[]): Finding[] {
  const [top = ''] = node.text.split('.');
  if (top === '' || top.startsWith('__dj__') || node.text.includes('${')) return [];
  const column = columns.find((each) => each.name === node.text || each.name === top);
  if (column === undefined) {
    const close = nearest(top, columns.map((each) => each.name), 2);
    return [finding('missing-column', 'warning', node, `The data has no column ${top}.${close.length > 0 ? ` Did you mean ${close.join(' or ')}?` : ` It has ${names(columns)}.`}`, { fixes: close.map((each) => replacement(`Change to ${each}`, node, each)) })];
  }
  const wantsList = /^(?:image|audio|video)_key$/.test(name);
  return wantsList && !column.list ? [finding('column-type', 'warning', node, `${name} names a column of lists of paths; ${column.name} is ${column.type}.`)] : [];
}

/** Without `text_keys` the ops read `text`, and the run ends in KeyError where there is none. */
function defaultText(recipe: Recipe, columns: readonly DataColumn[]): Finding[] {
  const path = settingNode(recipe, 'dataset_path');
  if (setting(recipe, 'text_keys') !== undefined || settingNode(recipe, 'text_keys') !== undefined || columns.some(({ name }) => name === 'text') || path?.kind !== 'scalar') return [];
  const reader = recipe.steps.find(({ operation }) => operation !== null && /^(?:text_length|words_num|alphanumeric|\w+_repetition|perplexity|language_id_score|document_\w+|special_characters|clean_\w+)_/.test(operation.name));
  return reader?.name == null ? [] : [finding('missing-column', 'warning', path, `The data has no column text, which ${reader.name.text} reads; say by text_keys which it is: ${names(columns)}.`)];
}

function names(columns: readonly DataColumn[]): string {
  const shown = columns.slice(0, 8).map(({ name }) => name);
  return `${shown.join(', ')}${columns.length > shown.length ? ', …' : ''}`;
}
