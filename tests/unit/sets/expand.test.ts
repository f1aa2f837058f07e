import { chmodSync, symlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expandBraces } from '../../../extension/engine/sets/braces.ts';
import { expandSet } from '../../../extension/engine/sets/expand.ts';
import { namePattern } from '../../../extension/engine/sets/name-pattern.ts';
import { naturalOrder } from '../../../extension/engine/sets/natural-order.ts';
import { SetFixture } from './fixture.ts';

let fixture: SetFixture;
beforeEach(() => void (fixture = new SetFixture()));
afterEach(() => fixture.end());

const signal = new AbortController().signal;
const write = (...names: string[]): void => names.forEach((name) => fixture.write(name));

async function expand(patterns: readonly string[], followLinks = false): Promise<{ names: string[]; notices: string[] }> {
  const { files, notices } = await expandSet({ kind: 'set', folder: fixture.folder, patterns, followLinks }, signal);
  return { names: files.map(({ name }) => name), notices: notices.map(({ message }) => message) };
}

describe('braces', () => {
  test.each([
    ['a', ['a']],
    ['{00008..00011}.tar', ['00008.tar', '00009.tar', '00010.tar', '00011.tar']],
    ['{9..11}', ['9', '10', '11']],
    ['{3..1}', ['3', '2', '1']],
    ['{0..10..5}', ['0', '5', '10']],
    ['{-1..1}', ['-1', '0', '1']],
    ['part-{a,b}.parquet', ['part-a.parquet', 'part-b.parquet']],
    ['{a,b{1,2}}-{x,y}', ['a-x', 'a-y', 'b1-x', 'b1-y', 'b2-x', 'b2-y']],
    ['{train,}x', ['trainx', 'x']],
    ['{one}', ['{one}']],
    ['{}', ['{}']],
    ['{a,b', ['{a,b']],
    ['a}{b,c}', ['a}b', 'a}c']],
    ['{x}{1..2}', ['{x}1', '{x}2']],
  ])('%s', (pattern, expected) => expect([...expandBraces(pattern)]).toEqual(expected));

  test('come one by one, however many there are', () => {
    const names = expandBraces('{0..999999999999}-{0..999999999999}');
    expect([names.next().value, names.next().value]).toEqual(['0-0', '0-1']);
  });
});

describe('name patterns', () => {
  test.each([
    ['*.jsonl', 'a.jsonl', true],
    ['*.jsonl', '.jsonl', true],
    ['*.jsonl', 'a.json', false],
    ['?.tar', '7.tar', true],
    ['?.tar', '17.tar', false],
    ['[0-4]?[!a]', '3xb', true],
    ['[0-4]?[!a]', '3xa', false],
    ['[', '[', true],
    ['a*b*c', 'aXbXbc', true],
    ['a*b*c', 'aXbXb', false],
    ['a+(b)', 'a+(b)', true],
  ])('%s %s %s', (pattern, name, fits) => expect(namePattern(pattern)(name)).toBe(fits));

  test('take no time that grows with the power of the stars', () => {
    expect(namePattern('*a'.repeat(100))('a'.repeat(99) + 'b'.repeat(10_000))).toBe(false);
  });
});

test('2 comes before 10, a folder stays together, equal numbers have an order', () => {
  const names = ['a10.tar', 'b/2.tar', 'a2.tar', 'b/10.tar', 'b-1.tar', 'a02.tar'];
  expect(names.toSorted(naturalOrder)).toEqual(['a02.tar', 'a2.tar', 'a10.tar', 'b/2.tar', 'b/10.tar', 'b-1.tar']);
});

describe('a folder', () => {
  test('gives its shards in natural order, folders inside too, hidden files and what is about shards left out', async () => {
    write('10.parquet', '2.parquet', 'more/1.parquet', '.hidden.parquet', '.cache/x.parquet', 'readme.md', '2.npy', '2.npz', '00000_stats.json', 'dataset_info.json');
    expect(await expand(['.'])).toEqual({ names: ['2.parquet', '10.parquet', 'more/1.parquet'], notices: [] });
  });

  test('of mixed formats gives the one that most files have, and names the rest', async () => {
    write('a.parquet', 'b.parquet', 'c.jsonl', 'd.json', 'e.json', 'f.json', 'g.json');
    const { names, notices } = await expand(['.']);
    expect(names).toEqual(['a.parquet', 'b.parquet']);
    expect(notices).toEqual(['The table is of Parquet; 5 files of other formats are left out: c.jsonl, d.json, e.json and 2 more.']);
  });

  test('of JSON documents alone gives these', async () => {
    write('a.json', 'b.json', '00000_stats.json');
    expect((await expand(['.'])).names).toEqual(['a.json', 'b.json']);
  });

  test('of img2dataset gives the archives without the tables beside them', async () => {
    write('00000.tar', '00000.parquet', '00000_stats.json', '00001.tar', '00001.parquet', '00001_stats.json');
    expect(await expand(['.'])).toEqual({ names: ['00000.tar', '00001.tar'], notices: [] });
  });

  test('of Dolma or RedPajama gives the documents without what is beside them', async () => {
    write('v1/documents/0.jsonl.gz', 'v1/attributes/tagger/0.jsonl.gz', 'v1/quality_signals/0.signals.json.gz', 'attributes/own.jsonl.gz');
    expect((await expand(['.'])).names).toEqual(['attributes/own.jsonl.gz', 'v1/documents/0.jsonl.gz']);
  });

  test('that is not there or has none gives nothing', async () => {
    write('readme.md');
    expect((await expand(['.', '*.parquet', 'nowhere/*.tar'])).names).toEqual([]);
  });

  test.skipIf(process.getuid?.() === 0)('that may not be read is told', async () => {
    write('a.jsonl', 'closed/b.jsonl');
    chmodSync(fixture.path('closed'), 0);
    const { names, notices } = await expand(['.']);
    chmodSync(fixture.path('closed'), 0o755);
    expect([names, notices.length]).toEqual([['a.jsonl'], 1]);
  });
});

