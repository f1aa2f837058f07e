import type { DataColumn } from '../../extension/protocol/recipes.ts';
import type { ColumnKind } from '../../extension/protocol/shards.ts';
import { columnReaders, mayWrite } from '../dialects/data-juicer/rules/columns.ts';
import { producedFields } from '../dialects/datamap-rs/rules.ts';
import { producedKey } from '../dialects/dclm/rules.ts';
import { writesNoField } from '../dialects/nemo-curator/rules.ts';
import type { Step } from '../dialects/dialect.ts';
import { isMap, scalarsOf, type ScalarNode, type Span } from '../document/nodes.ts';
import type { FieldUse, Recipe } from '../recipe.ts';
import { subject, type KnownColumns } from './data.ts';
import { finding, replacement, type Finding, type Fix, type Severity } from './finding.ts';
import { nearest } from './nearest.ts';
import { argumentScalar, settingNode, stepsBefore } from './read.ts';

/** Columns that a recipe names and the data has not, or has with another type; and those that it reads without naming them. */
export function columnFindings(recipe: Recipe, data: KnownColumns): Finding[] {
  const named = recipe.fields.filter(({ parameter }) => parameter.role === 'column' || parameter.role === 'consumes');
  return [...named.flatMap((use) => namesIn(use).flatMap((node) => columnFinding(recipe, use, node, data))), ...inConditions(recipe, data), ...unnamed(recipe, data)];
}

const WORDS = new Set(['and', 'or', 'not', 'in', 'is', 'True', 'False', 'None']);

