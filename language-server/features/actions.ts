import type { Fix, TextEdit } from '../checks/finding.ts';
import { replacement } from '../checks/finding.ts';
import { otherVariant } from '../dialects/data-juicer/rules/executor.ts';
import type { Step } from '../dialects/dialect.ts';
import { isJson, quotedEdit } from '../document/json.ts';
import { trimmedEnd, type LineIndex } from '../document/lines.ts';
import { isMap, type MapNode } from '../document/nodes.ts';
import type { Recipe } from '../recipe.ts';
import { convertStep } from './convert.ts';
import { holds } from './locate.ts';

/** What can be done to the step at an offset, beside mending what is wrong with it. */
export function stepActions(recipe: Recipe, lines: LineIndex, offset: number): Fix[] {
  const step = recipe.steps.findLast(({ node, name }) => holds(node, offset) || (name !== null && holds(name, offset)));
  if (step === undefined || step.name === null) return [];
  // JSON has neither lines that can be written below a key nor comments.
  if (isJson(recipe.text)) return [variant(recipe, step)].filter((action) => action !== null).map(({ title, edits }) => ({ title, edits: edits.map((edit) => quotedEdit(recipe.text, edit)) }));
  return [insertDefaults(step, recipe, lines), ...moves(recipe, lines, step), variant(recipe, step), convertStep(recipe, lines, step)].filter((action) => action !== null);
}

/** Parameters with a plain default that are not written, written out. */
function insertDefaults(step: Step, { text }: Recipe, lines: LineIndex): Fix | null {
  const { operation, args, name, form } = step;
  if (operation === null || name === null || (args !== null && !isMap(args)) || (isMap(args) && args.flow)) return null;
  const given = new Set(args?.entries.map(({ key }) => key.text));
  const missing = operation.parameters.filter(({ name: each, default: value }) => !given.has(each) && value !== undefined && isPlain(value) && !SHARED.test(each));
  const last = isMap(args) ? lastOwn(args) : null;
  if (missing.length === 0 || (args === null && !form.snippet(operation).head.endsWith(':'))) return null;
  const column = last === null ? lines.position(name.start).character + form.snippet(operation).indent : lines.position(last.key.start).character;
  const at = lines.end(lines.position(last === null ? name.end : trimmedEnd(text, last.value?.end ?? last.key.end)).line);
  const written = missing.map(({ name: each, default: value }) => `\n${' '.repeat(column)}${each}: ${JSON.stringify(value)}`).join('');
  return { title: `Write out the defaults of ${operation.name}`, edits: [{ start: at, end: at, text: written }] };
}

/** What every op takes is no part of its defaults. */
const SHARED = /^(?:\w+_key|batch_size|num_proc|accelerator|turbo|skip_op_error|work_dir|\w+_required|num_cpus|num_gpus|memory|runtime_env|ray_execution_mode|input_columns|output_columns|adaptive_batching|auto_op_parallelism|batch_mode|min_closed_interval|max_closed_interval|reversed_range|stats_export_path|_\w+)$/;

function isPlain(value: unknown): boolean {
  return value === null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string';
}

function lastOwn({ entries }: MapNode): MapNode['entries'][number] | null {
  return entries.findLast(({ merged }) => !merged) ?? null;
}

/** Up and down within its pipeline, by whole lines, comments above it left where they are. */
function moves(recipe: Recipe, lines: LineIndex, step: Step): (Fix | null)[] {
  const siblings = recipe.steps.filter(({ pipeline, form }) => pipeline === step.pipeline && form === step.form);
  const at = siblings.indexOf(step);
  return [
    swap(recipe, lines, siblings[at - 1], step, `Move ${step.name?.text ?? 'the step'} up`),
    swap(recipe, lines, step, siblings[at + 1], `Move ${step.name?.text ?? 'the step'} down`),
  ];
}

function swap(recipe: Recipe, lines: LineIndex, first: Step | undefined, second: Step | undefined, title: string): Fix | null {
  if (first === undefined || second === undefined) return null;
  const [a, b] = [blockOf(recipe, lines, first), blockOf(recipe, lines, second)];
  if (a === null || b === null || a.end > b.start) return null;
  const edits: TextEdit[] = [{ ...a, text: recipe.text.slice(b.start, b.end) }, { ...b, text: recipe.text.slice(a.start, a.end) }];
  return { title, edits };
}

/** From its dash to its last character; null for one that shares its line with others. */
function blockOf({ text }: Recipe, lines: LineIndex, { node, name }: Step): { start: number; end: number } | null {
  const start = Math.min(node.start, name?.start ?? node.start);
  const { line } = lines.position(start);
  const dash = /^\s*-\s+/.exec(lines.line(line));
  if (dash === null || lines.start(line) + dash[0].length !== start) return null;
  const end = lines.end(lines.position(trimmedEnd(text, Math.max(node.end, name?.end ?? 0))).line);
  return { start, end };
}

function variant({ dialect }: Recipe, { operation, name }: Step): Fix | null {
  const other = dialect.id === 'data-juicer' && operation !== null ? otherVariant(operation.name) : null;
  return other === null || name === null ? null : replacement(`Replace by ${other}`, name, other);
}
