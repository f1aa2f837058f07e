import { crc32 } from 'node:zlib';
import { DECIMAL, DATE, BOOLEAN, DOUBLE, FLOAT, INTEGER, LIST, STRUCT, TIMESTAMP, UINTEGER, UUID, VARCHAR, type DuckDBType } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { compressLz4, compressSnappy } from '../../../extension/engine/shards/parquet-editing/block-encoders.ts';
import { canCompress, compressPage } from '../../../extension/engine/shards/parquet-editing/compress-page.ts';
import { encodePage } from '../../../extension/engine/shards/parquet-editing/encode-page.ts';
import { WrittenColumn } from '../../../extension/engine/shards/parquet-editing/written-column.ts';
import { writeLeaf } from '../../../extension/engine/shards/parquet-editing/written-leaf.ts';
import { assemble } from '../../../extension/engine/shards/parquet-pages/assemble.ts';
import { expandLz4, expandSnappy } from '../../../extension/engine/shards/parquet-pages/block-codecs.ts';
import { columnShape } from '../../../extension/engine/shards/parquet-pages/column-shape.ts';
import { DecodedPage, type Slot } from '../../../extension/engine/shards/parquet-pages/decoded-page.ts';
import { expandPage } from '../../../extension/engine/shards/parquet-pages/expand-page.ts';
import type { ColumnLayout, Leaf, SchemaBranch } from '../../../extension/engine/shards/parquet-pages/layout.ts';
import { bitWidth, decodeRuns, encodeRuns } from '../../../extension/engine/shards/parquet-pages/level-runs.ts';
import { parsePageHeader } from '../../../extension/engine/shards/parquet-pages/page-header.ts';
import { integerItem, THRIFT, ThriftStruct } from '../../../extension/engine/shards/parquet-pages/thrift.ts';
import { readJson } from '../../../extension/engine/shards/jsonl/json-reader.ts';
import { WHOLE_LIMITS, type Value } from '../../../extension/protocol/values.ts';
import { below, runSeed, seededRandom } from '../../support/random.ts';
import { ThriftWriter } from '../../support/thrift-writer.ts';

const random = seededRandom(runSeed());
const json = (text: string): Value => readJson(Buffer.from(text), WHOLE_LIMITS).value;

/** Bytes that repeat here and there. */
function repetitive(length: number): Buffer {
  const parts: Buffer[] = [];
  for (let size = 0; size < length; size += parts.at(-1)?.length ?? 0) {
    const before = parts[below(random, Math.max(1, parts.length))];
    parts.push(before !== undefined && random() < 0.6 ? before : Buffer.from(Array.from({ length: 1 + below(random, 90) }, () => below(random, 256))));
  }
  return Buffer.concat(parts).subarray(0, length);
}

describe('compression of pages', () => {
  it('is undone by the readers of each codec', async () => {
    for (const length of [0, 1, 3, 12, 13, 70, 1_000, 70_000, 300_000]) {
      const bytes = repetitive(length);
      expect(Buffer.from(expandSnappy(compressSnappy(bytes), length)).equals(bytes), `snappy ${length}`).toBe(true);
      expect(Buffer.from(expandLz4(compressLz4(bytes), length)).equals(bytes), `lz4 ${length}`).toBe(true);
      for (const codec of ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'ZSTD', 'LZ4_RAW', 'LZ4']) {
        expect(Buffer.from(await expandPage(codec, await compressPage(codec, bytes), length)).equals(bytes), `${codec} ${length}`).toBe(true);
      }
    }
    expect(compressSnappy(Buffer.alloc(100_000)).length).toBeLessThan(6_000);
    expect(compressLz4(Buffer.alloc(100_000)).length).toBeLessThan(1_000);
    expect(canCompress('LZO')).toBe(false);
  });
});

describe('levels', () => {
  it('are read again as they were written', () => {
    for (let round = 0; round < 300; round++) {
      const maximum = 1 + below(random, 6);
      const values = Uint8Array.from({ length: below(random, 200) }, () => 0);
      for (let at = 0; at < values.length; ) {
        const [level, run] = [below(random, maximum + 1), 1 + below(random, random() < 0.3 ? 40 : 3)];
        values.fill(level, at, at + run);
        at += run;
      }
      const into = new Uint8Array(values.length);
      decodeRuns(encodeRuns(values, bitWidth(maximum)), bitWidth(maximum), into);
      expect([...into]).toEqual([...values]);
    }
  });
});

