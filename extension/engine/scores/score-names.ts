import type { ColumnRole } from '../../protocol/scores.ts';

/** In what company a name has its meaning. Names are compared without case; `*` stands for anything. */
export interface Company {
  /** All of these are columns of the table. */
  readonly all?: readonly string[];
  /** At least one of these is. */
  readonly any?: readonly string[];
  /** The file's path contains this. */
  readonly path?: string;
}

type ScoreRole = Extract<ColumnRole, { role: 'score' }>;

export interface ScoreName extends Omit<ScoreRole, 'role'> {
  /** Names as published, in lower case; a dot leads into a struct. */
  readonly names: readonly string[];
  readonly when?: Company;
  /** Lists of such scores too, one an item. */
  readonly lists?: true;
}

const FRACTION = [0, 1] as const;
const COSINE = { kind: 'cosine', better: 'higher', range: [-1, 1] } as const;
const LIKELY_GOOD = { kind: 'probability', better: 'higher', range: FRACTION } as const;
const LIKELY_BAD = { kind: 'probability', better: 'lower', range: FRACTION } as const;
const LOWER_PERPLEXITY = { kind: 'perplexity', better: 'lower' } as const;
const RATIO = { kind: 'ratio', better: 'neither', range: FRACTION } as const;
const LOWER_RATIO = { kind: 'ratio', better: 'lower', range: FRACTION } as const;
const COUNT = { kind: 'count', better: 'neither' } as const;

const LAION: Company = { all: ['url'], any: ['text', 'caption', 'top_caption'] };
const FINEWEB_EDU: Company = { all: ['score', 'int_score'], any: ['dump', 'file_path', 'language_score', 'token_count'] };
const DATAMAN: Company = { all: ['overall_score'], any: ['semantic_density', 'knowledge_novelty', 'structural_standardization', 'application_domain'] };

/** Sources that presets refer to. */
export const SOURCES = {
  laionSimilarity: 'LAION-5B (arXiv 2210.08402): cosine of CLIP ViT-B/32',
  datacompB32: 'DataComp (arXiv 2304.14108): cosine of CLIP ViT-B/32',
  datacompL14: 'DataComp (arXiv 2304.14108): cosine of CLIP ViT-L/14',
  coyoB32: 'COYO-700M: cosine of CLIP ViT-B/32',
  coyoL14: 'COYO-700M: cosine of CLIP ViT-L/14',
  laionUnsafe: 'LAION-5B (arXiv 2210.08402): probability of being unsafe',
  laionWatermark: 'LAION-5B (arXiv 2210.08402): probability of a watermark',
  coyoWatermark: 'COYO-700M: probability of a watermark',
  aesthetic: 'LAION-Aesthetics: predicted rating from 1 to 10',
  dclm: 'DCLM (arXiv 2406.11794): fastText classifier of instruction-like text',
  preselect: 'PreSelect (arXiv 2503.00808): fastText classifier of predictive text',
  languageScore: 'FineWeb (arXiv 2406.17557): fastText language identification',
  finewebEdu: 'FineWeb-Edu (arXiv 2406.17557): educational value, predicted',
  finewebEduRounded: 'FineWeb-Edu (arXiv 2406.17557): educational value, rounded',
  dataman: 'DataMan (arXiv 2502.19363): rating from 1 to 5',
  datamanOverall: 'DataMan (arXiv 2502.19363): overall rating from 1 to 5',
  panda: 'Panda-70M (arXiv 2402.19479): match of caption and clip',
  mates: 'MATES (arXiv 2406.06046): predicted loss after training on the document; the lowest are selected',
} as const;

