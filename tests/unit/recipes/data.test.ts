import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { DataColumn } from '../../../extension/protocol/recipes.ts';
import type { ColumnKind } from '../../../extension/protocol/shards.ts';
import { lookAtData } from '../../../language-server/data/look.ts';
import { namesIn } from '../../../language-server/data/paths.ts';
import { suggest } from '../../../language-server/features/completion.ts';
import { matchesGlob } from '../../../language-server/data/globs.ts';
import { analyse, withFacts, type Analysis } from '../../../language-server/service.ts';
import { applyFix, codesByLine } from '../../support/recipe-marks.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-recipe-data-'));
mkdirSync(join(folder, 'configs'));
mkdirSync(join(folder, 'data'));
const LINES = '{"instruction": "x", "output": "y", "images": "a.jpg", "score": 1}\n{"instruction": "z", "tags": ["a"]}\n';
writeFileSync(join(folder, 'data', 'a.jsonl'), LINES);
writeFileSync(join(folder, 'data', 'a.jsonl.gz'), gzipSync(LINES));
writeFileSync(join(folder, 'data', 'a.jsonl.zst'), zstdCompressSync(LINES));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const column = (name: string, kind: ColumnKind): DataColumn => ({ name, type: kind, kind });

async function against(text: string, open: readonly DataColumn[] | null = null): Promise<Analysis> {
  const analysis = analyse(text);
  if (analysis.recipe === null) throw new Error('no recipe');
  const facts = await lookAtData(analysis.recipe, join(folder, 'configs', 'r.yaml'));
  return withFacts(analysis, open === null ? facts : { ...facts, columns: { columns: open, of: 'open.parquet', named: false } });
}

async function findings(text: string, open: readonly DataColumn[] | null = null): Promise<string[]> {
  return codesByLine(await against(text, open)).filter((code) => !code.endsWith('step-order'));
}

