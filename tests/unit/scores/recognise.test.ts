import { describe, expect, it } from 'vitest';
import { shapedColumns, structFields, type ShapedColumn } from '../../../extension/engine/shards/column-shape.ts';
import { presetsFor } from '../../../extension/engine/scores/presets.ts';
import { recognise } from '../../../extension/engine/scores/recognise.ts';
import type { Preset, RecognisedColumn } from '../../../extension/protocol/scores.ts';
import type { Column, ColumnKind } from '../../../extension/protocol/shards.ts';

/** A table's columns as `name`, of numbers, or `name:shape`. */
function table(names: string): ShapedColumn[] {
  return names.split(/,\s*/).map((text) => {
    const [name = '', shape = 'number'] = text.split(':');
    return { path: name.split('.') as [string, ...string[]], shape: shape as ShapedColumn['shape'] };
  });
}

const roles = (names: string, file = 'a.parquet', corrections: readonly RecognisedColumn[] = []): Record<string, string> =>
  Object.fromEntries(recognise(table(names), file, corrections).map(({ column, role }) => [column.join('.'), role.role === 'score' ? `${role.kind}, ${role.better}` : role.role]));

const presets = (names: string, file = 'a.parquet', corrections: readonly RecognisedColumn[] = []): Preset[] => presetsFor(recognise(table(names), file, corrections));
const ids = (names: string, file?: string): string[] => presets(names, file).map(({ id }) => id);

const LAION = 'URL:text, TEXT:text, WIDTH, HEIGHT, similarity, LANGUAGE:text, hash, pwatermark, punsafe, aesthetic';
const COYO = 'id, url:text, text:text, width, height, image_phash:text, clip_similarity_vitb32, clip_similarity_vitl14, nsfw_score_opennsfw2, nsfw_score_gantman, watermark_score, aesthetic_score_laion_v2';
const DATACOMP = 'uid:text, url:text, text:text, original_width, original_height, clip_b32_similarity_score, clip_l14_similarity_score, face_bboxes:list, sha256:text';
const FINEWEB = 'text:text, id:text, dump:text, url:text, file_path:text, language:text, language_score, token_count';

