import { ANY, BOOLEAN, choice, field, INTEGER, list, NUMBER, object, optional, STRING, type Parameter, type Type } from '../schema.ts';
import type { Taggers } from './taggers.ts';

const PATHS: Type = list(STRING);
const SYNTAX = choice('jsonpath', 'jq');

const WORK_DIR = field('work_dir', object('work_dir', [given('input', 'Folder for what is read.'), given('output', 'Folder for what is written.')]), { default: {}, description: 'Temporary folders; the system makes them where none are given.' });
const COMPRESSION = field('compression', object('compression', [given('input', 'Compression of what is read.'), given('output', 'Compression of what is written.')]), { default: {}, description: 'By the suffix of a file where nothing is said.' });
const PROCESSES = field('processes', INTEGER, { default: 1, description: 'Processes to run.' });
const DRYRUN = field('dryrun', BOOLEAN, { default: false, description: 'Prints the settings and ends.' });
const DOCUMENTS = field('documents', PATHS, { role: 'input', description: 'Files or globs to read, here or on S3.' });

function given(name: string, description: string): Parameter {
  return field(name, optional(STRING), { default: null, description });
}

const OUTPUT = object('output', [
  field('path', STRING, { role: 'output', description: 'Folder to write to.' }),
  field('max_size_in_bytes', INTEGER, { default: 2_147_483_648, description: 'Bytes of a file that is written.' }),
  field('discard_fields', list(STRING), { default: [], description: 'Fields to leave out.' }),
  field('min_text_length', optional({ kind: 'integer', range: { min: 0 } }), { default: 0, description: 'Shorter documents are left out.' }),
]);

const FILTER = object('filter', [
  field('include', list(STRING), { default: [], description: 'Documents for which one of these finds something are kept.' }),
  field('exclude', list(STRING), { default: [], description: 'Documents for which one of these finds something are dropped.' }),
  field('syntax', SYNTAX, { default: 'jsonpath', description: 'Language of the expressions.' }),
]);

const REPLACEMENT = object('a span replacement', [
  field('span', STRING, { description: 'Attribute whose spans are replaced.' }),
  field('min_score', optional(NUMBER), { default: null, description: 'Spans with less are left.' }),
  field('max_score', optional(NUMBER), { default: null, description: 'Spans with more are left.' }),
  field('replacement', STRING, { default: '', description: 'Text to put there; `{}` stands for the span.' }),
  field('syntax', SYNTAX, { default: 'jsonpath', description: 'Language of the expression.' }),
]);

const STREAM = object('a stream', [
  field('name', STRING, { description: 'Name of the stream.' }),
  DOCUMENTS,
  field('output', OUTPUT, { description: 'Where and how it is written.' }),
  field('attributes', list(STRING), { default: [], description: 'Attributes to read beside the documents: names of tagger experiments and dedupers.' }),
  field('filter', optional(FILTER), { default: null, description: 'Which documents are kept.' }),
  field('span_replacement', list(REPLACEMENT), { default: [], description: 'Which spans are replaced by what.' }),
  COMPRESSION,
]);

/** `dolma mix` */
export const MIX = object('the mix', [field('streams', list(STREAM), { description: 'Streams to mix.' }), WORK_DIR, PROCESSES, field('shuffle', BOOLEAN, { default: true, description: 'Shuffles documents over shards.' }), DRYRUN]);

const BY_NGRAM = object('by_ngram', [
  field('ngram_length', INTEGER, { default: 0, description: 'Words of an n-gram.' }),
  field('stride', INTEGER, { default: 0, description: 'Words between the starts of n-grams.' }),
  field('overlap_threshold', { kind: 'number', range: { min: 0, max: 1 } }, { default: 1, description: 'Share of n-grams seen before from which a paragraph is a duplicate.' }),
  field('skip_short_paragraphs', BOOLEAN, { default: false, description: 'Leaves out paragraphs with fewer words than an n-gram and a stride.' }),
]);

