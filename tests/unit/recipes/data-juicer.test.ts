import { describe, expect, it } from 'vitest';
import { analyse } from '../../../language-server/service.ts';
import { applyFix, expectMarked } from '../../support/recipe-marks.ts';

const OLD = { override: null, versions: { 'data-juicer': '1.4.3' } };

describe('Data-Juicer', () => {
  it('names the nearest op for one that does not exist, and mends it', () => {
    const analysis = expectMarked(`
process:
  - text_lenght_filter:
#   ^^^^^^^^^^^^^^^^^^ unknown-op error
      min_len: 10
`);
    expect(applyFix(analysis, 'Change to text_length_filter')).toContain('- text_length_filter:');
  });

  it('knows what is gone and what it is called now', () => {
    const analysis = expectMarked(`
process:
  - clip_similarity_filter:
#   ^^^^^^^^^^^^^^^^^^^^^^ removed-op error
  - optimize_qa_mapper:
      hf_model: x
#     ^^^^^^^^ renamed-parameter error
`);
    expect(applyFix(analysis, 'Rename to api_or_hf_model')).toContain('api_or_hf_model: x');
  });

  it('says at 1.4.3 that unknown parameters are ignored, at 1.6.1 that they are refused', () => {
    expectMarked(`
process:
  - text_length_filter:
      min_length: 5
#     ^^^^^^^^^^ unknown-parameter warning
`, OLD);
    const { findings } = analyse('process:\n  - text_length_filter:\n      min_length: 5\n');
    expect(findings[0]).toMatchObject({ code: 'unknown-parameter', severity: 'error' });
    expect(findings[0]?.fixes[0]?.title).toBe('Rename to min_len');
  });

  it('reads values as its loader does', () => {
    const analysis = expectMarked(`
process:
  - text_length_filter:
      min_len: 5e2
      max_len: '500'
#              ^^^^^ wrong-type error
  - extract_tables_from_html_mapper:
      retain_html_tags: false,
#                       ^^^^^^ yaml-surprise error
  - perplexity_filter:
      lang: no
#           ^^ yaml-surprise error
  - image_remove_background_mapper:
      bgcolor: None
#              ^^^^ yaml-surprise warning
`);
    expect(applyFix(analysis, 'Remove the comma')).toContain('retain_html_tags: false\n');
    expect(applyFix(analysis, 'Write "no"')).toContain('lang: "no"');
  });

  it('checks ranges and enumerated values', () => {
    expectMarked(`
process:
  - remove_table_text_mapper:
      max_col: 30
#              ^^ out-of-range warning
  - image_shape_filter:
      any_or_all: some
#                 ^^^^ unknown-value error
`);
  });

  it('knows ranges that only the code of an op makes certain', () => {
    expectMarked(`
process:
  - image_nsfw_filter:
      max_score: 1.5
#                ^^^ out-of-range warning
  - image_text_similarity_filter:
      min_score: -0.2
      max_score: 30
#                ^^ out-of-range warning
  - language_id_score_filter:
      lang: en
      min_score: 80
#                ^^ out-of-range warning
  - image_aesthetics_filter:
      max_score: 10
  - image_watermark_filter:
      prob_threshold: -1
#                     ^^ out-of-range warning
`);
  });

  it('checks the keys of the recipe, nested ones too', () => {
    expectMarked(`
project_name: x
export_pth: ./out.jsonl
# The nearest key is offered.
executor_type: spark
#              ^^^^^ unknown-value error
partition:
  mode: auto
  sise: 5
# ^^^^ unknown-key error
process:
  - text_length_filter:
`.replace('# The nearest key is offered.', '^^^^^^^^^^ unknown-key error'));
  });

  it('leaves ops of the own alone where they are named', () => {
    expectMarked(`
custom_operator_paths: ['./mine.py']
process:
  - my_mapper:
      anything: 1
`);
  });

  it('takes a recipe in JSON', () => {
    const { findings, recipe } = analyse('{"process": [{"text_length_filter": {"min_len": "a"}}], "np": 4}');
    expect(recipe?.dialect.id).toBe('data-juicer');
    expect(findings.map(({ code }) => code)).toEqual(['wrong-type']);
  });
});

