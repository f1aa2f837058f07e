import { describe, it } from 'vitest';
import { expectMarked } from '../../support/recipe-marks.ts';

describe('NeMo Curator', () => {
  it('knows classes by every path, and what they take', () => {
    expectMarked(`
input_path: ???
stages:
  - _target_: nemo_curator.stages.text.io.reader.JsonlReader
    file_paths: \${input_path}
    feilds: null
#   ^^^^^^ unknown-parameter error
  - _target_: nemo_curator.stages.text.filters.score_filter.ScoreFilter
    filter_obj:
      _target_: nemo_curator.stages.text.filters.heuristic.string.WordCountFilter
      min_words: 100
      max_words: 50
#                ^^ min-above-max error
    text_field: \${text_feld}
#                 ^^^^^^^^^ used-before-produced error
  - _target_: nemo_curator.stages.text.io.writer.JsonlWritr
#             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ unknown-op error
    path: out
  - _target_: my.own.Stage
    anything: 1
`);
  });

  it('knows the names that packages lend, and shares', () => {
    expectMarked(`
stages:
  - _target_: nemo_curator.stages.text.classifiers.QualityClassifier
  - _target_: nemo_curator.stages.text.filters.score_filter.ScoreFilter
    filter_obj:
      _target_: nemo_curator.stages.text.filters.heuristic.string.BulletsFilter
      max_bullet_lines_ratio: 90
#                             ^^ out-of-range warning
`);
  });

  it('wants stages or one workflow', () => {
    expectMarked(`
execution_mode: batch
^^^^^^^^^^^^^^ ignored-setting warning
backend: ray_data
stages:
  - _target_: nemo_curator.stages.text.io.writer.JsonlWriter
    path: out
workflow: []
^^^^^^^^ conflicting-parameters error
`);
  });
});