const DEDUPE_FIELDS: readonly Parameter[] = [
  given('name', 'Name of the attributes that are written.'),
  field('documents', optional(object('documents', [given('attribute_name', 'Attribute to write.'), field('key', STRING, { description: 'What has to be equal, `$.metadata.url`.' })])), { default: null, description: 'Finds documents that are equal.' }),
  field('paragraphs', optional(object('paragraphs', [given('attribute_name', 'Attribute to write.'), field('by_ngram', optional(BY_NGRAM), { default: null, description: 'Compares n-grams instead of whole paragraphs.' }), field('paragraph_separator', optional(STRING), { default: '\n', description: 'What stands between paragraphs.' })])), { default: null, description: 'Finds paragraphs that are equal.' }),
  field('skip_empty', optional(BOOLEAN), { default: false, description: 'Leaves out what is empty.' }),
  field('min_length', optional({ kind: 'integer', range: { min: 0 } }), { default: 0, description: 'Characters below which nothing is compared.' }),
  field('min_words', optional({ kind: 'integer', range: { min: 0 } }), { default: 0, description: 'Words below which nothing is compared.' }),
  field('num_partitions', optional(INTEGER), { default: 1, description: 'Parts that the work is divided into.' }),
  field('partition_index', optional(INTEGER), { default: 0, description: 'The part that this run does.' }),
  field('file_partition', optional(BOOLEAN), { default: false, description: 'Divides by files rather than by spans.' }),
  field('document_dir', optional(STRING), { default: 'documents', description: 'Folder in the paths that is replaced by `attributes`.' }),
];

const BLOOM = object('bloom_filter', [
  field('file', STRING, { description: 'File of the filter.' }),
  field('read_only', BOOLEAN, { description: 'Looks things up without adding them.' }),
  field('size_in_bytes', INTEGER, { default: 0, description: 'Size of the filter; or give the next two.' }),
  field('estimated_doc_count', INTEGER, { default: 0, description: 'How many things are expected.' }),
  field('desired_false_positive_rate', { kind: 'number', range: { min: 0, below: 1 } }, { default: 0, description: 'Share of new things that may be taken for old.' }),
]);

/** `dolma dedupe` */
export const DEDUPE = object('the deduplication', [
  DOCUMENTS,
  WORK_DIR,
  field('dedupe', object('dedupe', DEDUPE_FIELDS), { description: 'What is compared.' }),
  field('bloom_filter', BLOOM, { description: 'The memory of what was seen.' }),
  PROCESSES,
  COMPRESSION,
  DRYRUN,
  field('is_s3_volume', BOOLEAN, { default: false, description: 'The files lie in a mounted S3 bucket.' }),
]);

const PROFILE = object('profile', [
  field('enable', BOOLEAN, { default: false, description: 'Measures where time goes.' }),
  given('output', 'File for the measurements.'),
  field('steps', optional(INTEGER), { default: null, description: 'Steps to measure.' }),
  field('sort_key', choice('calls', 'cumulative', 'cumtime', 'filename', 'line', 'module', 'name', 'ncalls', 'nfl', 'pcalls', 'stdname', 'time', 'tottime'), { default: 'tottime', description: 'Order of the rows.' }),
  field('lines', INTEGER, { default: 100, description: 'Rows to print.' }),
]);

/** `dolma tag` */
export function tagType(taggers: Taggers): Type {
  return object('the tagging', [
    DOCUMENTS,
    field('destination', optional(list(STRING)), { default: null, description: 'Where attributes go; as many as there are documents.' }),
    field('tagger_modules', list(STRING), { default: [], description: 'Modules with taggers of your own.' }),
    field('taggers', optional(list(STRING)), { suggestions: [...taggers.keys()], description: 'Taggers to run.' }),
    given('experiment', 'Name that the attributes start with.'),
    PROCESSES,
    field('ignore_existing', BOOLEAN, { default: false, description: 'Tags again what is tagged.' }),
    field('debug', BOOLEAN, { default: false, description: 'Runs in one process and says more.' }),
    field('profile', PROFILE, { default: {}, description: 'Measurements.' }),
    WORK_DIR,
    DRYRUN,
  ]);
}

/** Where a document is none of the three. */
export const UNKNOWN_VERB: Type = ANY;