describe('ThriftStruct', () => {
  const bytes = new ThriftWriter().i32(1, -5).i64(2, 2 ** 40).text(4, 'é').i32s(5, []).struct(7, (inside) => inside.i32(1, 1)).structs(20, [1, 2], (each, value) => each.i32(1, value)).end();

  it('writes what it does not change as it was read, to the byte', () => {
    expect(ThriftStruct.read(bytes).struct.encode().equals(bytes)).toBe(true);
    expect(ThriftStruct.read(Buffer.concat([bytes, Buffer.from('rest')]))).toMatchObject({ end: bytes.length });
    const far = new ThriftStruct().setInteger(400, 1).setInteger(3, 2).encode();
    expect(ThriftStruct.read(far).struct.encode().equals(far)).toBe(true);
    expect(ThriftStruct.read(far).struct.number(400)).toBe(1);
  });

  it('keeps the width of integers and the type of empty lists', () => {
    const { struct } = ThriftStruct.read(Buffer.from([0x14, 6, 0x19, 0x05, 0x00]));
    expect(struct.integer(1)).toBe(3n);
    expect(struct.setInteger(1, 300).encode()).toEqual(Buffer.from([0x14, 0xd8, 0x04, 0x19, 0x05, 0x00]));
    expect(struct.items(2)).toEqual([]);
  });

  it('reads and sets fields of every kind', () => {
    const { struct } = ThriftStruct.read(bytes);
    expect([struct.number(1), struct.integer(2), Buffer.from(struct.binary(4) ?? []).toString(), struct.struct(7)?.number(1), struct.number(9)]).toEqual([-5, 2n ** 40n, 'é', 1, null]);
    expect(struct.structs(20)?.map((each) => each.number(1))).toEqual([1, 2]);
    struct.setBoolean(3, true).setBinary(4, 'other').setItems(5, THRIFT.i32, Array.from({ length: 20 }, (_, i) => integerItem(i - 10))).remove(7);
    const again = ThriftStruct.read(struct.encode()).struct;
    expect([again.boolean(3), Buffer.from(again.binary(4) ?? []).toString(), again.items(5)?.length, again.has(7)]).toEqual([true, 'other', 20, false]);
    expect(() => again.struct(1)).toThrow(/another type/);
  });

  it('says whether bytes are cut or wrong, and follows no depth without end', () => {
    for (let length = 0; length < bytes.length; length++) expect(() => ThriftStruct.read(bytes.subarray(0, length)), `${length}`).toThrow(expect.objectContaining({ isCut: true }));
    expect(() => ThriftStruct.read(Buffer.from([0x1f, 0]))).toThrow(expect.objectContaining({ isCut: false }));
    expect(() => ThriftStruct.read(Buffer.alloc(1_000, 0x1c))).toThrow(/without end/);
    expect(() => ThriftStruct.read(Buffer.from([0x19, 0xf5, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x00]))).toThrow(/early/);
  });
});

