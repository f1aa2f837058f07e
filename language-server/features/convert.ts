import type { Fix } from '../checks/finding.ts';
import type { Step } from '../dialects/dialect.ts';
import { trimmedEnd, type LineIndex } from '../document/lines.ts';
import { isMap, type Entry } from '../document/nodes.ts';
import type { Recipe } from '../recipe.ts';

/** A step of DCLM and the processor of datamap-rs that does the same, with the names of their parameters. */
interface Pair {
  readonly dclm: string;
  readonly datamap: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** What datamap-rs is told beside, and DCLM by its function's name. */
  readonly fixed?: Readonly<Record<string, string>>;
}

const SAME = (...names: readonly string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, name]));

const PAIRS: readonly Pair[] = [
  { dclm: 'page_length_filter', datamap: 'page_len_filter', parameters: { ...SAME('length_type', 'ignore_punctuation'), min_length: 'lower_bound', max_length: 'upper_bound' } },
  { dclm: 'word_length_filter', datamap: 'word_len_filter', parameters: { min_length: 'lower_bound', max_length: 'upper_bound' } },
  { dclm: 'symbol_ratio_filter', datamap: 'symbol_ratio_filter', parameters: SAME('max_symbol_to_word_ratio') },
  { dclm: 'bullet_count_filter', datamap: 'bullet_filter', parameters: { max_bullet_start_ratio: 'max_bullet_ratio' } },
  { dclm: 'ellipsis_count_filter', datamap: 'ellipsis_line_ratio_filter', parameters: { max_ellipsis_end_ratio: 'max_ratio' } },
  { dclm: 'alphabetic_word_ratio_filter', datamap: 'alphabetic_word_ratio_filter', parameters: SAME('max_ratio') },
  { dclm: 'stop_word_filter', datamap: 'stop_word_filter', parameters: SAME('count_unique', 'min_stop_word') },
  { dclm: 'massive_web_repetition_filters', datamap: 'massive_web_repetition_filter', parameters: {} },
  { dclm: 'word_counter_enricher', datamap: 'word_count_adder', parameters: { key: 'word_count_field' } },
  { dclm: 'uppercase_ratio_line_modifier', datamap: 'ratio_line_modifier', parameters: { max_ratio: 'upper_bound' }, fixed: { check: 'uppercase' } },
  { dclm: 'numeric_ratio_line_modifier', datamap: 'ratio_line_modifier', parameters: { max_ratio: 'upper_bound' }, fixed: { check: 'numeric' } },
  { dclm: 'counter_line_modifier', datamap: 'regex_line_modifier', parameters: {} },
  { dclm: 'line_length_modifier', datamap: 'line_len_modifier', parameters: { min_length: 'lower_bound' } },
  { dclm: 'substring_line_modifier', datamap: 'substring_line_modifier', parameters: { ...SAME('banlist', 'location', 'remove_substring_only'), max_length: 'max_len' } },
  { dclm: 'word_removal_ratio_filter', datamap: 'word_removal_ratio_filter', parameters: { prev_word_count_key: 'word_count_field', max_removed_ratio: 'upper_bound' } },
  { dclm: 'newline_removal_modifier', datamap: 'newline_removal_modifier', parameters: SAME('max_consecutive') },
  { dclm: 'random_sampling_filter', datamap: 'subsample', parameters: { keep_probability: 'subsample_rate' } },
  { dclm: 'url_substring_filter', datamap: 'url_substring_filter', parameters: { ...SAME('ignore_chars', 'num_banned_substrs', 'exact_domain_match', 'match_substrings', 'case_sensitive'), banlist_from_fname: 'banlist_file' }, fixed: { url_key: 'url' } },
];

/** The step as the other program writes it, put below it as a comment: the file stays a recipe of its own program. Null where there is none. */
export function convertStep(recipe: Recipe, lines: LineIndex, step: Step): Fix | null {
  const { dialect, text } = recipe;
  if (step.name === null || step.operation === null || (dialect.id !== 'dclm' && dialect.id !== 'datamap-rs')) return null;
  const entries = isMap(step.args) ? step.args.entries.filter(({ merged }) => !merged) : [];
  const pair = PAIRS.find((each) => (dialect.id === 'dclm' ? each.dclm === step.name?.text : each.datamap === step.name?.text && fits(each, entries)));
  if (pair === undefined) return null;
  const valueOf = ({ value }: Entry): string => (value === null ? '' : text.slice(value.start, value.end).replace(/\s*\n\s*/g, ' ').trim());
  const written = dialect.id === 'dclm' ? asDatamap(pair, entries, valueOf) : asDclm(pair, entries, valueOf);
  const line = lines.position(trimmedEnd(text, step.node.end)).line;
  const indent = ' '.repeat(Math.max(0, lines.position(step.node.start).character - 2));
  const at = lines.end(line);
  const program = dialect.id === 'dclm' ? 'datamap-rs' : 'DCLM';
  return { title: `Write ${step.name.text} for ${program} below, as a comment`, edits: [{ start: at, end: at, text: written.map((each) => `\n${indent}# ${each}`).join('') }] };
}

/** Two functions of DCLM are one processor, told apart by an argument. */
function fits({ fixed = {} }: Pair, entries: readonly Entry[]): boolean {
  return !('check' in fixed) || entries.some(({ key, value }) => key.text === 'check' && value?.kind === 'scalar' && value.text === fixed.check);
}

function asDatamap({ datamap, parameters, fixed = {} }: Pair, entries: readonly Entry[], valueOf: (entry: Entry) => string): string[] {
  const known = entries.flatMap((entry) => (parameters[entry.key.text] === undefined ? [] : [`    ${parameters[entry.key.text] ?? ''}: ${valueOf(entry)}`]));
  const kwargs = [...known, ...Object.entries(fixed).map(([name, value]) => `    ${name}: ${value}`)];
  return [`- name: ${datamap}`, ...(kwargs.length > 0 ? ['  kwargs:', ...kwargs] : [])];
}

function asDclm({ dclm, parameters }: Pair, entries: readonly Entry[], valueOf: (entry: Entry) => string): string[] {
  const names = new Map(Object.entries(parameters).map(([ours, theirs]) => [theirs, ours]));
  return [`- func: ${dclm}`, ...entries.flatMap((entry) => (names.has(entry.key.text) ? [`  ${names.get(entry.key.text) ?? ''}: ${valueOf(entry)}`] : []))];
}