describe('the columns of published tables', () => {
  it.each<[string, string, Record<string, string>]>([
    ['LAION', LAION, { URL: 'url', TEXT: 'alt-text', WIDTH: 'width', HEIGHT: 'height', similarity: 'cosine, higher', LANGUAGE: 'language', hash: 'hash', pwatermark: 'probability, lower', punsafe: 'probability, lower', aesthetic: 'regression, higher' }],
    ['LAION-Aesthetics', 'URL:text, TEXT:text, AESTHETIC_SCORE', { URL: 'url', TEXT: 'text', AESTHETIC_SCORE: 'regression, higher' }],
    ['LAION-COCO', 'URL:text, TEXT:text, top_caption:text, all_captions:list, all_similarities:list', { URL: 'url', TEXT: 'text', top_caption: 'caption', all_captions: 'caption', all_similarities: 'cosine, higher' }],
    ['COYO', COYO, { id: 'id', url: 'url', text: 'alt-text', width: 'width', height: 'height', image_phash: 'hash', clip_similarity_vitb32: 'cosine, higher', clip_similarity_vitl14: 'cosine, higher', nsfw_score_opennsfw2: 'probability, lower', nsfw_score_gantman: 'probability, lower', watermark_score: 'probability, lower', aesthetic_score_laion_v2: 'regression, higher' }],
    ['DataComp', DATACOMP, { uid: 'id', url: 'url', text: 'alt-text', original_width: 'width', original_height: 'height', clip_b32_similarity_score: 'cosine, higher', clip_l14_similarity_score: 'cosine, higher', sha256: 'hash' }],
    ['img2dataset', 'url:text, caption:text, key:text, status:text, error_message:text, width, height, original_width, original_height, exif:text, sha256:text', { url: 'url', caption: 'caption', key: 'key', width: 'width', height: 'height', original_width: 'width', original_height: 'height', sha256: 'hash' }],
    ['Recap-DataComp-1B', 'url:text, re_caption:text, org_caption:text, sha256:text, key:text, re_clip_score, org_clip_score, re_length, org_length', { url: 'url', re_caption: 'caption', org_caption: 'alt-text', sha256: 'hash', key: 'key', re_clip_score: 'cosine, higher', org_clip_score: 'cosine, higher' }],
    ['FineWeb', FINEWEB, { text: 'text', id: 'id', url: 'url', language: 'language', language_score: 'probability, higher' }],
    ['FineWeb-Edu', `${FINEWEB}, score, int_score`, { text: 'text', id: 'id', url: 'url', language: 'language', language_score: 'probability, higher', score: 'regression, higher', int_score: 'ordinal, higher' }],
    ['DCLM', 'text:text, url:text, metadata:struct, warcinfo:text, language_id_whole_page_fasttext:struct, language_id_whole_page_fasttext.en, fasttext_openhermes_reddit_eli5_vs_rw_v2_bigram_200k_train_prob', { text: 'text', url: 'url', 'language_id_whole_page_fasttext.en': 'probability, higher', fasttext_openhermes_reddit_eli5_vs_rw_v2_bigram_200k_train_prob: 'probability, higher' }],
    ['QuRating', 'text:text, length, source_domain:text, writing_style_average, required_expertise_average, facts_and_trivia_average, educational_value_average, educational_value_chunks:list', { text: 'text', writing_style_average: 'logit, higher', required_expertise_average: 'logit, higher', facts_and_trivia_average: 'logit, higher', educational_value_average: 'logit, higher', educational_value_chunks: 'logit, higher' }],
    ['ChineseWebText 2.0', 'text:text, domain:struct, domain.single_label:text, toxicity:struct, toxicity.label, toxicity.score, quality_score', { text: 'text', 'toxicity.score': 'probability, lower', quality_score: 'probability, higher' }],
    ['RedPajama-V2', 'id:text, id_int, quality_signals:struct, quality_signals.ccnet_perplexity:list, quality_signals.rps_doc_word_count:list', { id: 'id', id_int: 'id', quality_signals: 'spans', 'quality_signals.ccnet_perplexity': 'spans', 'quality_signals.rps_doc_word_count': 'spans' }],
    ['RedPajama-V2, flat', 'raw_content:text, ccnet_perplexity, ccnet_bucket, rps_doc_word_count, rps_doc_frac_chars_dupe_10grams, rps_lines_ending_with_terminal_punctution_mark, rps_doc_ml_palm_score, rps_doc_books_importance, rps_of_next_year', { raw_content: 'text', ccnet_perplexity: 'perplexity, lower', ccnet_bucket: 'ordinal, lower', rps_doc_word_count: 'count, neither', rps_doc_frac_chars_dupe_10grams: 'ratio, lower', rps_lines_ending_with_terminal_punctution_mark: 'flag, higher', rps_doc_ml_palm_score: 'probability, higher', rps_doc_books_importance: 'logit, higher', rps_of_next_year: 'count, neither' }],
    ['Panda-70M', 'url:text, timestamp:list, caption:text, matching_score', { url: 'url', caption: 'caption', matching_score: 'probability, higher' }],
    ['perplexities', 'text:text, perplexity, kenlm_perplexity', { text: 'text', perplexity: 'perplexity, lower', kenlm_perplexity: 'perplexity, lower' }],
    ['embeddings and pictures', 'jpg:image, img_emb:vector, image_embedding:list, bytes:bytes', { jpg: 'image', img_emb: 'embedding', image_embedding: 'embedding' }],
  ])('%s', (_, names, expected) => {
    expect(roles(names)).toEqual(expected);
  });

  it("DataMan's criteria are ratings, and the overall one has a source of its own", () => {
    const criteria = ['accuracy', 'coherence', 'language_consistency', 'semantic_density', 'knowledge_novelty', 'topic_focus', 'creativity', 'professionalism', 'style_consistency', 'grammatical_diversity', 'structural_standardization', 'originality', 'sensitivity', 'overall_score'];
    expect(criteria).toHaveLength(14);
    const found = recognise(table([...criteria, 'application_domain:text'].join(', ')), 'a', []);
    expect(found.map(({ column }) => column[0])).toEqual(criteria);
    for (const { role } of found) expect(role).toMatchObject({ kind: 'ordinal', better: 'higher', range: [1, 5] });
  });

  it('a name means a score only in its company', () => {
    expect(roles('score, accuracy, similarity, overall_score, prediction, text:text')).toEqual({ text: 'text' });
    expect(roles('score, int_score, text:text')).toEqual({ text: 'text' });
    expect(roles('prediction', '/x/1000-data_influence_model-prediction/0/a.parquet')).toEqual({ prediction: 'influence, lower' });
  });

  it('a score that is no number is none', () => {
    expect(roles('language_score:text, aesthetic:list, punsafe:struct')).toEqual({});
  });

  it('the word of the user wins', () => {
    const corrections: RecognisedColumn[] = [
      { column: ['aesthetic'], role: { role: 'none' } },
      { column: ['mine'], role: { role: 'score', kind: 'logit', better: 'lower', source: 'me' } },
    ];
    expect(roles(`${LAION}, mine`, 'a', corrections)).toMatchObject({ aesthetic: 'none', mine: 'logit, lower' });
    expect(presets(LAION, 'a', corrections).map(({ id }) => id)).not.toContain('laion-aesthetic');
  });
});

