import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { END, member } from '../webdataset/archive.ts';
import { file, openFile, table, texts } from './fixture.ts';

const lines = (...records: string[]): string => records.map((record) => `${record}\n`).join('');

describe('lines that DuckDB reads otherwise than we do', () => {
  test.each<[string, string, string, string | null]>([
    ['a trailing comma', '{"a": 1,}', 'BIGINT', null],
    ['NaN as no Python writes it', '{"a": nan}', 'BIGINT', null],
    ['an infinity as no Python writes it', '{"b": [-inf], "a": 1}', 'BIGINT', null],
    ['NaN', '{"a": NaN}', 'DOUBLE', 'nan'],
    ['an infinity', '{"a": -Infinity}', 'DOUBLE', '-inf'],
    ['a key twice', '{"a": 1, "a": 2}', 'BIGINT', '2'],
    ['a key twice, once as an escape', '{"a": 1, "\\u0061": 2}', 'BIGINT', '2'],
    ['half a surrogate pair', '{"a": "x\\ud800"}', 'VARCHAR', 'x\ufffd'],
    ['bytes that are no UTF-8', '{"a": "\xff"}', 'VARCHAR', '\ufffd'],
    ['a number of many digits', '{"a": 0.1000000000000000055511151231257827}', 'DECIMAL(35,34)', '0.1000000000000000055511151231257827'],
    ['a number beyond DOUBLE', '{"a": 1e400}', 'VARCHAR', '1e400'],
    ['a number next to zero', '{"a": 1e-400}', 'VARCHAR', '1e-400'],
    ['two values', '{"a": 1} {"a": 2}', 'BIGINT', null],
    ['no object', '5', 'BIGINT', '-'],
    ['an object behind a byte-order mark', '\xef\xbb\xbf{"a": 3}', 'BIGINT', null],
    ['a form feed alone', '\f', 'BIGINT', null],
  ])('%s', async (_, line, type, text) => {
    const shard = await openFile(file(Buffer.from(lines('{"a": 7}', line, '{"a": 8}'), 'latin1')));
    const { types, columns } = await table(shard, ['a']);
    expect([types, columns[0]?.[1]]).toEqual([[type], text]);
    expect([Number(columns[0]?.[0]), Number(columns[0]?.[2])]).toEqual([7, 8]);
  });

  test('values before the last of a key written twice have a column, and so have rows that are no objects', async () => {
    const shard = await openFile(file(lines('{"a": 1, "a": {"x": 1.50}}', '[1, 2]', '"s"', 'null')));
    const { types, columns } = await table(shard, ['a', 'a (earlier)', '(value)', 'a.x']);
    expect(types).toEqual(['VARCHAR', 'BIGINT', 'VARCHAR', 'DOUBLE']);
    expect(columns).toEqual([['{"x":1.50}', '-', '-', '-'], ['1', '-', '-', '-'], ['-', '[1,2]', 's', null], ['1.5', '-', '-', '-']]);
  });

  test('a line that is too long for DuckDB', async () => {
    const text = 'long '.repeat(4_000_000);
    const shard = await openFile(file(lines('{"a": 1, "t": "x"}', JSON.stringify({ a: 2, t: text }), '{"a": 3}')));
    const { columns } = await table(shard, ['a', 't']);
    expect(columns[0]).toEqual(['1', '2', '3']);
    expect([columns[1]?.[0], columns[1]?.[1] === text, columns[1]?.[2]]).toEqual(['x', true, '-']);
  });

  test('more keys than are looked up', async () => {
    const wide = (more: string): string => `{${Array.from({ length: 100 }, (_, at) => `"k${at}": ${at}`).join(', ')}${more}}`;
    const shard = await openFile(file(lines(wide(''), wide(', "k99": "again"'), wide(', "x": nan'), wide(', "x": NaN'))));
    const { columns } = await table(shard, ['k3', 'k99', 'x']);
    expect(columns).toEqual([['3', '3', '-', '3'], ['99', 'again', '-', '99'], ['-', '-', '-', 'nan']]);
  });
});

