import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ArrayTable } from '../../../extension/engine/sidecars/array-table.ts';
import type { Value } from '../../../extension/protocol/values.ts';
import { GRID_LIMITS, WHOLE_LIMITS } from '../../../extension/protocol/values.ts';
import { query } from '../../../extension/engine/duckdb/session.ts';
import { SideCarFixture } from './fixture.ts';

interface Reading {
  readonly rows: number;
  readonly values?: readonly (string | boolean)[];
  readonly vectors?: readonly { readonly dimension: number; readonly norm: number }[];
  readonly first?: readonly string[];
}

const ORACLES = join(import.meta.dirname, '../../oracles/numpy');
const { files } = JSON.parse(readFileSync(join(ORACLES, 'readings.json'), 'utf8')) as { readonly files: Record<string, Record<string, Reading>> };
const never = new AbortController().signal;

let fixture: SideCarFixture;
beforeEach(() => void (fixture = new SideCarFixture()));
afterEach(() => fixture.end());

async function open(path: string): Promise<ArrayTable> {
  return ArrayTable.open(path, 'array', fixture.context);
}

/** The value in the words of the oracle; numbers as what their text stands for. */
function plain(value: Value, single: boolean): string | boolean | number {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (value === null || value.type !== 'number') throw new Error(JSON.stringify(value));
  return number(value.text, single);
}

function number(text: string, single: boolean): string | number {
  if (/^-?\d+$/.test(text)) return text;
  const parsed = { nan: NaN, inf: Infinity, '-inf': -Infinity }[text] ?? Number(text);
  return single ? Math.fround(parsed) : parsed;
}

describe.each(Object.entries(files))('%s', (file, readings) => {
  test('is read as numpy reads it', async () => {
    const table = await open(join(ORACLES, file));
    expect(table.arrays.map(({ name }) => name).toSorted()).toEqual(Object.keys(readings).toSorted());
    for (const [index, array] of table.arrays.entries()) {
      const reading = readings[array.name]!;
      const single = /float(16|32)/.test(array.type);
      expect(table.state().rows).toBe(reading.rows);
      const [grid = []] = await table.read({ start: 0, end: 100, columns: [index], limits: GRID_LIMITS }, never);
      if (reading.values !== undefined) expect(grid.map((value) => plain(value, single))).toEqual(reading.values.map((value) => (typeof value === 'string' && array.kind === 'number' ? number(value, single) : value)));
      const [whole = []] = await table.read({ start: 0, end: 1, columns: [index], limits: WHOLE_LIMITS }, never);
      const [first] = whole;
      if (reading.first !== undefined && reading.rows > 0) expect(items(first!).map((item) => plain(item, single))).toEqual(reading.first.map((item) => number(item, single)));
      if (array.kind === 'vector') expect(grid.map((value) => vector(value))).toEqual(reading.vectors!.map(({ dimension, norm }) => ({ dimension, norm: norm.toPrecision(9) })));
    }
    await table.close();
  });

  test('is the same table in DuckDB', async () => {
    const table = await open(join(ORACLES, file));
    const refs = table.arrays.map((_, index) => ({ index, fields: [] }));
    const { from, types } = await table.relation(refs, () => undefined, never);
    const { columns } = await query(`SELECT row::VARCHAR${types.map((_, i) => `, v${i}`).join('')} FROM ${from}`, []);
    const { rows } = table.state();
    expect(columns[0] ?? []).toEqual(Array.from({ length: rows }, (_, row) => String(row)));
    for (const [index, array] of table.arrays.entries()) {
      const [values = []] = await table.read({ start: 0, end: rows, columns: [index], limits: WHOLE_LIMITS }, never);
      const { columns: texts } = await query(`SELECT v${index}::VARCHAR FROM ${from} ORDER BY row`, []);
      if (array.header.rowShape.length === 0) expect((texts[0] ?? []).map(String)).toEqual(values.map(plainText));
      else expect((texts[0] ?? []).map(String)).toEqual(values.map((value) => `[${items(value).map((item) => (typeof item === 'object' && item?.type === 'number' ? item.text : '')).join(', ')}]`));
    }
    await table.close();
  });
});

function plainText(value: Value): string {
  if (typeof value === 'object') return value?.type === 'number' ? value.text : JSON.stringify(value);
  return String(value);
}

function items(value: Value): readonly Value[] {
  if (typeof value !== 'object' || value?.type !== 'list') throw new Error(JSON.stringify(value));
  return value.items;
}

function vector(value: Value): { dimension: number; norm: string } {
  if (typeof value !== 'object' || value?.type !== 'vector') throw new Error(JSON.stringify(value));
  return { dimension: value.dimension, norm: value.norm.toPrecision(9) };
}

