import { describe, expect, test } from 'vitest';
import { memberDetails, parseEntry, type TarEntry } from '../../../extension/engine/shards/webdataset/tar-entry.ts';
import { parseNumber } from '../../../extension/engine/shards/webdataset/tar-header.ts';
import { END, header, member, record, withChecksum } from './archive.ts';

const GNU = 'ustar  \0';

function entryOf(bytes: Buffer, globals?: ReadonlyMap<string, string>): TarEntry {
  const parsed = parseEntry({ bytes, base: 0 }, 0, globals);
  if (parsed.kind !== 'entry') throw new Error(JSON.stringify(parsed));
  return parsed.entry;
}

describe('number fields', () => {
  test.for([
    ['0000644\0', 0o644],
    ['    644 ', 0o644],
    ['\0\0\0\0\0\0\0\0', 0],
    ['\x80\0\0\0\0\0\x01\0', 256],
    ['\xff\xff\xff\xff\xff\xff\xff\xff', -1],
    ['12x4567\0', Number.NaN],
  ] as const)('%j is %d', ([text, value]) => {
    expect(parseNumber(Buffer.from(text, 'latin1'), 0, 8)).toBe(value);
  });
});

describe('dialects', () => {
  test('v7: no magic, a directory by its trailing slash', () => {
    expect(entryOf(member('a/', '', { flag: '\0', magic: '' }))).toMatchObject({ name: 'a/', flag: '5', dialect: 'v7' });
    expect(entryOf(member('a', 'x', { flag: '\0', magic: '' }))).toMatchObject({ name: 'a', size: 1, dialect: 'v7' });
  });

  test('ustar: prefix and name', () => {
    expect(entryOf(member('b.txt', 'x', { prefix: 'long/way' }))).toMatchObject({ name: 'long/way/b.txt', dialect: 'ustar', dataOffset: 512, next: 1024 });
  });

  test('star: the prefix ends where its times begin', () => {
    const fields = { prefix: 'p'.repeat(131), patch: [[476, '14513727377\0'], [488, '14513727377\0'], [508, 'tar\0']] } as const;
    expect(entryOf(member('b', '', fields))).toMatchObject({ name: `${'p'.repeat(131)}/b`, dialect: 'star' });
  });

  test('GNU: times where ustar has its prefix are no prefix', () => {
    const fields = { magic: GNU, patch: [[345, '14513727377\0'], [357, '14513727377\0']] } as const;
    expect(entryOf(member('b', '', fields))).toMatchObject({ name: 'b', dialect: 'gnu' });
  });

  test('GNU long name and long link in front of the header', () => {
    const long = `${'n'.repeat(200)}.txt`;
    const bytes = Buffer.concat([
      member('././@LongLink', `${long}\0`, { flag: 'L', magic: GNU }),
      member('././@LongLink', `${'k'.repeat(150)}\0`, { flag: 'K', magic: GNU }),
      header('short', 0, { flag: '2', magic: GNU }),
    ]);
    expect(entryOf(bytes)).toMatchObject({ start: 0, header: 2048, name: long, link: 'k'.repeat(150), flag: '2' });
  });

  test('pax: path, linkpath, size and a time with a fraction', () => {
    const records = record('path', 'ä/ö.txt') + record('size', '3') + record('mtime', '1350244992.023960108');
    const bytes = Buffer.concat([member('x', records, { flag: 'x' }), header('short', 0), Buffer.from('abc')]);
    const entry = entryOf(bytes);
    expect(entry).toMatchObject({ name: 'ä/ö.txt', size: 3, dataOffset: 1536, next: 2048, dialect: 'pax' });
    expect(memberDetails({ bytes, base: 0 }, entry)).toEqual({ mode: '0644', mtime: '1350244992.023960108' });
  });

  test('global pax records count where the member has none of its own', () => {
    const bytes = Buffer.concat([member('g', record('path', 'everybody'), { flag: 'g' })]);
    const parsed = parseEntry({ bytes, base: 0 }, 0);
    expect(parsed).toMatchObject({ kind: 'global', next: 1024 });
    const records = parsed.kind === 'global' ? parsed.records : undefined;
    expect(entryOf(member('own', ''), records).name).toBe('everybody');
    const own = Buffer.concat([member('x', record('path', 'mine'), { flag: 'x' }), header('own', 0)]);
    expect(entryOf(own, records).name).toBe('mine');
  });

  test('base-256 size beyond octal', () => {
    const block = header('big', 0);
    block.writeUInt8(0x80, 124);
    block.fill(0, 125, 136);
    block.writeUInt32BE(3, 128);
    block.writeUInt32BE(1, 132);
    expect(entryOf(withChecksum(block)).size).toBe(3 * 2 ** 32 + 1);
  });

  test('a checksum of signed bytes', () => {
    const block = header('x', 0);
    block.write('\xe4\xf6', 0, 'latin1');
    expect(entryOf(withChecksum(block, true)).name).toBe('äö');
  });

  test('names: UTF-8, else Latin-1', () => {
    expect(entryOf(member('mädchen.txt', '')).name).toBe('mädchen.txt');
    expect(entryOf(member('', '', { patch: [[0, 'm\xe4dchen.txt']] })).name).toBe('mädchen.txt');
  });

  test('links, directories and devices have no bytes whatever their size says', () => {
    for (const flag of ['1', '2', '3', '4', '5', '6']) expect(entryOf(header('x', 4096, { flag }))).toMatchObject({ size: 0, next: 512 });
    expect(entryOf(header('x', 700, { flag: '7' }))).toMatchObject({ size: 700, next: 1536 });
  });
});

