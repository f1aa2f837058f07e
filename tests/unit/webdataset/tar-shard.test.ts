import { appendFileSync, truncateSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { openTar } from '../../../extension/engine/shards/webdataset/open.ts';
import type { Shard } from '../../../extension/engine/shards/shard.ts';
import { GRID_LIMITS, ROW_LIMITS, WHOLE_LIMITS, type Value, type ValueLimits } from '../../../extension/protocol/values.ts';
import { END, header, member, record, Workbench } from './archive.ts';

const bench = new Workbench();
const { signal } = new AbortController();
const open: Shard[] = [];

afterAll(async () => {
  for (const shard of open) await shard.close();
  bench.clear();
});

async function shardOf(...parts: Buffer[]): Promise<Shard> {
  return opened(bench.write(`${open.length}.tar`, ...parts));
}

async function opened(path: string, compression: 'none' | 'gzip' = 'none'): Promise<Shard> {
  const shard = await openTar(path, compression, bench.context);
  open.push(shard);
  await shard.settled();
  return shard;
}

/** The whole table, rows as records; a missing field is left out. */
async function table(shard: Shard, limits: ValueLimits = ROW_LIMITS): Promise<Record<string, Value>[]> {
  const { rows, columns } = shard.state();
  const read = await shard.read({ start: 0, end: rows, columns: columns.map(({ index }) => index), limits }, signal);
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(
      columns.flatMap(({ name }, column): [string, Value][] => {
        const value = read[column]?.[row] ?? null;
        return typeof value === 'object' && value?.type === 'missing' ? [] : [[name, value]];
      }),
    ),
  );
}

const messages = (shard: Shard): string[] => shard.state().notices.map(({ message }) => message);