/** What published score columns mean. The first entry that fits a name is taken. */
export const SCORE_NAMES: readonly ScoreName[] = [
  { names: ['clip_b32_similarity_score'], ...COSINE, source: SOURCES.datacompB32 },
  { names: ['clip_l14_similarity_score'], ...COSINE, source: SOURCES.datacompL14 },
  { names: ['clip_similarity_vitb32'], ...COSINE, source: SOURCES.coyoB32 },
  { names: ['clip_similarity_vitl14'], ...COSINE, source: SOURCES.coyoL14 },
  { names: ['similarity'], when: LAION, ...COSINE, source: SOURCES.laionSimilarity },
  { names: ['all_similarities'], lists: true, ...COSINE, source: 'LAION-COCO: cosine of CLIP, one a caption' },
  { names: ['re_clip_score', 'org_clip_score'], ...COSINE, source: 'Recap-DataComp-1B (arXiv 2406.08478): cosine of CLIP, to be compared with its pair' },
  { names: ['punsafe'], ...LIKELY_BAD, source: SOURCES.laionUnsafe },
  { names: ['nsfw_score_*'], ...LIKELY_BAD, source: 'COYO-700M: probability of being unsafe' },
  { names: ['pwatermark'], ...LIKELY_BAD, source: SOURCES.laionWatermark },
  { names: ['watermark_score'], ...LIKELY_BAD, source: SOURCES.coyoWatermark },
  { names: ['aesthetic', 'aesthetic_score', 'aesthetic_score_laion_v2'], kind: 'regression', better: 'higher', range: [1, 10], source: SOURCES.aesthetic },
  { names: ['fasttext_*_prob'], ...LIKELY_GOOD, source: SOURCES.dclm },
  { names: ['preselect', 'preselect_*'], ...LIKELY_GOOD, source: SOURCES.preselect },
  { names: ['language_score', 'language_id_*.en', 'language_id_*_prob', 'language_id_*_score'], ...LIKELY_GOOD, source: SOURCES.languageScore },
  { names: ['language_id_*', 'language_id_*.*'], ...LIKELY_GOOD, source: 'DCLM (arXiv 2406.11794): fastText language identification, one language' },
  { names: ['int_score'], when: FINEWEB_EDU, kind: 'ordinal', better: 'higher', range: [0, 5], source: SOURCES.finewebEduRounded },
  { names: ['score'], when: FINEWEB_EDU, kind: 'regression', better: 'higher', range: [0, 5], source: SOURCES.finewebEdu },
  {
    names: ['writing_style_average', 'required_expertise_average', 'facts_and_trivia_average', 'educational_value_average'],
    kind: 'logit',
    better: 'higher',
    source: 'QuRating (arXiv 2402.09739): logit of pairwise preference; documents are sampled with temperature 2.0',
  },
  {
    names: ['writing_style_chunks', 'required_expertise_chunks', 'facts_and_trivia_chunks', 'educational_value_chunks'],
    lists: true,
    kind: 'logit',
    better: 'higher',
    source: 'QuRating (arXiv 2402.09739): logit of pairwise preference, one a chunk',
  },
  { names: ['overall_score'], when: DATAMAN, kind: 'ordinal', better: 'higher', range: [1, 5], source: SOURCES.datamanOverall },
  {
    names: [
      'accuracy', 'coherence', 'language_consistency', 'semantic_density', 'knowledge_novelty', 'topic_focus', 'creativity', 'professionalism',
      'style_consistency', 'grammatical_diversity', 'structural_standardization', 'originality', 'sensitivity',
    ],
    when: DATAMAN,
    kind: 'ordinal',
    better: 'higher',
    range: [1, 5],
    source: SOURCES.dataman,
  },
  { names: ['toxicity.score'], ...LIKELY_BAD, source: 'ChineseWebText 2.0 (arXiv 2411.19668): probability of being toxic; 0.99 a paragraph' },
  { names: ['quality_score'], ...LIKELY_GOOD, source: 'ChineseWebText 2.0 (arXiv 2411.19668): probability of being of high quality' },
  { names: ['ccnet_perplexity'], ...LOWER_PERPLEXITY, source: 'RedPajama-V2 (arXiv 2411.12372): perplexity of a model of Wikipedia' },
  { names: ['perplexity', 'kenlm_perplexity'], ...LOWER_PERPLEXITY, source: 'KenLM: perplexity' },
  { names: ['ccnet_bucket'], kind: 'ordinal', better: 'lower', range: [0, 2], source: 'RedPajama-V2 (arXiv 2411.12372): 0 head, 1 middle, 2 tail' },
  { names: ['ccnet_language_score'], ...LIKELY_GOOD, source: 'RedPajama-V2 (arXiv 2411.12372): language identification' },
  { names: ['ccnet_length', 'ccnet_nlines', 'ccnet_original_length', 'ccnet_original_nlines'], ...COUNT, source: 'RedPajama-V2 (arXiv 2411.12372): characters or lines' },
  { names: ['matching_score'], kind: 'probability', better: 'higher', source: SOURCES.panda },
  { names: ['prediction'], when: { path: 'data_influence_model-prediction' }, kind: 'influence', better: 'lower', source: SOURCES.mates },

  { names: ['rps_doc_ml_*_score'], ...LIKELY_GOOD, source: 'RedPajama-V2 (arXiv 2411.12372): fastText classifier' },
  { names: ['rps_doc_*_importance'], kind: 'logit', better: 'higher', source: 'RedPajama-V2 (arXiv 2411.12372): logarithm of an importance weight' },
  { names: ['rps_doc_frac_chars_dupe_*', 'rps_doc_frac_chars_top_*'], ...LOWER_RATIO, source: 'RedPajama-V2 (arXiv 2411.12372): repetition, after Gopher' },
  {
    names: ['rps_doc_frac_lines_end_with_ellipsis', 'rps_doc_frac_no_alph_words', 'rps_doc_symbol_to_word_ratio', 'rps_doc_lorem_ipsum', 'rps_doc_curly_bracket', 'rps_doc_frac_all_caps_words'],
    ...LOWER_RATIO,
    source: 'RedPajama-V2 (arXiv 2411.12372): share of a sign or of odd words, after C4, Gopher and RefinedWeb',
  },
  { names: ['rps_doc_stop_word_fraction', 'rps_doc_frac_unique_words'], ...RATIO, source: 'RedPajama-V2 (arXiv 2411.12372): share of words' },
  { names: ['rps_doc_ldnoobw_words'], kind: 'count', better: 'lower', source: 'RedPajama-V2 (arXiv 2411.12372): words of the LDNOOBW list, after C4' },
  { names: ['rps_doc_ut1_blacklist'], kind: 'flag', better: 'lower', source: 'RedPajama-V2 (arXiv 2411.12372): category of a blocked domain, after RefinedWeb' },
  { names: ['rps_doc_word_count', 'rps_doc_num_sentences', 'rps_doc_mean_word_length', 'rps_doc_unigram_entropy'], ...COUNT, source: 'RedPajama-V2 (arXiv 2411.12372): size of a document, after Gopher and C4' },
  // Upstream's own spelling, and the right one.
  { names: ['rps_lines_ending_with_terminal_punctution_mark', 'rps_lines_ending_with_terminal_punctuation_mark'], kind: 'flag', better: 'higher', range: FRACTION, source: 'RedPajama-V2 (arXiv 2411.12372): a line, after C4' },
  { names: ['rps_lines_start_with_bulletpoint'], kind: 'flag', better: 'lower', range: FRACTION, source: 'RedPajama-V2 (arXiv 2411.12372): a line, after Gopher' },
  { names: ['rps_lines_numerical_chars_fraction', 'rps_lines_uppercase_letter_fraction'], ...LOWER_RATIO, source: 'RedPajama-V2 (arXiv 2411.12372): a line, after RefinedWeb' },
  { names: ['rps_lines_javascript_counts'], kind: 'count', better: 'lower', source: 'RedPajama-V2 (arXiv 2411.12372): a line, after C4' },
  { names: ['rps_lines_num_words'], ...COUNT, source: 'RedPajama-V2 (arXiv 2411.12372): a line, after C4' },
  { names: ['rps_*'], ...COUNT, source: 'RedPajama-V2 (arXiv 2411.12372): quality signal' },
];