describe('values of a leaf', () => {
  const meaning: Leaf['meaning'] = { name: '', unit: '', bits: 32, isSigned: true, scale: 0, precision: 0 };
  const write = (physical: string, of: Partial<Leaf['meaning']>, type: DuckDBType, text: string, typeLength = 0): string => {
    const writer = writeLeaf({ physical, typeLength, meaning: { ...meaning, ...of } }, type);
    if (typeof writer === 'string') return writer;
    const value = json(text);
    return value === null ? 'null' : Buffer.from(writer(value)).toString('hex');
  };

  it('are written as PLAIN has them', () => {
    expect(write('BOOLEAN', {}, BOOLEAN, 'true')).toBe('01');
    expect(write('INT32', {}, INTEGER, '-2')).toBe('feffffff');
    expect(write('INT32', { name: 'INTEGER', isSigned: false }, UINTEGER, '4294967295')).toBe('ffffffff');
    expect(write('FLOAT', {}, FLOAT, '0.5')).toBe('0000003f');
    expect(write('DOUBLE', {}, DOUBLE, 'NaN')).toBe('000000000000f87f');
    expect(write('DOUBLE', {}, DOUBLE, '-Infinity')).toBe('000000000000f0ff');
    const halves = { '0.1': '662e', '65504': 'ff7b', '65519': 'ff7b', '6e-8': '0100', '-0.0': '0080', Infinity: '007c', '2049': '0068', '2051': '0268', '0.00006103': '0004' };
    for (const [text, bytes] of Object.entries(halves)) expect(write('FIXED_LEN_BYTE_ARRAY', { name: 'FLOAT16' }, FLOAT, text, 2), text).toBe(bytes);
    expect(write('INT32', { name: 'DATE' }, DATE, '"1970-01-03"')).toBe('02000000');
    expect(write('INT64', { name: 'TIMESTAMP', unit: 'MILLIS', bits: 64 }, TIMESTAMP, '"1970-01-01 00:00:01.5"')).toBe('dc05000000000000');
    expect(write('INT64', { name: 'TIMESTAMP', unit: 'MICROS', bits: 64 }, TIMESTAMP, '"1970-01-01 02:00:00+02"')).toBe('0000000000000000');
    expect(write('INT32', { name: 'DECIMAL', scale: 2, precision: 9 }, DECIMAL(9, 2), '-1.5')).toBe('6affffff');
    expect(write('FIXED_LEN_BYTE_ARRAY', { name: 'DECIMAL', scale: 1, precision: 20 }, DECIMAL(20, 1), '-0.1', 3)).toBe('ffffff');
    expect(write('BYTE_ARRAY', { name: 'DECIMAL', scale: 0, precision: 20 }, DECIMAL(20, 0), '128')).toBe('0080');
    expect(write('BYTE_ARRAY', { name: 'STRING' }, VARCHAR, '"é"')).toBe('c3a9');
    expect(write('FIXED_LEN_BYTE_ARRAY', { name: 'UUID' }, UUID, '"00112233-4455-6677-8899-aabbccddeeff"', 16)).toBe('00112233445566778899aabbccddeeff');
  });

  it.each<[physical: string, Partial<Leaf['meaning']>, DuckDBType, text: string, fault: RegExp]>([
    ['INT32', { name: 'INTEGER', bits: 8 }, INTEGER, '128', /from -128 to 127/],
    ['INT32', {}, INTEGER, '1.5', /whole number/],
    ['INT32', {}, INTEGER, '"1"', /a number/],
    ['FLOAT', {}, FLOAT, '1e40', /too large/],
    ['DOUBLE', {}, DOUBLE, '1e999', /too large/],
    ['INT32', { name: 'DATE' }, DATE, '"2026-02-30"', /a date/],
    ['INT64', { name: 'TIMESTAMP', unit: 'MILLIS' }, TIMESTAMP, '"2026-02-03 01:02:03.0004"', /3 digits/],
    ['INT32', { name: 'DECIMAL', scale: 2, precision: 4 }, DECIMAL(4, 2), '1.234', /2 digits behind/],
    ['INT32', { name: 'DECIMAL', scale: 2, precision: 4 }, DECIMAL(4, 2), '123.4', /takes 4 digits/],
    ['BYTE_ARRAY', { name: 'STRING' }, VARCHAR, '"\\ud800"', /surrogate/],
    ['BYTE_ARRAY', { name: 'JSON' }, VARCHAR, '"{"', /are JSON/],
    ['BOOLEAN', {}, BOOLEAN, '1', /true or false/],
  ])('%s %j refuses what it could not hold', (physical, of, type, text, fault) => {
    expect(() => write(physical, of, type, text)).toThrow(fault);
  });

  it('are not written where they could not be read back', () => {
    expect(write('INT96', {}, TIMESTAMP, '""')).toMatch(/INT96/);
    expect(write('BYTE_ARRAY', {}, VARCHAR, '""')).toMatch(/bytes, not text/);
  });
});

const leaf = (index: number, repetition: SchemaBranch['repetition'] = 'OPTIONAL'): SchemaBranch => ({ name: `f${index}`, repetition, isContainer: false, children: [], leaf: index });
const group = (repetition: SchemaBranch['repetition'], children: readonly SchemaBranch[], isContainer = false): SchemaBranch => ({ name: 'g', repetition, isContainer, children, leaf: null });
const layoutOf = (root: SchemaBranch, levels: readonly (readonly [repetition: number, definition: number])[]): ColumnLayout => ({
  rowCounts: [],
  root,
  firstLeaf: 0,
  leaves: levels.map(([maxRepetition, maxDefinition]) => ({ name: '', physical: 'BYTE_ARRAY', typeLength: 0, maxRepetition, maxDefinition, meaning: { name: 'STRING', unit: '', bits: 32, isSigned: true, scale: 0, precision: 0 }, chunks: [] })),
});