describe('samples', () => {
  test('columns in order of appearance, text, JSON and bytes as values, holes as missing', async () => {
    const shard = await shardOf(
      member('a.JPG', '\xff\xd8\xff\xe0jpeg'),
      member('a.txt', 'ein Satz'),
      member('b.json', '{"n": 9007199254740993, "n": [1]}'),
      member('b.cls', '7'),
      member('b.npy', '\x93NUMPY'),
      END,
    );
    expect(shard.state()).toMatchObject({ format: 'webdataset', rows: 2, rowsComplete: true, notices: [] });
    expect(shard.state().columns.map(({ name, kind }) => [name, kind])).toEqual([
      ['__key__', 'text'],
      ['jpg', 'image'],
      ['txt', 'text'],
      ['json', 'struct'],
      ['cls', 'text'],
      ['npy', 'bytes'],
    ]);
    const [a, b] = await table(shard);
    expect(a).toMatchObject({ __key__: 'a', jpg: { type: 'bytes', size: Buffer.byteLength('\xff\xd8\xff\xe0jpeg') }, txt: 'ein Satz' });
    expect(Object.keys(a!)).toEqual(['__key__', 'jpg', 'txt']);
    expect(b).toMatchObject({ __key__: 'b', cls: '7', json: { entries: [['n', { type: 'number', text: '9007199254740993' }], ['n', { type: 'list' }]] } });
  });

  test('a key that comes again later is a new sample; a second field of one name gets its own column', async () => {
    const shard = await shardOf(
      member('k1.txt', '1'),
      member('k2.txt', '2'),
      member('k1.txt', '3'),
      member('k1.TXT', '4'),
      member('k1.txt', '5'),
      END,
    );
    expect(await table(shard)).toEqual([
      { __key__: 'k1', txt: '1' },
      { __key__: 'k2', txt: '2' },
      { __key__: 'k1', txt: '3', 'txt (2)': '4', 'txt (3)': '5' },
    ]);
    expect((await shard.members(2, signal))?.map(({ name, field }) => [name, field])).toEqual([
      ['k1.txt', 'txt'],
      ['k1.TXT', 'TXT'],
      ['k1.txt', 'txt'],
    ]);
  });

  test('directories, links, metadata and names without a dot are no part of a sample, and do not break one', async () => {
    const shard = await shardOf(
      member('d/', '', { flag: '5' }),
      member('./d/a.txt', 'x'),
      member('d/__info__.json', '{}'),
      member('d/README', 'no dot'),
      header('d/link.txt', 0, { flag: '2', link: 'a.txt' }),
      member('d/a.cls', '1'),
      END,
    );
    expect(await table(shard)).toEqual([{ __key__: 'd/a', txt: 'x', cls: '1' }]);
    expect((await shard.members(0, signal))?.map(({ name }) => name)).toEqual(['./d/a.txt', 'd/a.cls']);
    expect(messages(shard).join('\n')).toMatch(/1 members have no field[^]*1 members are links/);
  });

  test('names with .. and absolute names are text', async () => {
    const shard = await shardOf(member('../../etc/passwd.txt', 'x'), member('/root/.ssh/id.txt', 'y'), END);
    expect((await table(shard)).map((row) => row['__key__'])).toEqual(['../../etc/passwd', '/root/.ssh/id']);
  });

  test('magic bytes win over a text suffix; text that is no UTF-8 and JSON that does not parse say where', async () => {
    const shard = await shardOf(
      member('a.txt', Buffer.from([0xff, 0xd8, 0xff, 0xe0])),
      member('b.txt', Buffer.from([0x61, 0x62, 0xe4, 0x63])),
      member('c.json', '{"a": }'),
      member('d.json', ''),
      member('e.txt', ''),
      END,
    );
    const [a, b, c, d, e] = await table(shard);
    expect(a!.txt).toMatchObject({ type: 'bytes', size: 4 });
    expect(b!.txt).toMatchObject({ type: 'invalid', message: expect.stringContaining('at byte 2') as string });
    expect(c!.json).toMatchObject({ type: 'invalid', text: '{"a": }', message: expect.stringContaining('byte 6') as string });
    expect(d!.json).toMatchObject({ type: 'invalid' });
    expect(e!.txt).toBe('');
  });

  test('limits cut text and bytes and tell the true size; only the head of a large member is read', async () => {
    const size = 4 * 1024 * 1024;
    const shard = await shardOf(member('a.txt', 'ä'.repeat(size / 2)), member('a.bin', Buffer.alloc(size, 1)), member('b.bin', ''), END);
    const before = shard.state().bytesRead;
    const [a] = await table(shard, GRID_LIMITS);
    expect(a!.txt).toEqual({ type: 'text', text: 'ä'.repeat(256), length: size });
    expect(a!.bin).toMatchObject({ type: 'bytes', size, head: new Uint8Array(64).fill(1) });
    expect(shard.state().bytesRead - before).toBeLessThan(8192);
    const [whole] = await table(shard, WHOLE_LIMITS);
    expect(whole!.txt).toHaveLength(size / 2);
  });

  test('JSON above 16 MiB is not parsed, and says so', async () => {
    const shard = await shardOf(member('a.json', `"${'x'.repeat(16 * 1024 * 1024)}"`), END);
    const [a] = await table(shard, WHOLE_LIMITS);
    expect(a!.json).toMatchObject({ type: 'invalid', message: 'The JSON has 16777218 bytes; Loupe parses up to 16777216 of a member.' });
  });

  test('small gzip members are opened; a bomb and a broken one stay bytes', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const shard = await shardOf(member('a.txt.gz', gzipSync('inside')), member('b.txt.gz', bomb), member('c.txt.gz', 'no gzip'), END);
    const [a, b, c] = await table(shard);
    expect(a!['txt.gz']).toBe('inside');
    expect(b!['txt.gz']).toMatchObject({ type: 'bytes', size: bomb.length });
    expect(c!['txt.gz']).toMatchObject({ type: 'bytes', size: 7 });
  });

  test('sparse members are filled with zeros, up to a limit', async () => {
    const records = record('GNU.sparse.size', String(2 ** 40)) + record('GNU.sparse.map', '3,3');
    const shard = await shardOf(member('x', records, { flag: 'x' }), member('a.bin', 'abc'), member('b.bin', 'after'), END);
    const [a, b] = await table(shard);
    expect(a!.bin).toMatchObject({ type: 'bytes', size: 2 ** 40 });
    expect(Buffer.from((a!.bin as { head: Uint8Array }).head.subarray(0, 8)).toString('latin1')).toBe('\0\0\0abc\0\0');
    expect(b!.bin).toMatchObject({ size: 5 });
  });

  test('place and metadata tell sample, offset, dialects and the share of each field', async () => {
    const shard = await shardOf(member('a.txt', '12'), member('a.cls', '1'), member('b.txt', '3456'), END);
    expect(await shard.place(1, signal)).toBe('sample b (byte 2048)');
    expect(await shard.raw(1, signal)).toBeNull();
    const { properties, schema, tables } = await shard.metadata(signal);
    expect(Object.fromEntries(properties)).toMatchObject({ Samples: '2', Members: '3', Dialects: 'ustar', 'Bytes in members': '7', 'End mark': 'at byte 3072' });
    expect(schema[2]).toMatchObject({ name: 'cls', details: [['samples', '1 of 2 (50 %)'], ['bytes', '1'], ['smallest', '1'], ['mean', '1'], ['largest', '1']] });
    expect(tables.find(({ title }) => title === 'Members')).toMatchObject({ total: 3, rows: [['a.txt', 'file', '2', '512', '0644', ''], ['a.cls', 'file', '1', '1536', '0644', ''], ['b.txt', 'file', '4', '2560', '0644', '']] });
  });
});