describe('presets', () => {
  it('are offered where the columns are there', () => {
    expect(ids(LAION)).toEqual(['laion-2b-en', 'laion-aesthetic', 'laion-art', 'laion-high-resolution', 'watermark', 'safe', 'datacomp-basic', 'datacomp-laion2b']);
    expect(ids(DATACOMP)).toEqual(['laion-high-resolution', 'datacomp-basic', 'datacomp-clip-l14', 'datacomp-clip-l14-threshold', 'datacomp-clip-b32', 'datacomp-clip-b32-threshold', 'datacomp-laion2b', 'datacomp-1b']);
    expect(ids(`${FINEWEB}, score, int_score`)).toEqual(['fineweb-language', 'fineweb-edu']);
    expect(ids('text:text, fasttext_x_prob')).toEqual(['dclm-baseline']);
    expect(ids('text:text, preselect_score')).toEqual(['preselect', 'preselect-top']);
    expect(ids('overall_score, semantic_density')).toEqual(['dataman']);
    expect(ids('matching_score')).toEqual(['panda-70m']);
    expect(ids('prediction', 'a-data_influence_model-prediction/0')).toEqual(['mates']);
    expect(ids('id, text:text')).toEqual([]);
  });

  it('have the published conditions, over the names that the table has', () => {
    const find = (names: string, id: string): Preset | undefined => presets(names).find((preset) => preset.id === id);
    expect(find(LAION, 'laion-2b-en')?.conditions).toEqual([
      { type: 'range', column: ['similarity'], min: '0.28' },
      { type: 'values', column: ['LANGUAGE'], values: expect.arrayContaining(['en']) as string[] },
    ]);
    expect(find(LAION, 'laion-art')?.conditions).toEqual([
      { type: 'range', column: ['aesthetic'], min: '8', minOpen: true },
      { type: 'range', column: ['pwatermark'], max: '0.8', maxOpen: true },
      { type: 'range', column: ['punsafe'], max: '0.5', maxOpen: true },
    ]);
    expect(find(DATACOMP, 'datacomp-clip-l14')).toMatchObject({ conditions: [], top: { column: ['clip_l14_similarity_score'], share: 0.3, lowest: false } });
    expect(find(LAION, 'laion-high-resolution')?.conditions).toEqual([
      { type: 'range', column: ['WIDTH'], min: '1024' },
      { type: 'range', column: ['HEIGHT'], min: '1024' },
    ]);
    expect(find(DATACOMP, 'datacomp-1b')).toMatchObject({
      conditions: [{ type: 'sql', where: expect.stringMatching(/"text".*> 1 AND length\("text"\) > 5/) as string }],
      top: { column: ['clip_l14_similarity_score'], share: 0.3, lowest: false },
    });
    expect(find('text:text, fasttext_x_prob', 'dclm-baseline')?.conditions).toEqual([{ type: 'range', column: ['fasttext_x_prob'], min: '0.018112' }]);
    expect(find(`${FINEWEB}, score, int_score`, 'fineweb-edu')?.conditions).toEqual([{ type: 'range', column: ['int_score'], min: '3' }]);
  });

  it('say in words what they cannot test', () => {
    const basic = presets(DATACOMP).find(({ id }) => id === 'datacomp-basic');
    expect(basic?.description).toContain('The language is not tested: no column tells it.');
    expect(basic?.conditions).toHaveLength(2);
    expect(presets(LAION).find(({ id }) => id === 'datacomp-basic')?.conditions).toHaveLength(3);
    expect(presets(DATACOMP).find(({ id }) => id === 'datacomp-1b')?.description).toContain('cannot be computed');
    expect(presets('clip_l14_similarity_score').find(({ id }) => id === 'datacomp-1b')).toMatchObject({ conditions: [], description: expect.stringContaining('Captions are not tested') as string });
  });

  it('quote the names that stand in their SQL', () => {
    const columns = recognise(table('te"xt:text, original_width, original_height, url:text'), 'a', [{ column: ['te"xt'], role: { role: 'text' } }]);
    const [words] = presetsFor(columns).find(({ id }) => id === 'datacomp-basic')?.conditions ?? [];
    expect(words).toMatchObject({ type: 'sql', where: expect.stringContaining('"te""xt"') as string });
  });

  it('all have a source, and ids of their own', () => {
    const all = [LAION, DATACOMP, `${FINEWEB}, score, int_score`].flatMap((names) => presets(names));
    for (const { source, description } of all) expect(source.length * description.length).toBeGreaterThan(0);
    for (const names of [LAION, DATACOMP, COYO]) expect(new Set(ids(names)).size).toBe(ids(names).length);
  });
});

