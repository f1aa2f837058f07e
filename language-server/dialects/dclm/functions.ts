import { ANY, BOOLEAN, choice, FREE, INTEGER, list, NULL, NUMBER, STRING, union, type Cost, type Default, type Operation, type Parameter, type Role, type Type } from '../schema.ts';
import { annotationType } from '../python/annotations.ts';
import raw from './catalogue/dclm.functions.json' with { type: 'json' };
import { FUNCTIONS } from './descriptions.ts';

export interface RawFunction {
  readonly file: string;
  /** Whether it takes `**kwargs`; absent in the shipped catalogue, where those are known. */
  readonly open?: boolean;
  readonly internal?: boolean;
  readonly global?: boolean;
  readonly params: readonly RawParameter[];
}

interface RawParameter {
  readonly name: string;
  readonly type: string | null;
  readonly required: boolean;
  /** A Python expression. */
  readonly default: string | null;
}

/** Functions that were read from the user's own checkout. */
export interface OwnFunctions {
  readonly version: string;
  readonly root: string;
  readonly functions: Readonly<Record<string, RawFunction>>;
}

const PUBLISHED = raw as unknown as Readonly<Record<string, RawFunction>>;

/** The functions that recipes call, helpers left out. What is a helper among the published ones is known. */
export function dclmFunctions(own: OwnFunctions | null): ReadonlyMap<string, Operation> {
  const functions = own === null ? PUBLISHED : { ...globals(), ...own.functions };
  const entries = Object.entries(functions).filter(([name, { internal }]) => internal !== true && PUBLISHED[name]?.internal !== true);
  return new Map(entries.map(([name, each]) => [name, operation(name, each)]));
}

/** These are no functions of the sources: the program itself does them. */
function globals(): Record<string, RawFunction> {
  return Object.fromEntries(Object.entries(PUBLISHED).filter(([, { global }]) => global === true));
}

function operation(name: string, { file, params, global, open = false }: RawFunction): Operation {
  const own = params.map((parameter) => parameterOf(name, parameter, global === true));
  return {
    name,
    kind: global === true ? 'global function' : (/modifier|filter|enricher/.exec(name)?.[0] ?? 'modifier'),
    description: FUNCTIONS[name] ?? '',
    parameters: [...own, ...(SPLITTING[name] ?? []).filter((parameter) => !own.some((each) => each.name === parameter.name))],
    cost: COSTS[name] ?? FREE,
    open: open && SPLITTING[name] === undefined,
    produces: [],
    source: file,
    definition: `def ${name}`,
  };
}

const MODEL: Cost = { model: true, gpu: false, api: false, download: true };

const COSTS: Readonly<Record<string, Cost>> = {
  classify_fasttext_hq_prob_enricher: MODEL,
  ken_lm_perplexity_enricher: MODEL,
  detect_lang_whole_page_enricher: MODEL,
  detect_lang_paragraph_enricher: MODEL,
  alphabetic_characters_to_tokens_filter: MODEL,
};

const WORDS: readonly Parameter[] = [
  kwarg('model', choice('fasttext', 'uniseg', 'split'), 'fasttext', 'How words are split.'),
  kwarg('ignore_punctuation', BOOLEAN, false, 'Counts only words that start with a letter or digit.'),
  kwarg('ignore_whitespace', BOOLEAN, true, 'Leaves white space out.'),
];

const SENTENCES: readonly Parameter[] = [
  kwarg('tokenizer', choice('blingfire', 'nltk'), 'blingfire', 'How sentences are split.'),
  kwarg('tokenizer_lang', union(STRING, NULL), null, 'Language of the sentence splitter.'),
  kwarg('remove_empty', BOOLEAN, true, 'Leaves empty pieces out.'),
];

/** What these pass on to the functions that split a text, and take as `**kwargs`. */
const SPLITTING: Readonly<Record<string, readonly Parameter[]>> = {
  page_length_filter: [...WORDS, ...SENTENCES],
  word_removal_ratio_filter: WORDS,
  word_counter_enricher: WORDS,
  word_length_modifier: WORDS,
};

