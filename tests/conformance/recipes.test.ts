import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyse, type Analysis } from '../../language-server/service.ts';
import { codesByLine } from '../support/recipe-marks.ts';
import { corpusFolder, reportSkipped } from './corpus.ts';

const corpus = corpusFolder();
const folder = corpus === null ? null : join(corpus, 'recipes');

interface Published {
  readonly file: string;
  readonly repo: string;
}

const published: readonly Published[] = folder === null || !existsSync(join(folder, 'MANIFEST.json')) ? [] : (JSON.parse(readFileSync(join(folder, 'MANIFEST.json'), 'utf8')) as Published[]);

/** The corpus has Data-Juicer's recipes of v1.4.3; the hub's are for it too. */
const AS_PUBLISHED = { override: null, versions: { 'data-juicer': '1.4.3' } };

function read(file: string): Analysis {
  return analyse(readFileSync(join(folder ?? '', file), 'utf8'), AS_PUBLISHED);
}

/** Errors in recipes that their project ships, each with the reason why it is one. */
const ERRORS: Readonly<Record<string, string>> = {
  'data-juicer/dj__configs__config_all.yaml:998 unsupported-executor': 'the file lists every op and is never run: without a cluster the op asks ray.cluster_resources() when it is made, and fails',
  'data-juicer/dj__configs__config_all.yaml:1001 unsupported-executor': 'as above',
  'data-juicer/dj__configs__config_all.yaml:1005 unsupported-executor': 'as above',
  'data-juicer/dj__configs__config_all.yaml:1010 unsupported-executor': 'as above',
  'data-juicer/dj__configs__config_all.yaml:1122 unknown-key': '`notification` is no key of the parser, which refuses it (seen with that of 1.6.1)',
  'data-juicer/dj__configs__config_all.yaml:1141 unknown-key': '`annotation` is no key of the parser',
  'dolma/dolma__tests__config__filepath-bad.json:3 incomplete-parameters': 'a fixture of a path without a folder `documents`',
};

/** What is wrong in published recipes, found by reading the programs' code: the line and the code of each. */
const TRUE_FINDINGS: Readonly<Record<string, readonly string[]>> = {
  'data-juicer/dj__configs__config_all.yaml': ['198 renamed-parameter', '282 yaml-surprise', '359 yaml-surprise', '408 renamed-parameter', '651 renamed-parameter', '652 renamed-parameter', '1027 renamed-parameter'],
  'data-juicer/dj__configs__optimization__op_reorder_showcase.yaml': ['15 unknown-parameter', '20 unknown-parameter', '37 unknown-parameter', '49 unknown-parameter'],
  'data-juicer/dj__tests__config__demo_4_test_bad_val.yaml': ['20 out-of-range'],
  'data-juicer/dj__tests__config__demo_4_test_multiple_text_keys.yaml': ['8 ignored-setting'],
  'datamap-rs/datamap__configs__all_dressed__all_dressed_config.yaml': ['116 renamed-parameter', '123 renamed-parameter', '128 renamed-parameter', '134 renamed-parameter'],
  'datamap-rs/datamap__configs__dclm__dclm_config.yaml': ['78 renamed-parameter', '85 renamed-parameter', '90 renamed-parameter', '96 renamed-parameter'],
  ...Object.fromEntries(['v1_5__mixing__cc-head', 'v1_5__mixing__cc-middle', 'v1_5__mixing__cc-tail'].map((name) => [`dolma/dolma__configs__dolma-${name}.yaml`, ['52 never-produced', '56 never-produced', '60 never-produced', '88 bad-expression']])),
  ...Object.fromEntries(['v1_6__mixing__cc-head', 'v1_6__mixing__cc-middle', 'v1_6__mixing__cc-tail'].map((name) => [`dolma/dolma__configs__dolma-${name}.yaml`, ['54 never-produced', '58 never-produced', '62 never-produced', '102 bad-expression']])),
  'dolma/dolma__configs__dolma-v1_5__mixing__c4.yaml': ['27 used-before-produced', '55 never-produced', '59 never-produced', '63 never-produced', '91 bad-expression'],
  'dolma/dolma__configs__test__test_config_jsonpath.yaml': ['32 never-produced', '33 never-produced'],
  'dolma/dolma__tests__config__mixer-validator-jsonpath.yaml': ['32 never-produced', '33 never-produced'],
  'dolma/dolma__tests__config__filepath-bad.json': ['3 incomplete-parameters'],
};

const SILENT = /^(?:dataverse|opusfilter)\//;
/** Settings of other commands of the same projects. */
const OTHER_COMMANDS = /tokenizer|minhash_groupfilter_config/;

describe.skipIf(folder === null)('published recipes', () => {
  test.each(published.map(({ file }) => file).filter((file) => !file.startsWith('LICENSES')))('%s', (file) => {
    const analysis = read(file);
    const dialect = analysis.recipe?.dialect.id ?? null;
    if (SILENT.test(file) || OTHER_COMMANDS.test(file)) {
      expect(dialect).toBeNull();
      return;
    }
    expect(dialect).toBe(file.split('/')[0]);
    const errors = analysis.findings.filter(({ severity }) => severity === 'error').map(({ code, start }) => `${file}:${analysis.lines.position(start).line + 1} ${code}`);
    for (const error of errors) if (ERRORS[error] !== undefined) console.log(`${error}: ${ERRORS[error]}`);
    expect(errors.filter((error) => ERRORS[error] === undefined)).toEqual([]);
    expect(codesByLine(analysis)).toEqual(expect.arrayContaining([...(TRUE_FINDINGS[file] ?? [])]));
  });

  test('are there for every true finding', () => {
    const files = new Set(published.map(({ file }) => file));
    expect(Object.keys(TRUE_FINDINGS).filter((file) => !files.has(file))).toEqual([]);
  });
});

if (folder === null) reportSkipped('recipes', 'all published recipes');
