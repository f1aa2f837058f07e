import { describe, expect, it } from 'vitest';
import { applyFix, expectMarked } from '../../support/recipe-marks.ts';

describe('datamap-rs', () => {
  it('says what is silently ignored, and what makes it stop', () => {
    const analysis = expectMarked(`
name: x
text_field: text
pipeline:
  - name: substring_line_modifier
    kwargs:
      banlist: a
      max_length: 10
#     ^^^^^^^^^^ renamed-parameter warning
  - name: text_len_filter
    lower_bound: 5
#   ^^^^^^^^^^^ unknown-parameter warning
    kwargs:
      lower_bound: "5"
#                  ^^^ wrong-type warning
  - name: url_substring_filter
#         ^^^^^^^^^^^^^^^^^^^^ missing-parameter error
    kwargs:
      banlist_file: x.txt
  - name: nope_filter
#         ^^^^^^^^^^^ unknown-op error
`);
    expect(applyFix(analysis, 'Rename to max_len')).toContain('max_len: 10');
  });

  it('takes no for text, as YAML 1.2 does, and knows Rust regular expressions', () => {
    expectMarked(`
pipeline:
  - name: string_eq_filter
    kwargs: {str_field: lang, eq: no}
  - name: regex_line_modifier
    kwargs:
      regex: '(?!a)b'
#            ^^^^^^^^ regex-flavour error
`);
  });

  it('hints at filters that let everything through, and at counts that nobody made', () => {
    expectMarked(`
pipeline:
  - name: word_len_filter
#         ^^^^^^^^^^^^^^^ filter-off hint
  - name: word_removal_ratio_filter
    kwargs:
      word_count_field: original_word_count
#                       ^^^^^^^^^^^^^^^^^^^ used-before-produced warning
      upper_bound: 0.05
`);
  });

  it('knows shares', () => {
    expectMarked(`
pipeline:
  - name: bullet_filter
    kwargs: {max_bullet_ratio: 90}
#                              ^^ out-of-range warning
`);
  });

  it('refuses two steps of one name', () => {
    expectMarked(`
pipeline:
  - name: non_null_filter
    step: a
  - name: non_null_filter
    step: a
#         ^ conflicting-parameters error
  - name: non_null_filter
    step: step_final
#         ^^^^^^^^^^ conflicting-parameters error
`);
  });
});
