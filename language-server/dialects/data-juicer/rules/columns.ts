import { argumentNode, settingNode } from '../../../checks/read.ts';
import { isMap, scalarsOf } from '../../../document/nodes.ts';
import type { Recipe } from '../../../recipe.ts';
import type { Step } from '../../dialect.ts';

/** A step that reads a column which nobody named. */
export interface ColumnReader {
  readonly step: Step;
  /** The setting that would name it. */
  readonly setting: string;
  readonly column: string;
  readonly takesLists: boolean;
}

interface Medium {
  readonly setting: string;
  readonly parameter: string;
  readonly column: string;
  readonly ops: RegExp;
}

/** Ops that certainly read the column; others may not. */
const MEDIA: readonly Medium[] = [
  { setting: 'text_keys', parameter: 'text_key', column: 'text', ops: /^(?:(?:text_length|words_num|alphanumeric|\w+_repetition|perplexity|language_id_score|special_characters|stopwords|flagged_words|average_line_length|maximum_line_length|token_num)_filter|document_\w+|(?:clean|remove|fix_unicode|whitespace_normalization|punctuation_normalization)_\w+|(?:fix_unicode|whitespace_normalization|punctuation_normalization)_mapper)$/ },
  { setting: 'image_key', parameter: 'image_key', column: 'images', ops: /^image_(?:aesthetics|aspect_ratio|face_count|face_ratio|nsfw|shape|size|text_matching|text_similarity|watermark)_filter$|^(?:ray_)?image_deduplicator$/ },
  { setting: 'audio_key', parameter: 'audio_key', column: 'audios', ops: /^audio_(?:duration|nmf_snr|size)_filter$/ },
  { setting: 'video_key', parameter: 'video_key', column: 'videos', ops: /^video_(?:duration|aspect_ratio|resolution|aesthetics|motion_score|nsfw|watermark|ocr_area_ratio)_filter$|^(?:ray_)?video_deduplicator$/ },
];

/** The first step for each medium that reads it from the column that is the default. */
export function columnReaders(recipe: Recipe): readonly ColumnReader[] {
  return MEDIA.flatMap(({ setting, parameter, column, ops }) => {
    if (settingNode(recipe, setting) !== undefined) return [];
    const step = recipe.steps.find((each) => each.operation !== null && ops.test(each.operation.name) && argumentNode(each, parameter) === undefined);
    return step === undefined ? [] : [{ step, setting, column, takesLists: setting !== 'text_keys' }];
  });
}

/** Whether a step may write the column: it names it, or makes samples of its own. `itself`: only by the name that it is asked about. */
export function mayWrite({ operation, args }: Step, column: string, itself: boolean): boolean {
  if (operation === null) return true;
  const generates = /^(?:generate_|sentence_augmentation|\w*(?:captioning|optimize)_)/.test(operation.name);
  if (itself) return generates;
  if (generates || /^(?:grouper|aggregator|pipeline)$/.test(operation.kind) || operation.name.startsWith('python_')) return true;
  return operation.kind === 'mapper' && isMap(args) && args.entries.some(({ value }) => scalarsOf(value).some(({ text }) => text === column));
}