describe('which dialect it is', () => {
  it('is what a comment says before what the shape says', () => {
    expect(analyse('# curation: dialect=data-juicer@1.4.3\nfoo: 1\n').recipe?.dialect.version).toBe('1.4.3');
    expect(analyse('# curation: dialect=none\nprocess:\n  - text_length_filter:\n').recipe).toBeNull();
  });

  it.each(['services:\n  web:\n    image: x\n', 'process:\n  - name: a\n    run: b\n', 'process:\n  nested: 1\n', 'np: 4\n', 'steps:\n  - type: head\n', '- hosts: all\n', '', 'x'])('is none for %j', (text) => {
    expect(analyse(text).recipe).toBeNull();
    expect(analyse(text).findings).toEqual([]);
  });

  it('is that of a setting, at the nearest version that is known', () => {
    expect(analyse('foo: 1\n', { override: 'data-juicer@1.5.0', versions: {} }).recipe?.dialect.version).toBe('1.4.3');
    expect(analyse('process:\n  - text_length_filter:\n', { override: null, versions: { 'data-juicer': '9.9' } }).recipe?.dialect.version).toBe('1.6.1');
  });
});

describe('before there was a preflight', () => {
  const severities = (text: string, circumstances?: typeof OLD): string[] => analyse(text, circumstances).findings.map(({ code, severity }) => `${severity} ${code}`);

  it('wrong types were no error, and Redis stood in for Ray', () => {
    const text = 'process:\n  - ray_document_deduplicator:\n      backend: redis\n      lowercase: 3\n';
    expect(severities(text, OLD)).toEqual(['warning wrong-type']);
    expect(severities(text)).toEqual(['error unsupported-executor', 'error wrong-type']);
  });
});

describe('mends', () => {
  const mended = (text: string, title: string): string => applyFix(analyse(text), title);

  it('add what an op cannot do without, with a value of its type', () => {
    const text = 'process:\n  - llm_extract_mapper:\n      input_keys: [text]  # the text\n  - words_num_filter:\n';
    expect(mended(text, 'Add output_schema')).toBe('process:\n  - llm_extract_mapper:\n      input_keys: [text]  # the text\n      output_schema: {}\n  - words_num_filter:\n');
    expect(mended('process:\n  - llm_extract_mapper:', 'Add input_keys')).toBe('process:\n  - llm_extract_mapper:\n        input_keys: []');
    expect(analyse('process: [llm_extract_mapper: {}]\n').findings.flatMap(({ fixes }) => fixes)).toEqual([]);
  });

  it('swap ends of a range of snapshots, and name the model that a tokenizer needs', () => {
    const dataset = 'dataset:\n  configs:\n    - type: remote\n      source: commoncrawl\n      start_snapshot: 2020-50\n      end_snapshot: "2019-01"\nprocess:\n  - words_num_filter:\n';
    expect(mended(dataset, 'Swap start_snapshot and end_snapshot')).toContain('start_snapshot: "2019-01"\n      end_snapshot: 2020-50\n');
    expect(mended('process:\n  - document_minhash_deduplicator:\n      tokenization: sentencepiece\n', 'Add tokenizer_model')).toContain('tokenization: sentencepiece\n      tokenizer_model: ""\n');
  });

  it('take out what is needless', () => {
    const text = 'use_checkpoint: true  # for later\nop_fusion: true\nprocess:\n  - words_num_filter:\n      min_num: 3\n      max_num: 5\n      min_num: 4\n';
    expect(mended(text, 'Remove use_checkpoint')).toBe(text.slice(text.indexOf('op_fusion')));
    expect(mended(text, 'Remove the first min_num')).toBe(text.replace('      min_num: 3\n', ''));
  });
});