describe('what is refused', () => {
  test.each([
    ['refused-objects.npy', 'holds Python objects (pickle), which Loupe never loads'],
    ['refused-objects.npz', 'the array "bad.npy" holds Python objects (pickle)'],
    ['refused-pickle.npy', 'is a Python pickle, which Loupe never loads'],
    ['refused-fortran.npy', 'is stored column by column'],
    ['refused-complex.npy', 'holds complex numbers'],
    ['refused-records.npy', 'holds records of several fields'],
    ['refused-dates.npy', 'holds dates of NumPy’s own kind'],
    ['refused-value.npy', 'is a single value, not rows'],
  ])('%s', async (file, words) => {
    await expect(open(join(ORACLES, file))).rejects.toThrow(words);
  });

  const header = (dictionary: string, data: Uint8Array = new Uint8Array(16)): Buffer => {
    const text = Buffer.from(`${dictionary}\n`);
    const length = Buffer.alloc(2);
    length.writeUInt16LE(text.length);
    return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, text, data]);
  };
  const f4 = (shape: string): string => `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  test.each([
    ['short', header(f4('(5,)')), 'ends at byte'],
    ['long', header(f4('(3,)')), 'has 4 bytes behind its 3 rows'],
    ['huge', header(f4('(4, 9007199254740991)')), 'which is too large'],
    ['code', header("__import__('os').system('true')"), 'has a header that is not NumPy’s'],
    ['negative', header(f4('(-1,)')), 'has a header that is not NumPy’s'],
    ['float shape', header(f4('(1.5,)')), 'has a header that is not NumPy’s'],
    ['deep', header('['.repeat(50)), 'has a header that is not NumPy’s'],
    ['twice', header("{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (4,), }"), 'has a header that is not NumPy’s'],
    ['no shape', header("{'descr': '<f4', 'fortran_order': False, }"), 'without descr, fortran_order and shape'],
    ['version', Buffer.from('\x93NUMPY\x09\x00\x10\x00aaaaaaaaaaaaaaaa', 'latin1'), 'of version 9'],
    ['cut header', Buffer.from("\x93NUMPY\x01\x00\x76\x00{'descr'", 'latin1'), 'ends inside its header'],
    ['text', Buffer.from('just some text, no array'), 'is no NumPy array'],
  ])('%s', async (name, bytes, words) => {
    const path = fixture.write(`${name}.npy`, bytes);
    await expect(open(path)).rejects.toThrow(words);
  });
});

describe('a zip archive that lies', () => {
  const stored = readFileSync(join(ORACLES, 'stored.npz'));
  /** Place of the n-th entry of the directory. */
  const entry = (bytes: Buffer, n: number): number => {
    let at = -1;
    for (let i = 0; i <= n; i++) at = bytes.indexOf('PK\x01\x02', at + 1, 'latin1');
    return at;
  };
  const patched = (patch: (bytes: Buffer) => void): Buffer => {
    const bytes = Buffer.from(stored);
    patch(bytes);
    return bytes;
  };
  test.each([
    ['overlaps', patched((bytes) => bytes.writeUInt32LE(bytes.readUInt32LE(entry(bytes, 0) + 42), entry(bytes, 1) + 42)), 'has members that overlap'],
    ['is longer than there is', patched((bytes) => [20, 24].forEach((at) => bytes.writeUInt32LE(0x7fffffff, entry(bytes, 2) + at))), 'beyond what there is'],
    ['has two sizes', patched((bytes) => bytes.writeUInt32LE(5, entry(bytes, 0) + 24)), 'when unpacked'],
    ['is shorter than its array', patched((bytes) => [24, 20].forEach((at) => bytes.writeUInt32LE(bytes.readUInt32LE(entry(bytes, 0) + at) - 8, entry(bytes, 0) + at))), 'rows of 64 bytes end at byte'],
    ['has members elsewhere', patched((bytes) => bytes.writeUInt32LE(3, entry(bytes, 0) + 42)), 'where its directory says'],
    ['is encrypted', patched((bytes) => bytes.writeUInt16LE(1, entry(bytes, 0) + 8)), 'has the encrypted member'],
    ['is compressed by another method', patched((bytes) => bytes.writeUInt16LE(93, entry(bytes, 0) + 10)), 'compressed by method 93'],
    ['says zip64 where there is none', patched((bytes) => bytes.writeUInt32LE(0xffffffff, bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1') + 16)), 'lacks the zip64 record'],
    ['counts more members', patched((bytes) => bytes.writeUInt16LE(900, bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1') + 10)), 'is damaged'],
    ['is cut', stored.subarray(0, 300), 'or its end is missing'],
  ])('%s', async (name, bytes, words) => {
    await expect(open(fixture.write(`${name}.npz`, bytes))).rejects.toThrow(words);
  });

  test('a compressed array whose bytes are not what its checksum says', async () => {
    const bytes = Buffer.from(readFileSync(join(ORACLES, 'compressed.npz')));
    bytes.writeUInt32LE(1, entry(bytes, 0) + 16);
    await expect(open(fixture.write('checksum.npz', bytes))).rejects.toThrow('cannot be decompressed');
  });
});