describe('patterns', () => {
  test('of every kind', async () => {
    write('a.jsonl', 'b.jsonl', 'x/c.jsonl', 'x/y/d.jsonl', 'x/y/e.tar', '00001.tar');
    expect((await expand(['*.jsonl'])).names).toEqual(['a.jsonl', 'b.jsonl']);
    expect((await expand(['**/*.jsonl'])).names).toEqual(['a.jsonl', 'b.jsonl', 'x/c.jsonl', 'x/y/d.jsonl']);
    expect((await expand(['x/**/*.jsonl'])).names).toEqual(['x/c.jsonl', 'x/y/d.jsonl']);
    expect((await expand(['x/**'])).names).toEqual(['x/c.jsonl', 'x/y/d.jsonl']);
    expect((await expand(['{b,a}.jsonl', 'x'])).names).toEqual(['b.jsonl', 'a.jsonl', 'x/c.jsonl', 'x/y/d.jsonl']);
    expect((await expand([`${fixture.folder}/x/*.jsonl`])).names).toEqual(['x/c.jsonl']);
    expect((await expand(['{x,.}/*.{jsonl,tar}'])).names).toEqual(['x/c.jsonl', 'a.jsonl', 'b.jsonl', '00001.tar']);
  });

  test('that name a shard without a wildcard count it whether it is there or not', async () => {
    write('00000.tar', '00002.tar');
    expect((await expand(['{00000..00002}.tar'])).names).toEqual(['00000.tar', '00001.tar', '00002.tar']);
    expect((await expand(['gone.parquet'])).names).toEqual(['gone.parquet']);
  });

  test('that are the name of a file mean the file', async () => {
    write('a[1].jsonl', 'a1.jsonl', '{b,c}.jsonl', 'b.jsonl');
    expect((await expand(['a[1].jsonl', '{b,c}.jsonl'])).names).toEqual(['a[1].jsonl', '{b,c}.jsonl']);
  });

  test('that fit one file twice take it once', async () => {
    write('a.jsonl', 'b.jsonl');
    expect((await expand(['b.jsonl', '*.jsonl', '**/**/*.jsonl'])).names).toEqual(['b.jsonl', 'a.jsonl']);
  });

  test('of more files than the limit are an error that names it', async () => {
    await expect(expand(['{000000..200000}.tar'])).rejects.toMatchObject({ code: 'too-large', message: expect.stringContaining('100,000') as string });
  });

  test('end when nobody waits any more', async () => {
    write('a.jsonl');
    const gone = AbortSignal.abort();
    await expect(expandSet({ kind: 'set', folder: fixture.folder, patterns: ['*.jsonl'] }, gone)).rejects.toThrow();
  });
});

describe('links', () => {
  let outside: SetFixture;
  beforeEach(() => {
    outside = new SetFixture();
    outside.write('secret.jsonl');
    outside.write('in/deep.jsonl');
    write('own/a.jsonl');
    symlinkSync(fixture.path('own/a.jsonl'), fixture.path('inside.jsonl'));
    symlinkSync(outside.path('secret.jsonl'), fixture.path('out.jsonl'));
    symlinkSync(outside.path('in'), fixture.path('folder'));
    symlinkSync(fixture.folder, fixture.path('own/circle'));
  });
  afterEach(() => outside.end());

  test('that lead out of the folder are not followed but told; those inside are', async () => {
    const { names, notices } = await expand(['.']);
    expect(names).toEqual(['inside.jsonl', 'own/a.jsonl']);
    expect(notices.join()).toMatch(/^2 links that lead out of the folder.*loupe\.sets\.followLinks/);
  });

  test('are followed when that is asked for, or when they are named', async () => {
    expect((await expand(['.'], true)).names).toEqual(['folder/deep.jsonl', 'inside.jsonl', 'out.jsonl', 'own/a.jsonl']);
    expect((await expand(['out.jsonl'])).names).toEqual(['out.jsonl']);
  });
});
