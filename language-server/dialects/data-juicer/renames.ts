import type { Renames, Successor } from '../dialect.ts';

const OPERATIONS: readonly (readonly [old: string, now: string | null, since: string, inferred?: boolean])[] = [
  ['clip_similarity_filter', 'image_text_similarity_filter', '2023-12-06'],
  ['face_area_filter', 'image_face_ratio_filter', '2024-03-14'],
  ['extract_qa_mapper', 'generate_qa_from_text_mapper', '2024-11-05'],
  ['generate_caption_mapper', 'image_captioning_mapper', '2024-03-14', true],
  ['gpt4v_generate_mapper', 'image_captioning_from_gpt4v_mapper', '2024-03-14', true],
  ['generate_instruction_mapper', 'generate_qa_from_examples_mapper', '2024-11-05', true],
  ['optimize_instruction_mapper', 'optimize_query_mapper', '2024-11-05', true],
  ['most_relavant_entities_aggregator', 'most_relevant_entities_aggregator', '2025-02-24'],
  ['llm_api_difficulty_score_filter', 'llm_difficulty_score_filter', '2025-03-13'],
  ['llm_api_quality_score_filter', 'llm_quality_score_filter', '2025-03-13'],
  ['image_captioning_from_gpt4v_mapper', null, '1.6.1'],
];

type OldParameter = readonly [old: string, now: string | null, since: string, inferred?: boolean];

const FIELD_KEY: OldParameter = ['text_key', 'field_key', '2023-08-18'];
const NSFW: OldParameter = ['score_threshold', 'max_score', '2025-03-11'];
const REDIS: readonly OldParameter[] = [
  ['redis_host', 'redis_address', '2025-01-09'],
  ['redis_port', 'redis_address', '2025-01-09'],
];
const SIZES: readonly OldParameter[] = [
  ['min_duration', 'min_size', 'its first release', true],
  ['max_duration', 'max_size', 'its first release', true],
];

const PARAMETERS: Readonly<Record<string, readonly OldParameter[]>> = {
  image_nsfw_filter: [NSFW],
  video_nsfw_filter: [NSFW],
  ray_document_deduplicator: REDIS,
  ray_image_deduplicator: REDIS,
  ray_video_deduplicator: REDIS,
  specified_field_filter: [FIELD_KEY],
  specified_numeric_field_filter: [FIELD_KEY],
  frequency_specified_field_selector: [FIELD_KEY],
  topk_specified_field_selector: [FIELD_KEY],
  audio_size_filter: SIZES,
  image_diffusion_mapper: [
    ['hf_blip2', 'hf_img2seq', '2024-03-07'],
    ['floating_point', 'torch_dtype', '2024-03-25'],
  ],
  video_remove_watermark_mapper: [['threshold', null, '2024-09-12']],
  optimize_qa_mapper: [['hf_model', 'api_or_hf_model', '2025-09-09']],
  extract_entity_attribute_mapper: [['entity_attribute_key', 'attribute_key', 'its first release', true]],
  ray_bts_minhash_deduplicator: [['tmp_file_name', null, '1.4.3']],
  human_preference_annotation_mapper: [['result_key', 'chosen_key', '2025-04-20']],
  document_minhash_deduplicator: [['key', 'text_key', '#704', true]],
  sdxl_prompt2prompt_mapper: [['text_key_third', null, '2025-05-06']],
};

/** Names that recipes still carry. An old name that takes a parameter again, as `text_key` does, is found as a rename only where it is unknown. */
export const RENAMES: Renames = {
  operations: new Map(OPERATIONS.map(([old, ...rest]) => [old, successor(rest)])),
  parameters: new Map(Object.entries(PARAMETERS).map(([op, olds]) => [op, new Map(olds.map(([old, ...rest]) => [old, successor(rest)]))])),
};

function successor([now, since, inferred]: readonly [string | null, string, boolean?]): Successor {
  return { now, since, inferred: inferred ?? false };
}