describe('types are those of the whole column', () => {
  const many = Array.from({ length: 3_000 }, (_, at) => at);
  test.each<[string, (row: number) => number | boolean | null, string, string, string]>([
    ['integers', (row) => row, '-9007199254740993', 'BIGINT', '-9007199254740993'],
    ['integers, one beyond 64 bit', (row) => row, '18446744073709551616', 'HUGEINT', '18446744073709551616'],
    ['integers, one a float', (row) => row, '0.5', 'DOUBLE', '0.5'],
    ['floats, one an integer beyond 2^53', (row) => row + 0.5, '9007199254740993', 'DECIMAL(17,1)', '9007199254740993.0'],
    ['booleans', (row) => row % 2 === 0, 'true', 'BOOLEAN', 'true'],
    ['numbers, one a text', (row) => row / 8, '"x"', 'VARCHAR', 'x'],
    ['numbers, one an object', (row) => row, '{"b": [1, "c"]}', 'VARCHAR', '{"b":[1,"c"]}'],
    ['nulls, one a number', () => null, '7', 'BIGINT', '7'],
  ])('%s', async (_, value, last, type, text) => {
    const shard = await openFile(file(lines(...many.map((row) => JSON.stringify({ a: value(row) })), `{"a": ${last}}`)));
    const { types, columns } = await table(shard, ['a']);
    expect([types[0], columns[0]?.at(-1)]).toEqual([type, text]);
    const second = value(1);
    const secondText = typeof second === 'number' && type === 'DOUBLE' ? `${second}.0` : String(second);
    expect(columns[0]?.[1]).toBe(second === null ? null : secondText);
  });

  test('numbers of a mixed column keep the digits that the file has', async () => {
    const shard = await openFile(file(lines('{"a": 1.10}', '{"a": 1e2}', '{"a": "t"}', '{"a": -7}')));
    expect((await table(shard, ['a'])).columns[0]).toEqual(['1.10', '1e2', 't', '-7']);
  });

  test('null is told from missing', async () => {
    const shard = await openFile(file(lines('{"a": null, "b": {"c": null}}', '{"b": {}}', '{"a": 1, "b": null}')));
    const { columns } = await table(shard, ['a', 'b.c', 'b']);
    expect(columns).toEqual([[null, '-', '1'], [null, '-', '-'], ['{"c":null}', '{}', null]]);
  });

  test('keys of any spelling, fields inside objects and not inside lists', async () => {
    const keys = ['a b', 'a.b', '*', '', '~1/', '0', "it's", 'back\\slash', 'nul\0', 'é', '$'];
    const record = JSON.stringify(Object.fromEntries(keys.map((key, at) => [key, at])));
    const shard = await openFile(file(lines(record, '{"0": [5, 6], "*": {"0": 3, "*": 4}}')));
    const indexes = keys.map((key) => ({ index: shard.state().columns.find(({ name }) => name === key)?.index ?? -1, fields: [] as string[] }));
    const [zero, star] = [indexes[5]?.index ?? -1, indexes[2]?.index ?? -1];
    const wanted = [...indexes, { index: zero, fields: ['0'] }, { index: star, fields: ['0'] }, { index: star, fields: ['*'] }];
    const relation = await shard.relation(wanted, () => undefined, new AbortController().signal);
    const columns = await texts(relation);
    expect(columns.map(([first]) => first)).toEqual([...keys.map((_, at) => String(at)), '-', '-', '-']);
    expect(columns.slice(keys.length).map(([, second]) => second)).toEqual(['-', '3', '4']);
  });
});

describe('other layouts', () => {
  const records = ['{"a": 1,\n "t": "x"}', '{"a":\n2.5}', '{"a": 3, "a": 4}', '{"a": "line\nbreak"}', '"s"'];
  test.each([
    ['an array', `[${records.join(',\n')}]`],
    ['an array in an object', `{"version": [0], "data": [${records.join(', ')}], "end": {}}`],
  ])('%s', async (_, text) => {
    const { types, columns } = await table(await openFile(file(text, 'json')), ['a', 't', '(value)']);
    expect(types).toEqual(['DOUBLE', 'VARCHAR', 'VARCHAR']);
    expect(columns[0]).toEqual(['1.0', '2.5', '4.0', null, '-']);
    expect(columns[2]?.[4]).toBe('s');
  });

  test('an array with nothing between two commas keeps its rows in line', async () => {
    const { columns } = await table(await openFile(file('[{"a": 1},,{"a": 3}]', 'json')), ['a']);
    expect([columns[0]?.[0], columns[0]?.[2], columns[0]?.length]).toEqual(['1', '3', 3]);
  });

  test.each([['gzip', 'gz', gzipSync], ['zstd', 'zst', zstdCompressSync]] as const)('lines in %s', async (_, suffix, pack) => {
    const shard = await openFile(file(pack(lines('{"a": 1}', '', '{"a": 2}')), `jsonl.${suffix}`));
    expect((await table(shard, ['a'])).columns[0]).toEqual(['1', '2']);
  });

  test('an archive: key, text, JSON and its fields, and of bytes the size', async () => {
    const archive = Buffer.concat([
      member('a.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0])),
      member('a.txt', 'a "caption"\nof two lines'),
      member('a.json', '{"score": 0.5, "size": {"width": 640}, "id": 18446744073709551615}'),
      member('b.txt', Buffer.from([0x41, 0xff])),
      member('b.json', '{"score": 1, "size": null}'),
      member('c.jpg', Buffer.alloc(70)),
      member('c.json', '{"score": }'),
      END,
    ]);
    const { types, columns } = await table(await openFile(file(archive, 'tar')), ['__key__', 'jpg', 'txt', 'json', 'json.score', 'json.size.width', 'json.id']);
    expect(types).toEqual(['VARCHAR', 'BIGINT', 'VARCHAR', 'VARCHAR', 'DOUBLE', 'BIGINT', 'HUGEINT']);
    expect(columns).toEqual([
      ['a', 'b', 'c'],
      ['4', '-', '70'],
      ['a "caption"\nof two lines', null, '-'],
      ['{"score":0.5,"size":{"width":640},"id":18446744073709551615}', '{"score":1,"size":null}', null],
      ['0.5', '1.0', '-'],
      ['640', '-', '-'],
      ['18446744073709551615', '-', '-'],
    ]);
  });

  test('an archive that is no WebDataset: its members', async () => {
    const archive = Buffer.concat([member('folder/', '', { flag: '5' }), member('README', 'hello'), member('Makefile', 'all:'), END]);
    const shard = await openFile(file(archive, 'tar'));
    expect(shard.state().format).toBe('tar');
    const { types, columns } = await table(shard, ['name', 'size', 'content']);
    expect(types).toEqual(['VARCHAR', 'BIGINT', 'VARCHAR']);
    expect(columns.map((column) => column[1])).toEqual(['README', '5', 'hello']);
  });

  test('a shard without rows, and a table without columns', async () => {
    const empty = await openFile(file('', 'jsonl'));
    expect(await empty.relation([], () => undefined, new AbortController().signal)).toMatchObject({ rows: 0 });
    const shard = await openFile(file('{"a": 1}\n{"a": 2}\n'));
    expect((await table(shard, [])).columns).toEqual([]);
  });
});
