import { annotationType } from '../python/annotations.ts';
import { ANY, FREE, optional, withRange, type Cost, type Default, type Operation, type Parameter, type Type } from '../schema.ts';
import raw from './catalogue/nemo-curator.classes.json' with { type: 'json' };
import { CLASSES } from './descriptions.ts';

/** A parameter or field as its class declares it; `{symbol}` is a default that only a run could tell. */
export interface RawField {
  readonly type: string | null;
  readonly required: boolean;
  readonly default?: unknown;
}

export interface RawClass {
  readonly params: Readonly<Record<string, RawField>>;
  /** Whether it takes keywords that it does not name. */
  readonly open: boolean;
}

export interface RawClasses {
  /** By the path of the module and the name. */
  readonly classes: Readonly<Record<string, RawClass>>;
  /** Paths by which a class may also be named. */
  readonly exports: Readonly<Record<string, string>>;
  /** Functions, which a recipe may name too; what they take is not looked at. */
  readonly functions: readonly string[];
}

/** Classes that were read from the user's own sources or installed package. */
export interface OwnClasses extends RawClasses {
  readonly version: string;
  /** Folder that holds `nemo_curator`. */
  readonly root: string;
}

export const PUBLISHED = raw as unknown as RawClasses & { readonly version: string };

export const NEMO_VERSION = PUBLISHED.version;

/** Every path that `_target_` may hold, with the class behind it. */
export function nemoClasses({ classes, exports }: RawClasses): ReadonlyMap<string, Operation> {
  const found = new Map(Object.entries(classes).map(([path, each]) => [path, operation(path, each)]));
  for (const [path, identity] of Object.entries(exports)) {
    const behind = found.get(identity);
    if (behind !== undefined) found.set(path, { ...behind, name: path });
  }
  return found;
}

function operation(path: string, { params, open }: RawClass): Operation {
  return {
    name: path,
    kind: kindOf(path),
    description: CLASSES[path.split('.').at(-1) ?? ''] ?? '',
    parameters: Object.entries(params).map(([name, each]) => parameterOf(name, each)),
    cost: costOf(path),
    open,
    produces: [],
    source: `${path.split('.').slice(0, -1).join('/')}.py`,
    definition: `class ${path.split('.').at(-1) ?? ''}`,
  };
}

function kindOf(path: string): string {
  const [, word] = /(Filter|Modifier|Reader|Writer|Classifier|Workflow|Stage|Client|Executor)$/.exec(path) ?? [];
  return word?.toLowerCase() ?? 'class';
}

function costOf(path: string): Cost {
  const gpu = /classifiers|embedders|semantic|fuzzy|exact|\.deduplication\./.test(path) && /Classifier|Workflow|Stage|Embed/.test(path);
  return gpu || /fasttext/i.test(path) ? { model: true, gpu, api: false, download: gpu } : FREE;
}

/** Parts of a text, its lines or its words, and probabilities; by their names, which no two classes use differently. */
const SHARES = /^(?:max_(?:non_alpha_numeric_to_text|number_to_text|url_to_text|bullet_lines|white_space|parentheses|boilerplate_string|num_sentences_without_endmark|num_lines_ending_with_ellipsis|repeated_lines_char|repeated_paragraphs|repeated_paragraphs_char|repeating_duplicate_ngram|repeating_ngram)_ratio|max_repeated_line_fraction|min_words_with_alphabets|min_alpha_ratio|min_langid_score|top_p|dense_dump_prob|kmeans_fit_data_fraction|fit_data_fraction)$/;

function parameterOf(name: string, { type, required, ...rest }: RawField): Parameter {
  const annotated = type === null ? ANY : annotationType(type);
  const declared = SHARES.test(name) ? withRange(annotated, { min: 0, max: 1 }) : annotated;
  // OmegaConf hands over plain maps and lists: where an object is wanted, a map with a _target_ stands.
  const taken: Type = declared.kind === 'any' ? ANY : optional(declared);
  return {
    name,
    type: taken,
    required,
    ...(type === null ? {} : { typeText: type }),
    ...(name === 'text_field' ? { role: 'column' as const } : name === 'file_paths' ? { role: 'input' as const } : {}),
    ...('default' in rest && !required ? { default: rest.default as Default } : {}),
  };
}
