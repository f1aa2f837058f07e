import type { Bounds } from '../schema.ts';

/** Parts of a whole and probabilities. */
const SHARE: Bounds = { min: 0, max: 1 };
/** What CLIP says of a picture and a text, its logit by 100. */
const COSINE: Bounds = { min: -1, max: 1 };

/**
 * Ranges that the signatures do not say and the code of the ops makes certain, by op and parameter. Letters a token may be
 * more than one, scores of a model of one's own anything.
 */
const RANGES: readonly (readonly [ops: RegExp, parameters: RegExp, range: Bounds])[] = [
  [/^(?:flagged_words|special_characters|stopwords|character_repetition|word_repetition|image_face_ratio|video_face_ratio)_filter$/, /^(?:min|max)_ratio$/, SHARE],
  [/^alphanumeric_filter$/, /^(?:min|max)_ratio$/, { min: 0 }],
  [/^(?:image_nsfw|video_nsfw|image_text_matching|llm_analysis|llm_quality_score|llm_difficulty_score|llm_task_relevance)_filter$/, /^(?:min|max)_score$/, SHARE],
  [/^(?:image|video)_watermark_filter$/, /^prob_threshold$/, SHARE],
  [/^language_id_score_filter$/, /^min_score$/, SHARE],
  [/^(?:image_text_similarity|video_frames_text_similarity)_filter$/, /^(?:min|max)_score$/, COSINE],
  [/^phrase_grounding_recall_filter$/, /^(?:(?:min|max)_recall|iou_thr|large_area_ratio_thr|conf_thr)$/, SHARE],
  [/^video_ocr_area_ratio_filter$/, /^(?:min|max)_area_ratio$/, SHARE],
  [/^video_face_ratio_filter$/, /^threshold$/, SHARE],
  [/^image_subplot_filter$/, /^min_confidence$/, SHARE],
  [/^image_aspect_ratio_filter$/, /^(?:min|max)_ratio$/, { min: 0 }],
  [/^perplexity_filter$/, /^(?:min|max)_ppl$/, { min: 0 }],
  [/^image_ohem_selector$/, /^top_ratio$/, SHARE],
  [/^(?:image_blur|audio_add_gaussian_noise)_mapper$/, /^p$/, SHARE],
  [/^generate_qa_from_examples_mapper$/, /^similarity_threshold$/, SHARE],
  [/^video_object_segmenting_mapper$/, /^yoloe_conf$/, SHARE],
];

/** Where values of a number have to lie for the op to do anything; null where that is not certain. */
export function rangeOf(op: string, name: string): Bounds | null {
  return RANGES.find(([ops, parameters]) => ops.test(op) && parameters.test(name))?.[2] ?? null;
}
