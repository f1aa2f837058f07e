import { ANY, BOOLEAN, choice, FREE, INTEGER, list, NUMBER, STRING, union, type Cost, type Default, type Operation, type Parameter, type Role, type Type } from '../schema.ts';
import raw from './catalogue/datamap-rs.processors.json' with { type: 'json' };
import { PROCESSORS } from './descriptions.ts';

interface RawProcessor {
  readonly cls: string;
  readonly params: Readonly<Record<string, { readonly required: boolean; readonly default?: string }>>;
}

export function datamapProcessors(): ReadonlyMap<string, Operation> {
  return new Map(Object.entries(raw as unknown as Readonly<Record<string, RawProcessor>>).map(([name, each]) => [name, operation(name, each)]));
}

function operation(name: string, { params }: RawProcessor): Operation {
  const own = Object.entries(params).map(([parameter, { required, default: text }]) => parameterOf(name, parameter, required, text));
  return {
    name,
    kind: /filter|modifier|annotator/.exec(name)?.[0] ?? 'processor',
    description: PROCESSORS[name] ?? '',
    // The pipeline hands its text field to every processor.
    parameters: own.some((parameter) => parameter.name === 'text_field') ? own : [...own, { name: 'text_field', type: STRING, required: false, default: 'text', role: 'column' }],
    cost: 'fast_text_file' in params ? MODEL : FREE,
    open: false,
    produces: [],
    source: 'src/map_fxn.rs',
  };
}

const MODEL: Cost = { model: true, gpu: false, api: false, download: false };

function parameterOf(op: string, name: string, required: boolean, text: string | undefined): Parameter {
  const role = ROLES[`${op}.${name}`] ?? ROLES[name];
  const value = text === undefined ? undefined : literal(text.replace(/,$/, ''));
  return {
    name,
    type: TYPES[`${op}.${name}`] ?? TYPES[name] ?? typeOf(text ?? null),
    required,
    ...(value === undefined ? {} : { default: value }),
    ...(role === undefined ? {} : { role }),
  };
}

const SHARE: Type = { kind: 'number', range: { min: 0, max: 1 } };
const LOCATION = choice('any', 'prefix', 'suffix');

const TYPES: Readonly<Record<string, Type>> = {
  'page_len_filter.length_type': choice('char', 'word', 'sentence', 'line', 'paragraph'),
  'ratio_line_modifier.check': choice('uppercase', 'numeric'),
  'ratio_line_modifier.upper_bound': SHARE,
  'bullet_filter.max_bullet_ratio': SHARE,
  'ellipsis_line_ratio_filter.max_ratio': SHARE,
  'alphabetic_word_ratio_filter.max_ratio': SHARE,
  'word_removal_ratio_filter.upper_bound': SHARE,
  'fasttext_annotator.threshold': SHARE,
  'substring_line_modifier.location': LOCATION,
  'substring_line_modifier.banlist': union(STRING, list(STRING)),
  'subsample.subsample_rate': SHARE,
  'constant_annotator.value': ANY,
  rules_to_include: list(INTEGER),
  rules_to_remove: list(list(INTEGER)),
  ignore_chars: list(STRING),
};

const ROLES: Readonly<Record<string, Role>> = {
  text_field: 'column',
  url_key: 'column',
  alt_url_key: 'column',
  banlist_file: 'input',
  fast_text_file: 'input',
  cursed_regex_file: 'input',
  tokenizer_path: 'input',
  'regex_text_filter.regex_string': 'rust-regex',
  'regex_line_modifier.regex': 'rust-regex',
};

function typeOf(text: string | null): Type {
  if (text === null || text.startsWith('String::from')) return STRING;
  if (/^(?:true|false)$/.test(text)) return BOOLEAN;
  if (/^(?:\d+(?:_usize)?|\d+ as usize|usize::MAX)$/.test(text)) return { kind: 'integer', range: { min: 0 } };
  if (/f64|f32|^\d+\.\d+$/.test(text)) return NUMBER;
  return /Vec|vec!/.test(text) ? list(ANY) : ANY;
}

function literal(text: string): Default {
  const string = /^String::from\("(.*)"\)$/.exec(text)?.[1];
  if (string !== undefined) return string;
  if (/^(?:true|false)$/.test(text)) return text === 'true';
  const number = /^(\d+(?:\.\d+)?)(?:_usize| as \w+)?$/.exec(text)?.[1];
  if (number !== undefined) return Number(number);
  return /Vec::new|vec!\[\]/.test(text) ? [] : { symbol: text };
}
