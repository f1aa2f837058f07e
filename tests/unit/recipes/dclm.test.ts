import { describe, it } from 'vitest';
import { expectMarked } from '../../support/recipe-marks.ts';

describe('DCLM', () => {
  it('knows functions and what they take, with what is passed on to splitters', () => {
    expectMarked(`
- source: cc
  weight: 1.0
  steps:
    - func: page_length_filter
      length_type: sentence
      min_length: 3
      tokenizer: nltk
    - func: page_length_filter
      length_type: word
      tokenizer: nltk
#     ^^^^^^^^^ conflicting-parameters error
    - func: bulet_count_filter
#           ^^^^^^^^^^^^^^^^^^ unknown-op error
    - func: my.own.function
      anything: 1
    - commit
    - func: stop_word_filter
      min_stop_words: 2
#     ^^^^^^^^^^^^^^ unknown-parameter error
`);
  });

  it('looks for the keys that filters read among what enrichers wrote', () => {
    expectMarked(`
- source: cc
  steps:
    - func: detect_lang_whole_page_enricher
      model: fasttext
    - func: language_filter
      key: language_id_whole_page_langdetect
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ used-before-produced warning
      keep_languages: [en, no]
#                          ^^ yaml-surprise warning
    - func: word_removal_ratio_filter
      prev_word_count_key: words
#                          ^^^^^ used-before-produced error
    - func: word_counter_enricher
      key: words
`);
  });

  it('knows the rules of the run', () => {
    expectMarked(`
- source: cc
  steps:
    - func: exact_dedup
#           ^^^^^^^^^^^ step-order error
      content_key: url
    - func: substring_filter
#           ^^^^^^^^^^^^^^^^ incomplete-parameters error
    - func: split_lines_modifier
#           ^^^^^^^^^^^^^^^^^^^^ used-before-produced warning
    - func: alphanumeric_char_ratio_filter
      max_alnum_ratio: 0.3
#                      ^^^ mistaken-meaning hint
`);
  });

  it('takes numbers as PyYAML does', () => {
    expectMarked(`
- source: cc
  steps:
    - func: page_length_filter
      length_type: char
      max_length: 1e5
#                 ^^^ yaml-surprise warning
`);
  });
});