describe('a recipe against its data', () => {
  it('finds files from the folders above, and says which are missing', async () => {
    expect(await findings('text_keys: output\ndataset_path: data/a.jsonl\nprocess:\n  - words_num_filter:\n')).toEqual([]);
    expect(await findings('dataset_path: ./data/b.jsonl\nprocess:\n  - words_num_filter:\n')).toEqual(['1 missing-file']);
    expect(await findings('- source: a\n  steps:\n    - func: substring_filter\n      banlist_from_fname: lists/none.txt\n')).toEqual(['4 missing-file']);
    expect(await findings('documents: [data/documents/*.gz]\ntaggers: [gopher_v1]\n')).toEqual(['1 missing-file']);
  });

  it('leaves addresses, names of the hub and what is filled in later alone', async () => {
    for (const path of ['s3://b/x.jsonl', 'allenai/c4', '0.5 s3://b/x 0.5 s3://b/y', '${HOME}/x.jsonl']) expect(await findings(`dataset_path: ${path}\nnp: 1\nprocess:\n  - words_num_filter:\n`)).toEqual([]);
  });

  it('knows columns that are missing or of another type', async () => {
    expect(await findings('dataset_path: data/a.jsonl\nprocess:\n  - words_num_filter:\n      text_key: outptu\n  - specified_field_filter:\n      field_key: score\ntext_keys: instruction\nimage_key: images\n')).toEqual(['4 missing-column', '8 column-type']);
  });

  it('says so where the default column is not there, and mends it by the setting', async () => {
    const text = 'dataset_path: data/a.jsonl\nprocess:\n  - words_num_filter:\n';
    expect(await findings(text)).toEqual(['1 missing-column']);
    expect(applyFix(await against(text), 'Set text_keys to output')).toBe(`text_keys: output\n${text}`);
    expect(await findings('dataset_path: data/a.jsonl\ntext_keys: output\nprocess:\n  - image_shape_filter:\n')).toEqual(['4 column-type']);
  });

  it('reads columns of compressed files and of the first file in a folder', async () => {
    for (const path of ['data/a.jsonl.gz', 'data/a.jsonl.zst', './data']) expect(await findings(`dataset_path: ${path}\ntext_keys: outptu\nprocess:\n  - words_num_filter:\n`)).toEqual(['2 missing-column']);
  });

  it('says of a shard that is merely open what it would lack, as information', async () => {
    const { findings: found } = await against('process:\n  - image_shape_filter:\n      image_key: urls\n  - words_num_filter:\n      text_key: caption\n', [column('url', 'text'), column('caption', 'text')]);
    expect(found.map(({ code, severity, message }) => `${severity} ${code} ${message}`)).toEqual(['information missing-column The open shard open.parquet has no column urls. Did you mean url?']);
  });

  it('knows types that do not do', async () => {
    const shard = [column('text', 'text'), column('images', 'list'), column('meta', 'struct'), column('n', 'number')];
    expect(await findings('text_keys: n\nprocess:\n  - specified_numeric_field_filter:\n      field_key: images\n  - specified_numeric_field_filter:\n      field_key: meta.score\n  - image_shape_filter:\n', shard)).toEqual(['1 column-type', '4 column-type']);
    expect(await findings('text_field: body\npipeline:\n  - name: word_count_adder\n    kwargs: {text_field: n}\n', [column('n', 'number')])).toEqual(['1 missing-column', '4 column-type']);
  });

  it('takes keys that no step writes from the data, also from inside a column whose type names them', async () => {
    const dclm = '- source: a\n  steps:\n    - func: quality_filter\n      key: hq_prob\n    - func: exact_dedup\n      content_key: ulr\n';
    expect(await findings(dclm)).toEqual(['4 used-before-produced']);
    expect(await findings(dclm, [column('hq_prob', 'number'), column('url', 'text')])).toEqual(['6 missing-column']);
    const { findings: [lacking] } = await against(dclm, [column('hq_probs', 'number'), column('ulr', 'text')]);
    expect(lacking?.message).toMatch(/The open shard open\.parquet has no column hq_prob either\. Did you mean hq_probs\?$/);
    expect(applyFix(await against(dclm, [column('hq_probs', 'number'), column('ulr', 'text')]), 'Change to hq_probs')).toContain('key: hq_probs');
    const datamap = 'pipeline:\n  - name: word_removal_ratio_filter\n    kwargs: {word_count_field: metadata.count, upper_bound: 0.1}\n';
    expect(await findings(datamap, [column('text', 'text')])).toEqual(['3 used-before-produced']);
    expect(await findings(datamap, [column('text', 'text'), column('metadata', 'struct')])).toEqual([]);
    const stats = 'text_keys: text\nprocess:\n  - range_specified_field_selector:\n      field_key: __dj__stats__.text_len\n';
    const exported = (type: string): DataColumn[] => [column('text', 'text'), { name: '__dj__stats__', type, kind: 'struct' }];
    expect(await findings(stats, exported('STRUCT(text_len BIGINT)'))).toEqual([]);
    expect(await findings(stats, exported('STRUCT(num_words BIGINT)'))).toEqual(['4 used-before-produced']);
  });

  it('knows the columns that a condition compares', async () => {
    const shard = [column('text', 'text'), column('score', 'number')];
    expect(await findings('process:\n  - general_field_filter:\n      filter_condition: "scroe > 0.5 and lang == \'en\' and not score.x"\n', shard)).toEqual(['3 missing-column', '3 missing-column']);
    expect(await findings("process:\n  - general_field_filter:\n      filter_condition: score > 0.5 and text in ['en', \"de\"]\n", shard)).toEqual([]);
  });

  it('knows the fields and files of NeMo Curator, as long as no stage may have written them', async () => {
    const recipe = (stage: string): string => `stages:\n  - _target_: nemo_curator.stages.text.io.reader.JsonlReader\n    file_paths: data/a.jsonl\n${stage}  - _target_: nemo_curator.stages.text.filters.score_filter.ScoreFilter\n    text_field: outptu\n    filter_obj:\n      _target_: nemo_curator.stages.text.filters.heuristic.string.WordCountFilter\n`;
    expect(await findings(recipe(''))).toEqual(['5 missing-column']);
    expect(await findings(recipe('  - _target_: my.own.Stage\n'))).toEqual([]);
    expect(await findings(recipe('').replace('a.jsonl', 'none.jsonl'))).toEqual(['3 missing-file']);
  });

  it('leaves alone what an earlier step may have written', async () => {
    const shard = [column('text', 'text')];
    expect(await findings('process:\n  - generate_qa_from_text_mapper:\n  - optimize_qa_mapper:\n      query_key: query\n      response_key: response\n', shard)).toEqual([]);
    expect(await findings('process:\n  - llm_extract_mapper:\n      input_keys: [texts]\n      output_schema: {}\n', shard)).toEqual(['3 missing-column']);
  });
});

describe('names after a path', () => {
  const recipe = join(folder, 'configs', 'r.yaml');
  const named = async (written: string): Promise<string[]> => (await namesIn(recipe, written)).map(({ name, isFolder }) => (isFolder ? `${name}/` : name)).sort();

  it('are of the folder that is written, from the recipe upwards', async () => {
    expect(await named('data/')).toEqual(['a.jsonl', 'a.jsonl.gz', 'a.jsonl.zst']);
    expect(await named('../')).toEqual(['configs/', 'data/']);
    expect(await named('nowhere/')).toEqual([]);
  });

  it('are asked for where a file is named only', () => {
    const { recipe: read } = analyse('dataset_path: data/a\nexport_path: out/a\nprocess:\n  - words_num_filter:\n');
    const at = (offset: number) => suggest(read?.text ?? '', read!.dialect, offset).path?.folder ?? null;
    expect(at('dataset_path: data/a'.length)).toBe('data/');
    expect(at('dataset_path: data/a\nexport_path: out/a'.length)).toBeNull();
  });
});

describe('globs of settings and paths', () => {
  it.each([
    ['/w/pipelines/a.yaml', 'pipelines/*.yaml', true],
    ['/w/pipelines/a.yaml', '**/*.{yml,yaml}', true],
    ['/w/pipelines/a.yaml', '*.json', false],
    ['/w/a/b/c.yaml', 'a/**/c.yaml', true],
    ['/w/ab.yaml', 'b.yaml', false],
  ])('%s of %s: %s', (path, glob, expected) => {
    expect(matchesGlob(path, glob)).toBe(expected);
  });
});