describe('fields inside structs', () => {
  it('are found in the type', () => {
    expect(structFields('STRUCT(score FLOAT, "odd ""name, (x" STRUCT(a DECIMAL(10,2), b INTEGER[]))')).toEqual([
      { name: 'score', type: 'FLOAT', fields: [] },
      { name: 'odd "name, (x', type: 'STRUCT(a DECIMAL(10,2), b INTEGER[])', fields: [{ name: 'a', type: 'DECIMAL(10,2)', fields: [] }, { name: 'b', type: 'INTEGER[]', fields: [] }] },
    ]);
    expect(structFields('STRUCT(a INTEGER)[]')).toBeNull();
    expect(() => structFields(`${'STRUCT(a '.repeat(100_000)}INTEGER${')'.repeat(100_000)}`)).not.toThrow();
  });

  it('are found in the schema where the type does not tell them', () => {
    const column = (index: number, name: string, type: string, kind: ColumnKind): Column => ({ index, name, type, kind });
    const leaf = (name: string, type: string) => ({ name, type, details: [], children: [] });
    const columns = [column(0, 'toxicity', 'object', 'struct'), column(1, 'nested', 'STRUCT(a STRUCT(b DOUBLE))', 'struct'), column(2, 'n', 'number', 'number')];
    const schema = [{ ...leaf('toxicity', 'object'), children: [leaf('score', 'number | null'), leaf('label', 'string'), { ...leaf('l', 'array<number>'), children: [leaf('[]', 'number')] }] }];
    expect(shapedColumns(columns, schema)).toEqual([
      { path: ['toxicity'], shape: 'struct' },
      { path: ['toxicity', 'score'], shape: 'number' },
      { path: ['toxicity', 'label'], shape: 'text' },
      { path: ['toxicity', 'l'], shape: 'list' },
      { path: ['nested'], shape: 'struct' },
      { path: ['nested', 'a'], shape: 'struct' },
      { path: ['nested', 'a', 'b'], shape: 'number' },
      { path: ['n'], shape: 'number' },
    ]);
  });
});