describe('an archive that is no WebDataset', () => {
  test('shows its members: name, type, size, mode, time, link, content', async () => {
    const shard = await shardOf(
      member('src/', '', { flag: '5', mode: 0o755 }),
      member('Makefile', 'all:\n'),
      header('link', 0, { flag: '2', link: 'Makefile' }),
      member('data', Buffer.from([0, 1, 2])),
      END,
    );
    expect(shard.state().format).toBe('tar');
    const mtime = { type: 'temporal', text: '2023-11-14 22:13:20+00' };
    expect(await table(shard)).toEqual([
      { name: 'src/', type: 'directory', size: { type: 'number', text: '0' }, mode: '0755', mtime },
      { name: 'Makefile', type: 'file', size: { type: 'number', text: '5' }, mode: '0644', mtime, content: 'all:\n' },
      { name: 'link', type: 'symbolic link', size: { type: 'number', text: '0' }, mode: '0644', mtime, link: 'Makefile' },
      { name: 'data', type: 'file', size: { type: 'number', text: '3' }, mode: '0644', mtime, content: { type: 'bytes', size: 3, head: new Uint8Array([0, 1, 2]) } },
    ]);
    expect((await shard.members(2, signal))?.[0]).toEqual({ name: 'link', field: '', size: 0, offset: -1, type: 'symbolic link' });
  });

  test('packed sources without a common suffix are one', async () => {
    const names = ['a.c', 'b.h', 'c.py', 'd.md', 'e.rs'];
    expect((await shardOf(...names.map((name) => member(name, name)), END)).state().format).toBe('tar');
    expect((await shardOf(...names.map((name) => member(`${name}.txt`, name)), END)).state()).toMatchObject({ format: 'tar' });
  });

  test('more than 512 fields are one', async () => {
    const members = Array.from({ length: 600 }, (_, at) => [member(`${at}.txt`, ''), member(`${at}.f${at}`, '')]).flat();
    const few = await shardOf(...members.slice(0, 200), END);
    expect(few.state()).toMatchObject({ format: 'webdataset', rows: 100 });
    // Decided by the first members; the fields beyond the 512 are in no column and counted.
    const many = await shardOf(...members, END);
    expect(many.state()).toMatchObject({ format: 'webdataset', rows: 600 });
    expect(many.state().columns).toHaveLength(513);
    expect(messages(many).join()).toContain('89 members have a field beyond the 512');
    const odd = await shardOf(...Array.from({ length: 600 }, (_, at) => member(`one.f${at}`, '')), END);
    expect(odd.state().columns.length).toBeLessThanOrEqual(513);
  });

  test('an archive of nothing but end marks has no members', async () => {
    const shard = await shardOf(END);
    expect(shard.state()).toMatchObject({ rows: 0, rowsComplete: true, notices: [{ message: 'The archive has no members.' }] });
  });
});

describe('bad archives', () => {
  const three = [member('a.txt', '1'), member('b.txt', 'x'.repeat(2000)), member('c.txt', '3')] as const;

  test('cut off inside a member: what comes before is whole, byte and member are named', async () => {
    const shard = await opened(bench.write('cut.tar', Buffer.concat(three).subarray(0, 2500)));
    expect(messages(shard)).toEqual(['The archive is cut off at byte 2500, inside member b.txt: 964 of its 2000 bytes are there. Everything before is whole.']);
    const [a, b] = await table(shard);
    expect(a!.txt).toBe('1');
    expect(b!.txt).toMatchObject({ type: 'text', text: 'x'.repeat(964), length: 2000 });
  });

  test('cut off inside a header, and ended without its mark', async () => {
    const cut = await opened(bench.write('header.tar', Buffer.concat([three[0], three[1].subarray(0, 100)])));
    expect(messages(cut)).toEqual(['The archive is cut off at byte 1124, inside the header at byte 1024; the last whole member is a.txt.']);
    const open = await shardOf(three[0]);
    expect(open.state().notices).toEqual([expect.objectContaining({ severity: 'info', message: expect.stringContaining('without its end mark') as string })]);
  });

  test('a bad checksum: the next sound header is found', async () => {
    const bad = Buffer.from(three[1]);
    bad.write('z', 0);
    const shard = await shardOf(three[0], bad, three[2], END);
    expect((await table(shard)).map((row) => row['__key__'])).toEqual(['a', 'c']);
    expect(messages(shard)).toEqual(['The header at byte 1024 is bad: its checksum does not hold. 2560 bytes were skipped.']);
  });

  test('a lone zero block is stepped over; what comes behind the end mark is named, not shown', async () => {
    const shard = await shardOf(three[0], Buffer.alloc(512), three[2], END, member('d.txt', 'x'), END);
    expect((await table(shard)).map((row) => row['__key__'])).toEqual(['a', 'c']);
    expect(messages(shard)).toEqual([
      'A lone zero block is at byte 1024; the archive goes on behind it.',
      expect.stringContaining('more bytes that look like another archive; they are not shown'),
    ]);
  });

  test('no tar at all is refused with the file and the place', async () => {
    const path = bench.write('noise.tar', Buffer.alloc(4096, 'noise'));
    await expect(openTar(path, 'none', bench.context)).rejects.toMatchObject({ code: 'malformed', place: 'byte 0', message: expect.stringContaining('noise.tar') as string });
    await expect(openTar(bench.write('empty.tar'), 'none', bench.context)).rejects.toMatchObject({ code: 'malformed' });
    await expect(openTar(`${path}.gone`, 'none', bench.context)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a shard that shrinks while it is open is an error that says so; one that grows still reads', async () => {
    const path = bench.write('changing.tar', ...three, END);
    const shard = await opened(path);
    appendFileSync(path, 'more');
    expect(await table(shard)).toHaveLength(3);
    expect(messages(shard)).toEqual(['changing.tar grew while it was open; what was added shows when it is opened again.']);
    truncateSync(path, 600);
    await expect(table(shard)).rejects.toMatchObject({ code: 'changed', message: expect.stringMatching(/changing\.tar shrank from \d+ to 600 bytes/) as string });
  });

  test('a shard that is overwritten while it is open is an error too', async () => {
    const path = bench.write('overwritten.tar', ...three, END);
    const shard = await opened(path);
    bench.write('overwritten.tar', Buffer.alloc(Buffer.concat([...three, END]).length, 'z'));
    await expect(table(shard)).rejects.toMatchObject({ code: 'changed' });
  });

  test('a million-fold nesting of JSON and a name of a mebibyte are only data', async () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    const name = `${'n'.repeat(500_000)}.json`;
    const shard = await shardOf(member('x', record('path', name), { flag: 'x' }), member('short', deep), END);
    const [row] = await table(shard);
    expect(row!['__key__']).toMatchObject({ type: 'text', length: 500_000 });
    expect(JSON.stringify(row!.json).length).toBeLessThan(100_000);
  });
});