describe('sparse members', () => {
  test('the old GNU map in the header', () => {
    const map = '00000000000\x0000000000004\0' + '00000001000\x0000000000003\0';
    const fields = { flag: 'S', magic: GNU, patch: [[386, map], [483, '00000002000\0']] } as const;
    expect(entryOf(member('s', 'abcdefg', fields))).toMatchObject({ size: 1024, stored: 7, sparse: [0, 4, 512, 3], dataOffset: 512 });
  });

  test.for([
    ['0.0', record('GNU.sparse.size', '100') + record('GNU.sparse.offset', '10') + record('GNU.sparse.numbytes', '3'), 'abc', 1536],
    ['0.1', record('GNU.sparse.size', '100') + record('GNU.sparse.map', '10,3'), 'abc', 1536],
    ['1.0', record('GNU.sparse.major', '1') + record('GNU.sparse.realsize', '100'), Buffer.concat([Buffer.from('1\n10\n3\n'), Buffer.alloc(505), Buffer.from('abc')]), 2048],
  ] as const)('the pax map of format %s', ([, records, body, dataOffset]) => {
    const bytes = Buffer.concat([member('x', records + record('GNU.sparse.name', 'real'), { flag: 'x' }), member('s', body)]);
    expect(entryOf(bytes)).toMatchObject({ name: 'real', size: 100, stored: 3, sparse: [10, 3], dataOffset });
  });

  test('a map that leads outside is dropped, and the stored bytes are shown', () => {
    const records = record('GNU.sparse.size', '100') + record('GNU.sparse.map', '90,30');
    const entry = entryOf(Buffer.concat([member('x', records, { flag: 'x' }), member('s', 'abc')]));
    expect(entry).toMatchObject({ size: 3, sparse: null });
    expect(entry.flaw).toContain('sparse map');
  });
});

describe('what is no member', () => {
  const kind = (bytes: Buffer): string => parseEntry({ bytes, base: 0 }, 0).kind;

  test('zero blocks, bad checksums, sizes that are no numbers', () => {
    expect(kind(END)).toBe('zero');
    const bad = member('x', 'y');
    bad.write('z', 0);
    expect(kind(bad)).toBe('bad');
    expect(kind(header('x', 0, { patch: [[124, 'many bytes..']] }))).toBe('bad');
  });

  test('more bytes are asked for, never read', () => {
    expect(parseEntry({ bytes: Buffer.alloc(100), base: 0 }, 0)).toEqual({ kind: 'need', end: 512 });
    const long = member('x', record('path', 'p'.repeat(5000)), { flag: 'x' });
    expect(parseEntry({ bytes: long.subarray(0, 1024), base: 0 }, 0)).toEqual({ kind: 'need', end: long.length });
    expect(parseEntry({ bytes: long, base: 0 }, 0)).toEqual({ kind: 'need', end: long.length + 512 });
  });

  test('an extended header of gigabytes is stepped over; a thousand of them in a row are refused', () => {
    expect(parseEntry({ bytes: header('x', 4 * 2 ** 30 - 1, { flag: 'x' }), base: 0 }, 0)).toMatchObject({ kind: 'oversized', next: 4 * 2 ** 30 + 512 });
    const one = member('x', record('comment', ''), { flag: 'x' });
    expect(kind(Buffer.concat(Array.from({ length: 1000 }, () => one)))).toBe('bad');
  });

  test('pax records that break off: what came before counts, and it is said', () => {
    const entry = entryOf(Buffer.concat([member('x', `${record('path', 'good')}99 size=1\n`, { flag: 'x' }), header('short', 0)]));
    expect(entry.name).toBe('good');
    expect(entry.flaw).toContain('damaged');
  });
});
