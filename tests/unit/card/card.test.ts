import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sizeCategory } from '../../../extension/engine/card/head.ts';
import { EVERYTHING, type Query } from '../../../extension/protocol/queries.ts';
import { QueryEngine } from '../../support/query-engine.ts';
import { float32, npz } from '../sidecars/arrays.ts';

let engine: QueryEngine;
beforeAll(async () => {
  engine = await QueryEngine.start();
});
afterAll(() => engine.stop());

async function card(path: string, query: Query = EVERYTHING): Promise<string> {
  const { shard } = await engine.open(path);
  return (await engine.request('shard/card', { shard, query, corrections: [] })).text;
}

describe('the head of a card', () => {
  it('names features, splits, sizes and files as Hugging Face does', async () => {
    const path = await engine.parquet(
      'typed.parquet',
      `SELECT range AS id, 1::UTINYINT AS small, 1.5::DECIMAL(20,3) AS price, 0.5::FLOAT AS score, 'x' AS "odd: name", TIMESTAMP '2020-01-01' AS time, DATE '2020-01-01' AS day,
        [[1.5::DOUBLE]] AS matrix, [{'label': 'a', 'box': [1::INTEGER]}] AS objects, {'bytes': '\\xFF\\xD8\\xFF\\xE0'::BLOB, 'path': 'p'} AS image, 'x'::BLOB AS raw FROM range(1200)`,
    );
    const [, head] = (await card(path)).split('---\n');
    expect(head).toMatch(/^size_categories:\n- 1K<n<10K\nconfigs:\n- config_name: default\n {2}data_files:\n {2}- split: train\n {4}path:\n {4}- "typed.parquet"\ndataset_info:\n/);
    expect(head).toContain(
      [
        '  features:',
        ...['  - name: "id"', '    dtype: int64', '  - name: "small"', '    dtype: uint8', '  - name: "price"', '    dtype: decimal128(20, 3)', '  - name: "score"', '    dtype: float32', '  - name: "odd: name"', '    dtype: string'],
        ...['  - name: "time"', '    dtype: timestamp[us]', '  - name: "day"', '    dtype: date32', '  - name: "matrix"', '    list:', '      list: float64'],
        ...['  - name: "objects"', '    list:', '    - name: "label"', '      dtype: string', '    - name: "box"', '      list: int32', '  - name: "image"', '    dtype: image', '  - name: "raw"', '    dtype: binary'],
        ...['  splits:', '  - name: train', '    num_examples: 1200', '  download_size: '],
      ].join('\n'),
    );
    expect(head).toMatch(/\n {2}download_size: \d+\n$/);
  });

  it('leaves features out where one of them has no name there', async () => {
    const text = await card(await engine.parquet('map.parquet', "SELECT MAP {'a': 1} AS m"));
    expect(text).not.toContain('features:');
    expect(text).toContain('num_examples: 1\n');
  });

  it.each([
    [0, 'n<1K'],
    [999, 'n<1K'],
    [1_000, '1K<n<10K'],
    [9_999_999, '1M<n<10M'],
    [1e12, 'n>1T'],
  ])('%i rows are %s', (rows, name) => expect(sizeCategory(rows)).toBe(name));
});

describe('a card', () => {
  const laion = `SELECT 'http://x/' || range AS "URL", 'text' AS "TEXT", range / 100 AS similarity, 'en' AS "LANGUAGE" FROM range(100)`;

  it('says what scores mean and who published the filters that the columns allow', async () => {
    const text = await card(await engine.parquet('laion.parquet', laion));
    expect(text).toContain('| similarity | cosine | higher | -1 to 1 | LAION-5B (arXiv 2210.08402)');
    expect(text).toMatch(/## Published filters that these columns allow\n[^]*\| LAION-2B-en \| [^\n]* \| LAION-5B, arXiv 2210.08402 \|/);
    expect(text).toMatch(/similarity {2}DOUBLE\n {2}rows 100, distinct 100\n {2}min 0.0, max 0.99/);
  });

  it('of a filtered view counts its rows, and names the filters that were applied', async () => {
    const path = await engine.parquet('laion-2.parquet', laion);
    const { shard } = await engine.open(path);
    const { presets } = await engine.request('shard/scores', { shard, corrections: [] });
    const preset = presets.find(({ id }) => id === 'laion-2b-en');
    const text = await card(path, { conditions: preset?.conditions ?? [], sort: [] });
    expect(text).toContain('72 rows, filtered out of one file');
    expect(text).toContain('num_examples: 72\n');
    expect(text).not.toContain('download_size');
    expect(text).toMatch(/## Published filters that were applied\n[^]*LAION-2B-en/);
    expect(text).not.toContain('LAION-Aesthetics');
    expect(text).toMatch(/similarity {2}DOUBLE\n {2}rows 72/);
  });

  it('says which columns come from the files beside the shard, which are none of its features', async () => {
    const path = await engine.parquet('joined.parquet', 'SELECT range AS id FROM range(3)');
    await writeFile(join(engine.folder, 'joined.npz'), npz({ clip: float32([1, 2, 3]) }));
    const text = await card(path);
    expect(text).toContain('| id | BIGINT | 0 % | 3 |\n| clip | float32, from joined.npz | 0 % | 3 |');
    expect(text.split('---\n')[1]).not.toContain('clip');
  });

  it('lets no name or value out of its place', async () => {
    const path = join(engine.folder, 'hostile.jsonl');
    await writeFile(path, `${JSON.stringify({ 'a|b\n# c <script>': '```\n<img src=x>\n````' })}\n`);
    const text = await card(path);
    expect(text).toContain('| a\\|b<br># c \\<script> |');
    expect(text).toMatch(/\n`{5}text\n[^]*\n`{5}\n$/);
    expect(text.split('\n').some((line) => line.startsWith('# c') || line.startsWith('<'))).toBe(false);
  });
});
