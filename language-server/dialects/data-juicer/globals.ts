import { annotationType } from '../python/annotations.ts';
import { ANY, BOOLEAN, choice, field, INTEGER, list, NULL, NUMBER, object, optional, STRING, union, type Default, type ObjectType, type Parameter, type Type } from '../schema.ts';
import { describeGlobal } from './describe.ts';
import type { RawGlobal } from './raw.ts';

/** The keys of a recipe beside `process`, dotted ones as maps: `partition.mode` is `mode` in `partition`. */
export function globalFields(globals: Readonly<Record<string, RawGlobal>>): readonly Parameter[] {
  const fields: Parameter[] = [];
  const groups = new Map<string, Parameter[]>();
  for (const [key, global] of Object.entries(globals)) {
    const dot = key.indexOf('.');
    const parameter = globalParameter(key, dot === -1 ? key : key.slice(dot + 1), global);
    if (dot === -1) fields.push(parameter);
    else groups.set(key.slice(0, dot), [...(groups.get(key.slice(0, dot)) ?? []), parameter]);
  }
  for (const [name, members] of groups) fields.push(field(name, object(name, members), { default: {}, description: describeGlobal(name) }));
  return fields.filter(({ name }) => name !== 'process');
}

function globalParameter(key: string, name: string, { type, choices, default: value }: RawGlobal): Parameter {
  const symbol = (value as { readonly $py?: string } | null)?.$py;
  return {
    name,
    type: special(key) ?? (choices === null ? optional(annotationType(type)) : choice(...choices)),
    required: false,
    refused: true,
    default: symbol === undefined ? (value as Default) : { symbol },
    description: describeGlobal(key),
    ...(type === null ? {} : { typeText: type }),
    ...roleOf(key),
  };
}

function roleOf(key: string): Pick<Parameter, 'role'> {
  if (key === 'text_keys' || /^(?:image|audio|video)_key$/.test(key)) return { role: 'column' };
  if (key === 'dataset_path') return { role: 'input' };
  return key === 'export_path' ? { role: 'output' } : {};
}

const LOADER = 'a source of `dataset`';

/** What the annotations leave open: `Dict` and text with few values. */
function special(key: string): Type | null {
  switch (key) {
    case 'dataset':
      return union(object('dataset', DATASET, true), list(object(LOADER, SOURCE, true)), NULL);
    case 'validators':
      return list(object('a validator', VALIDATOR, true));
    case 'generated_dataset_config':
      return union(object('generated_dataset_config', [field('type', STRING)], true), NULL);
    case 'fusion_strategy':
      return choice('probe', 'greedy');
    case 'data_probe_algo':
      return choice('uniform', 'frequency_specified_field_selector', 'topk_specified_field_selector');
    case 'cache_compress':
      return union(choice('gzip', 'zstd', 'lz4'), NULL);
    case 'export_type':
      return union(choice('jsonl', 'json', 'parquet', 'csv', 'tfrecords', 'webdataset', 'lance'), NULL);
    case 'export_aws_credentials':
      return union(object('export_aws_credentials', AWS, true), NULL);
    case 'config':
    case 'custom_operator_paths':
      return ANY;
    default:
      return null;
  }
}

const AWS: readonly Parameter[] = [
  secret('aws_access_key_id'),
  secret('aws_secret_access_key'),
  secret('aws_session_token'),
  field('aws_region', optional(STRING), { default: null, description: 'Region of the bucket.' }),
  field('endpoint_url', optional(STRING), { default: null, description: 'Address of a store that speaks S3.' }),
];

function secret(name: string): Parameter {
  return field(name, optional(STRING), { default: null, role: 'secret', description: 'Better left to the environment than written into a file.' });
}

const SOURCE: readonly Parameter[] = [
  field('type', choice('local', 'remote'), { description: 'Whether the data is on this machine.' }),
  field('path', STRING, { default: '', role: 'input', description: 'File, folder, address or name of the data.' }),
  field('source', choice('huggingface', 'modelscope', 'arxiv', 'wiki', 'commoncrawl', 's3', 'hdfs'), { default: 'huggingface', description: 'Where remote data comes from.' }),
  field('weight', NUMBER, { default: 1, description: 'Share of this source in the mixture.' }),
  field('split', optional(STRING), { default: null, description: 'Split of the data set.' }),
  field('limit', optional(INTEGER), { default: null, description: 'Samples to take at most.' }),
  field('subset_name', optional(STRING), { default: null, description: 'Subset of the data set.' }),
  field('start_snapshot', optional(STRING), { default: null, description: 'First snapshot, `2020-50`: year and week.' }),
  field('end_snapshot', optional(STRING), { default: null, description: 'Last snapshot, `2021-04`: year and week.' }),
  field('url_limit', optional({ kind: 'integer', range: { min: 1 } }), { default: null, description: 'Addresses to fetch at most.' }),
  field('force_download', BOOLEAN, { default: false, description: 'Fetches again what is there.' }),
  ...AWS,
];

const DATASET: readonly Parameter[] = [
  field('max_sample_num', optional({ kind: 'integer', range: { min: 1 } }), { default: null, description: 'Samples to take from all sources together.' }),
  field('configs', list(object(LOADER, SOURCE, true)), { description: 'The sources.' }),
];

const VALIDATOR: readonly Parameter[] = [
  field('type', choice('required_fields', 'swift_messages', 'dj_conversation', 'code'), { description: 'What is checked before the run.' }),
  field('required_fields', list(STRING), { default: [], description: 'Columns that have to be there.' }),
  field('field_types', { kind: 'map', of: STRING }, { default: {}, description: 'Types of columns.' }),
  field('allow_missing', NUMBER, { default: 0, description: 'Share of samples that may lack a column.' }),
  field('min_turns', INTEGER, { default: 1, description: 'Turns of a conversation at least.' }),
  field('max_turns', INTEGER, { default: 100, description: 'Turns of a conversation at most.' }),
];

/** What the whole recipe is. */
export function recipeObject(globals: Readonly<Record<string, RawGlobal>>, process: Type): ObjectType {
  const fields = [...globalFields(globals), field('process', optional(process), { default: [], description: 'The ops, in the order in which they run.' })];
  return { title: 'the recipe', fields, open: false };
}