function kwarg(name: string, type: Type, value: Default, description: string): Parameter {
  return { name, type, required: false, default: value, description };
}

function parameterOf(op: string, { name, type: annotation, required, default: text }: RawParameter, global: boolean): Parameter {
  const value = text === null ? undefined : literal(text);
  const role = ROLES[`${op}.${name}`] ?? ROLES[name];
  return {
    name,
    type: CHOICES[`${op}.${name}`] ?? CHOICES[name] ?? typeOf(annotation, value),
    // The global function is not looked at as Python is: what it may leave out has no default there.
    required: required && !(global && text === null && annotation === null),
    ...(annotation === null ? {} : { typeText: annotation, refused: false }),
    ...(value === undefined || required ? {} : { default: value }),
    ...(role === undefined ? {} : { role }),
  };
}

const NORMALISERS = union(choice('normalize_url', 'normalize_timestamps', 'normalize_whitespace_and_lowercase', 'hash_text', 'ccnet_dedup_normalizer'), NULL);
const LOCATION = choice('any', 'prefix', 'suffix');
const TEXTS = union(STRING, list(STRING));
const SCORE: Type = { kind: 'number', range: { min: 0, max: 1 } };

/** What the code compares with, where its signature is silent. */
const CHOICES: Readonly<Record<string, Type>> = {
  'page_length_filter.length_type': choice('char', 'word', 'sentence', 'line', 'paragraph'),
  'line_length_filter.length_type': choice('max', 'avg'),
  'repetition_filter.granularity': union(choice('line', 'paragraph'), INTEGER),
  'repetition_filter.ngram_char_ratio': union(choice('most_common', 'all'), NULL),
  'within_page_dedup.granularity': choice('line', 'paragraph'),
  'detect_lang_whole_page_enricher.model': choice('langdetect', 'fasttext'),
  'detect_lang_paragraph_enricher.model': choice('langdetect', 'fasttext'),
  'detect_lang_paragraph_enricher.tokenizer': choice('blingfire', 'nltk'),
  'alphanumeric_char_ratio_filter.max_alnum_ratio': SCORE,
  'random_sampling_filter.keep_probability': SCORE,
  location: LOCATION,
  normalize: union(BOOLEAN, NORMALISERS),
  'exact_dedup.normalize': NORMALISERS,
  selection_normalize: NORMALISERS,
  banlist: TEXTS,
  max_ratio: SCORE,
  max_removed_ratio: SCORE,
  max_bullet_start_ratio: SCORE,
  max_ellipsis_end_ratio: SCORE,
  'repetition_filter.max_fraction': SCORE,
  'language_filter.threshold': SCORE,
};

const ROLES: Readonly<Record<string, Role>> = {
  banlist_from_fname: 'input',
  tlds_filepath: 'input',
  keep_languages: 'language',
  old_key: 'column',
  content_key: 'column',
  selection_key: 'column',
};

function typeOf(annotation: string | null, value: Default | undefined): Type {
  if (annotation !== null) {
    const type = annotationType(annotation);
    // `max_length: int = float('inf')`: the annotations of lengths are not meant strictly.
    const relaxed = type.kind === 'integer' ? NUMBER : type;
    return value === null && relaxed.kind !== 'any' ? union(relaxed, NULL) : relaxed;
  }
  switch (typeof value) {
    case 'number':
      return NUMBER;
    case 'boolean':
      return BOOLEAN;
    case 'string':
      return STRING;
    default:
      return typeof value === 'object' && value !== null && 'symbol' in value && value.symbol === "float('inf')" ? NUMBER : ANY;
  }
}

function literal(text: string): Default {
  if (text === 'None') return null;
  if (text === 'True' || text === 'False') return text === 'True';
  if (/^-?[0-9.]+$/.test(text)) return Number(text);
  if (/^'.*'$/.test(text)) return text.slice(1, -1).replaceAll('\\n', '\n');
  return { symbol: text };
}