describe('while the index grows', () => {
  test('rows are there before the index is complete, a read waits for those that are not, memory stays in tables', async () => {
    const count = 20_000;
    const parts = Array.from({ length: count }, (_, at) => member(`${String(at).padStart(6, '0')}.txt`, String(at)));
    const path = bench.write('growing.tar', ...parts, END);
    const shard = await openTar(path, 'none', bench.context);
    open.push(shard);
    const early = shard.state();
    expect(early).toMatchObject({ format: 'webdataset', rowsComplete: false, progress: { total: early.fileSize } });
    expect(early.rows).toBeLessThan(count);
    const [texts] = await shard.read({ start: count - 2, end: count + 5, columns: [1], limits: GRID_LIMITS }, signal);
    expect(texts).toEqual([String(count - 2), String(count - 1)]);
    await shard.settled();
    expect(shard.state().progress).toBeUndefined();
    expect(shard.state()).toMatchObject({ rows: count, rowsComplete: true });
  });

  test('the data of large members is not read', async () => {
    const large = Buffer.alloc(256 * 1024, 7);
    const shard = await shardOf(...Array.from({ length: 100 }, (_, at) => member(`${at}.bin`, large)), END);
    const { rows, fileSize, bytesRead } = shard.state();
    expect(rows).toBe(100);
    expect(bytesRead).toBeLessThan(fileSize * 0.08);
  });

  test('an aborted read and a closed shard end with the abort', async () => {
    const shard = await shardOf(member('a.txt', '1'), END);
    const controller = new AbortController();
    controller.abort();
    await expect(shard.read({ start: 0, end: 1, columns: [0], limits: GRID_LIMITS }, controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
    await shard.close();
    open.splice(open.indexOf(shard), 1);
    await expect(shard.read({ start: 0, end: 1, columns: [0], limits: GRID_LIMITS }, signal)).rejects.toThrow();
  });

  test('a gzip tar is read through its decompressed copy; cut off, it keeps what came before', async () => {
    const random = Buffer.alloc(200_000);
    for (let at = 0; at < random.length; at++) random[at] = (at * at * 31) >> 3;
    const archive = Buffer.concat([member('a.txt', 'first'), member('b.bin', random), member('c.txt', 'last'), END]);
    const whole = await opened(bench.write('whole.tar.gz', gzipSync(archive)), 'gzip');
    expect(whole.state()).toMatchObject({ compression: 'gzip', rows: 3, notices: [] });
    expect((await table(whole)).map((row) => row['txt'])).toEqual(['first', undefined, 'last']);
    const cut = await opened(bench.write('cut.tar.gz', gzipSync(archive).subarray(0, 2000)), 'gzip');
    expect((await table(cut))[0]).toEqual({ __key__: 'a', txt: 'first' });
    expect(cut.state().notices.map(({ severity }) => severity)).toContain('error');
  });
});