/** Columns that a `filter_condition` compares: of one that is not there every comparison is false, silently. */
function inConditions(recipe: Recipe, data: KnownColumns): Finding[] {
  return recipe.steps.flatMap((step) => {
    const node = argumentScalar(step, 'filter_condition');
    if (node === null || node.alias) return [];
    const written = recipe.text.slice(node.start, node.end);
    // A quoted condition has its texts in the other quotes.
    const outer = /^["']/.exec(written)?.[0] ?? '';
    const bare = written.replace(outer === '"' ? /'[^']*'/g : outer === "'" ? /"[^"]*"/g : /"[^"]*"|'[^']*'/g, (text) => ' '.repeat(text.length));
    return [...bare.matchAll(/(?<![\w.])[A-Za-z_]\w*/g)].filter(([name]) => !WORDS.has(name)).flatMap((match) => {
      const start = node.start + match.index;
      return missingColumn(recipe, step, { name: match[0], span: { start, end: start + match[0].length } }, data);
    });
  });
}

/** Of `text_keys` only the first counts. */
function namesIn({ parameter, entry }: FieldUse): readonly ScalarNode[] {
  const names = scalarsOf(entry.value).filter(({ text, plain }) => !(plain && /^(?:null|Null|NULL|~)$/.test(text)));
  return parameter.name === 'text_keys' ? names.slice(0, 1) : names;
}

/** What only happens to be open may have nothing to do with the recipe. */
function severityOf({ named }: KnownColumns): Severity {
  return named ? 'warning' : 'information';
}

function columnFinding(recipe: Recipe, use: FieldUse, node: ScalarNode, data: KnownColumns): Finding[] {
  if (node.text.includes('${') || node.text === '???') return [];
  const column = data.columns.find(({ name }) => name === node.text);
  if (column !== undefined) return typeFinding(use, node, column, data);
  const found = missingColumn(recipe, use.step, { name: node.text, span: node }, data);
  return node.alias ? found.map((each) => ({ ...each, fixes: [] })) : found;
}

function missingColumn(recipe: Recipe, step: Step | null, { name, span }: { readonly name: string; readonly span: Span }, data: KnownColumns): Finding[] {
  const [top = ''] = name.split('.');
  if (top === '' || top.startsWith('__dj__') || data.columns.some((column) => column.name === top) || isWrittenBefore(recipe, step, name)) return [];
  const close = nearest(top, data.columns.map((column) => column.name), 2);
  const message = `${subject(data)} has no column ${top}.${close.length > 0 ? ` Did you mean ${close.join(' or ')}?` : ` It has ${names(data.columns)}.`}`;
  return [finding('missing-column', severityOf(data), span, message, { fixes: close.map((each) => replacement(`Change to ${each}`, span, each)) })];
}

/** Whether an earlier step may have made the column: then the data need not have it. */
function isWrittenBefore(recipe: Recipe, step: Step | null, name: string): boolean {
  if (step === null) return false;
  const before = stepsBefore(recipe, step);
  const top = name.split('.')[0];
  switch (recipe.dialect.id) {
    case 'data-juicer':
      return mayWrite(step, name, true) || before.some((each) => mayWrite(each, name, false));
    case 'datamap-rs':
      return before.some((each) => each.operation === null || producedFields(recipe, each).some((field) => field === name || field.split('.')[0] === top));
    case 'dclm':
      return before.some((each) => each.operation === null || producedKey(recipe, each) === name);
    case 'nemo-curator':
      return !before.every(writesNoField);
    case 'dolma':
      return true;
  }
}

const NO_TEXT: readonly ColumnKind[] = ['number', 'boolean', 'temporal', 'bytes', 'image', 'vector', 'list', 'struct', 'map'];
const NO_NUMBER: readonly ColumnKind[] = ['boolean', 'bytes', 'image', 'vector', 'list', 'struct', 'map'];

function typeFinding({ parameter: { name }, step }: FieldUse, node: ScalarNode, column: DataColumn, data: KnownColumns): Finding[] {
  const fault = (wanted: string): Finding[] => [finding('column-type', severityOf(data), node, `${name} names a column of ${wanted}; ${column.name} of ${data.of} is ${column.type}.`)];
  if (/^(?:image|audio|video)_key$/.test(name)) return column.kind === 'list' || column.kind === 'mixed' ? [] : fault('lists of paths');
  if (/^text_(?:keys?|field|key_second)$/.test(name)) return NO_TEXT.includes(column.kind) ? fault('texts') : [];
  const numeric = name === 'field_key' && /^(?:specified_numeric_field_filter|range_specified_field_selector)$/.test(step?.operation?.name ?? '');
  return numeric && NO_NUMBER.includes(column.kind) ? fault('numbers') : [];
}

/** Without `text_keys` the ops read `text`, and the run ends in KeyError where there is none; so with pictures, sound and films. */
function unnamed(recipe: Recipe, data: KnownColumns): Finding[] {
  if (recipe.dialect.id !== 'data-juicer') return [];
  return columnReaders(recipe).flatMap(({ step, setting, column, takesLists }) => {
    const there = data.columns.find(({ name }) => name === column);
    if (there !== undefined) return takesLists && there.kind !== 'list' && there.kind !== 'mixed' ? [finding('column-type', severityOf(data), step.name ?? step.node, `${step.name?.text ?? 'The op'} reads lists of paths from ${column}, and ${column} of ${data.of} is ${there.type}.`)] : [];
    if (stepsBefore(recipe, step).some((each) => mayWrite(each, column, false))) return [];
    const path = settingNode(recipe, 'dataset_path');
    const place = data.named && setting === 'text_keys' && path?.kind === 'scalar' ? path : (step.name ?? step.node);
    const message = `${subject(data)} has no column ${column}, which ${step.name?.text ?? 'an op'} reads; say by ${setting} which it is: ${names(data.columns)}.`;
    const fitting = data.columns.filter(({ kind }) => kind === (takesLists ? 'list' : 'text')).slice(0, 3);
    return [finding('missing-column', severityOf(data), place, message, { fixes: fitting.map(({ name }) => settingFix(recipe, setting, name)).filter((fix) => fix !== null) })];
  });
}

/** A line at the top of the recipe. */
function settingFix({ root, text }: Recipe, setting: string, column: string): Fix | null {
  const first = isMap(root) && !root.flow ? root.entries.find(({ merged }) => !merged)?.key : undefined;
  const at = first?.start ?? 0;
  if (first === undefined || (at > 0 && text[at - 1] !== '\n')) return null;
  return { title: `Set ${setting} to ${column}`, edits: [{ start: at, end: at, text: `${setting}: ${/^[\w.-]+$/.test(column) ? column : JSON.stringify(column)}\n` }] };
}

function names(columns: readonly DataColumn[]): string {
  const shown = columns.slice(0, 8).map(({ name }) => name);
  return `${shown.join(', ')}${columns.length > shown.length ? ', …' : ''}`;
}
