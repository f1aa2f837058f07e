import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lookAtData } from '../../../language-server/data/look.ts';
import { matchesGlob } from '../../../language-server/data/globs.ts';
import { analyse, withFacts } from '../../../language-server/service.ts';
import { codesByLine } from '../../support/recipe-marks.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-recipe-data-'));
mkdirSync(join(folder, 'configs'));
mkdirSync(join(folder, 'data'));
writeFileSync(join(folder, 'data', 'a.jsonl'), '{"instruction": "x", "output": "y", "images": "a.jpg", "score": 1}\n{"instruction": "z", "tags": ["a"]}\n');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function findings(text: string): Promise<string[]> {
  const analysis = analyse(text);
  if (analysis.recipe === null) throw new Error('no recipe');
  return codesByLine(withFacts(analysis, await lookAtData(analysis.recipe, join(folder, 'configs', 'r.yaml'))));
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

  it('says so where the default column is not there', async () => {
    expect(await findings('dataset_path: data/a.jsonl\nprocess:\n  - words_num_filter:\n')).toEqual(['1 missing-column']);
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