describe('a column taken apart', () => {
  const listOf = (item: SchemaBranch): SchemaBranch => group('OPTIONAL', [group('REPEATED', [item])], true);
  const cases = [
    { type: VARCHAR, layout: layoutOf(leaf(0), [[0, 1]]), values: ['null', '"a"', '""'] },
    { type: LIST(VARCHAR), layout: layoutOf(listOf(leaf(0)), [[1, 3]]), values: ['null', '[]', '[null]', '["a", null, "b"]'] },
    { type: LIST(LIST(VARCHAR)), layout: layoutOf(listOf(listOf(leaf(0))), [[2, 5]]), values: ['null', '[]', '[null, []]', '[["a"], ["b", null], []]'] },
    { type: STRUCT({ a: VARCHAR, b: LIST(VARCHAR) }), layout: layoutOf(group('OPTIONAL', [leaf(0), listOf(leaf(1))]), [[0, 2], [1, 4]]), values: ['null', '{"a": null, "b": null}', '{"a": "x", "b": ["y", null]}'] },
    { type: LIST(STRUCT({ a: VARCHAR, b: VARCHAR })), layout: layoutOf(listOf(group('OPTIONAL', [leaf(0), leaf(1, 'REQUIRED')])), [[1, 4], [1, 3]]), values: ['[null, {"a": null, "b": "x"}]', '[]'] },
  ];

  it.each(cases)('$type is put together again', ({ type, layout, values }) => {
    const column = WrittenColumn.of(layout, type);
    const shape = columnShape(layout, type);
    if (typeof column === 'string' || shape === null) throw new Error('no shape');
    for (const text of values) expect(assemble(shape, column.places(json(text)), WHOLE_LIMITS), text).toEqual(json(text));
  });

  it('refuses nulls where the schema has none, unknown fields and other types', () => {
    const column = WrittenColumn.of(layoutOf(group('REQUIRED', [leaf(0, 'REQUIRED'), leaf(1)]), [[0, 0], [0, 1]]), STRUCT({ a: VARCHAR, b: VARCHAR }));
    if (typeof column === 'string') throw new Error(column);
    expect(() => column.places(null)).toThrow(/no null/);
    expect(() => column.places(json('{"b": "x"}'))).toThrow(/no null/);
    expect(() => column.places(json('{"a": "x", "c": 1}'))).toThrow(/no field c/);
    expect(() => column.places(json('{"a": "x", "a": "y"}'))).toThrow(/twice/);
    expect(() => column.places(json('"x"'))).toThrow(/an object/);
    expect(column.places(json('{"a": "x"}'))).toEqual([[{ repetition: 0, definition: 0, bytes: Buffer.from('x') }], [{ repetition: 0, definition: 0, bytes: null }]]);
  });
});

describe('a page', () => {
  const type = { physical: 'BYTE_ARRAY', typeLength: 0, maxRepetition: 1, maxDefinition: 2 };
  const places: Slot[] = [
    { repetition: 0, definition: 2, bytes: Buffer.from('a') },
    { repetition: 1, definition: 1, bytes: null },
    { repetition: 0, definition: 0, bytes: null },
    { repetition: 0, definition: 2, bytes: Buffer.from('é'.repeat(500)) },
  ];

  it.each([true, false].flatMap((isSecond) => ['UNCOMPRESSED', 'SNAPPY', 'ZSTD'].map((codec) => ({ isSecond, codec }))))('is read again: $isSecond $codec', async ({ isSecond, codec }) => {
    const { bytes, expanded } = await encodePage(places, type, { isSecond, codec, hasChecksum: true });
    const header = parsePageHeader(bytes);
    if (header === null) throw new Error('no header');
    expect(header).toMatchObject({ kind: isSecond ? 'data-v2' : 'data', values: 4, encoding: 'PLAIN', hasChecksum: true });
    expect(bytes.length).toBe(header.length + header.compressed);
    expect(expanded).toBe(header.length + header.uncompressed);
    expect(ThriftStruct.read(bytes).struct.number(4)).toBe(crc32(bytes.subarray(header.length)) | 0);
    const page = await DecodedPage.from(bytes.subarray(header.length), header, type, codec, null);
    expect(Array.from({ length: 4 }, (_, at) => ({ ...page.slot(at), bytes: page.slot(at).bytes && Buffer.from(page.slot(at).bytes ?? []) }))).toEqual(places);
  });
});
