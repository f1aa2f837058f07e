import { afterAll, describe, expect, test } from 'vitest';
import { openTar } from '../../../extension/engine/shards/webdataset/open.ts';
import type { LintFinding } from '../../../extension/protocol/lint.ts';
import { END, member, Workbench } from './archive.ts';

const bench = new Workbench();
const { signal } = new AbortController();
let archives = 0;

afterAll(() => bench.clear());

const PNG = Buffer.from('\x89PNG\r\n\x1a\n more', 'latin1');
const JPEG = Buffer.from('\xff\xd8\xff\xe0 more', 'latin1');

async function lint(...parts: Buffer[]): Promise<readonly LintFinding[]> {
  const shard = await openTar(bench.write(`${archives++}.tar`, ...parts), 'none', bench.context);
  try {
    return await shard.lint(signal);
  } finally {
    await shard.close();
  }
}

const sample = (key: string, json = '{}', image = JPEG): Buffer[] => [member(`${key}.jpg`, image), member(`${key}.json`, json), member(`${key}.txt`, 'words')];

describe('lint of a WebDataset', () => {
  test('finds nothing in a sound one, whichever order its members have', async () => {
    expect(await lint(...sample('a'), member('b.json', '{}'), member('b.txt', ''), member('b.PNG', PNG), ...sample('c'), END)).toEqual([]);
  });

  test('names keys out of order once, and keys that come again', async () => {
    const found = await lint(...sample('b'), ...sample('a'), ...sample('c'), member('b.cls', '1'), END);
    expect(found.map(({ code, row }) => [code, row])).toEqual([
      ['key-order', 1],
      ['key-again', 3],
      ['missing-field', 3],
    ]);
    expect(found[1]?.message).toContain('row 1');
  });

  test('names what a sample lacks, and pictures too many', async () => {
    const found = await lint(...sample('a'), ...sample('b'), member('c.jpg', JPEG), member('c.png', PNG), END);
    expect(found.map(({ code, row, place }) => [code, row, place])).toEqual([
      ['missing-field', 2, 'sample c'],
      ['two-images', 2, 'sample c'],
    ]);
    expect(found[0]?.message).toContain('json, txt');
  });

  test('names JSON that does not parse with its byte, and pictures that are not what they are called', async () => {
    const found = await lint(...sample('a', '{"x": }'), ...sample('b', '{}', PNG), ...sample('c', '{}', Buffer.from('no picture')), ...sample('d', '[1]', Buffer.alloc(0)), END);
    expect(found.map(({ code, row }) => [code, row])).toEqual([
      ['bad-json', 0],
      ['image-suffix', 1],
      ['no-image', 2],
      ['no-image', 3],
    ]);
    expect(found[0]).toMatchObject({ place: 'sample a, member json', message: expect.stringContaining('byte 6') as string });
    expect(found[1]?.message).toContain('PNG');
    expect(found[3]?.message).toContain('empty');
  });

  test('names a cut archive', async () => {
    const whole = Buffer.concat([...sample('a'), ...sample('b')]);
    expect((await lint(whole.subarray(0, whole.length - 700))).map(({ code }) => code)).toContain('archive');
  });

  test('lists two hundred of a kind and counts the rest', async () => {
    const parts = Array.from({ length: 260 }, (_, row) => sample(String(row).padStart(4, '0'), '{'));
    const found = await lint(...parts.flat(), END);
    expect(found.filter(({ code }) => code === 'bad-json')).toHaveLength(201);
    expect(found.at(-1)?.message).toContain('60 more');
  });
});
