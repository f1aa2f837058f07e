import { describe, expect, it } from 'vitest';
import { applyFix, expectMarked } from '../../support/recipe-marks.ts';

describe('Dolma', () => {
  it('checks a mix: keys, what a stream needs, and names in expressions', () => {
    const analysis = expectMarked(`
streams:
  - name: a
#   ^^^^ incomplete-parameters error
    documents: [x/*.gz]
    output: {path: out}
  - name: b
    documents: [x/*.gz]
    attributes: [rules]
    output:
      path: out
      max_size: 5
#     ^^^^^^^^ unknown-key error
    filter:
      exclude:
        - "$.attributes[?(@.rules__gopher_v1__fraction_of_characters_in_most_common_2gram[0][2] > 0.2)]"
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ never-produced warning
        - "$@.attributes[?(@.other__gopher_v1__word_count[0][2] < 50)]"
#          ^^ bad-expression warning
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ used-before-produced warning
    span_replacement:
      - span: $.attributes.x
#       ^^^^ incomplete-parameters error
`);
    expect(applyFix(analysis, 'Change to fraction_of_characters_in_most_common_2grams')).toContain('most_common_2grams[0]');
  });

  it('checks a deduplication', () => {
    expectMarked(`
documents:
  - s3://b/docs/*.gz
#   ^^^^^^^^^^^^^^^^ incomplete-parameters error
  - s3://b/doc*/x.gz
dedupe:
  name: x
  documents: {attribute_name: y, key: $.text}
  num_partitions: 4
  partition_index: 4
#                  ^ conflicting-parameters error
bloom_filter:
# The rate is missing.
  file: /tmp/b
  read_only: false
  estimated_doc_count: 1000
`.replace('# The rate is missing.', '^^^^^^^^^^^^ incomplete-parameters error'));
  });

  it('checks taggers, unless modules of the own are named', () => {
    expectMarked(`
documents: [a, b]
destination: [c]
^^^^^^^^^^^ conflicting-parameters error
taggers: [gopher_v1, gopher_v9]
#                    ^^^^^^^^^ unknown-value warning
`);
    expectMarked('documents: [a]\ntagger_modules: [mine]\ntaggers: [mine_v1]\n');
  });
});
