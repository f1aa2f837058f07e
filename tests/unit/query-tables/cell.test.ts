import { expect, test } from 'vitest';
import { fieldValue, isDouble, tableCell } from '../../../extension/engine/query-tables/cell.ts';
import { decideType, type ColumnFacts } from '../../../extension/engine/query-tables/column-type.ts';
import type { Value } from '../../../extension/protocol/values.ts';

const number = (text: string): Value => ({ type: 'number', text });

test.each([
  ['0.1', true],
  ['-1.5e-7', true],
  ['0.30000000000000002', true],
  ['12345678901234567.0', true],
  ['0.000012345678901234567', true],
  ['NaN', true],
  ['-Infinity', true],
  ['0.0', true],
  ['0e-999', true],
  ['0.1000000000000000055511151231257827', false],
  ['12345678901234567.5', false],
  ['1e400', false],
  ['1e-400', false],
])('a DOUBLE stands for %s: %s', (text, fits) => {
  expect(isDouble(text)).toBe(fits);
});

test.each<[Value | undefined, unknown]>([
  [undefined, { kind: null, text: null }],
  [{ type: 'missing' }, { kind: null, text: null }],
  [null, { kind: 'NULL', text: null }],
  [{ type: 'invalid', text: '{', message: 'no' }, { kind: 'INVALID', text: null }],
  [true, { kind: 'BOOLEAN', text: 'true' }],
  ['a\ud800', { kind: 'VARCHAR', text: 'a\ufffd' }],
  [number('-0'), { kind: 'BIGINT', text: '-0' }],
  [number('18446744073709551616'), { kind: 'BIGINT', text: '18446744073709551616' }],
  [number('1.10'), { kind: 'DOUBLE', text: '1.10' }],
  [number('1e400'), { kind: 'NUMBER', text: '1e400' }],
  [{ type: 'bytes', size: 9, head: new Uint8Array(2) }, { kind: 'BIGINT', text: '9' }],
  [{ type: 'list', items: [number('1'), { type: 'struct', entries: [['a"', null]], length: 1 }], length: 2 }, { kind: 'ARRAY', text: '[1,{"a\\"":null}]' }],
])('the cell of %j', (value, cell) => {
  expect(tableCell(value)).toEqual(cell);
});

test('a field is found by name through objects only, the first of two', () => {
  const inner: Value = { type: 'struct', entries: [['x', number('1')], ['x', number('2')], ['n', null]], length: 3 };
  const value: Value = { type: 'struct', entries: [['a', inner], ['l', { type: 'list', items: [inner], length: 1 }]], length: 2 };
  expect(fieldValue(value, ['a', 'x'])).toEqual(number('1'));
  expect(fieldValue(value, ['a', 'n'])).toBeNull();
  expect(fieldValue(value, ['a', 'n', 'x'])).toBeUndefined();
  expect(fieldValue(value, ['l', '0'])).toBeUndefined();
  expect(fieldValue(value, [])).toBe(value);
});

const NOTHING: ColumnFacts = {
  kinds: new Set(),
  whole: true,
  fitsBigint: true,
  fitsHugeint: true,
  wholeAreDoubles: true,
  restAreDoubles: true,
  decimal: true,
  wholeDigits: 0,
  fractionDigits: 0,
};

test.each<[string, Partial<ColumnFacts>, string, boolean]>([
  ['nothing', {}, 'VARCHAR', false],
  ['nulls', { kinds: new Set(['NULL', 'INVALID']) }, 'VARCHAR', false],
  ['booleans', { kinds: new Set(['BOOLEAN', 'NULL']) }, 'BOOLEAN', false],
  ['text', { kinds: new Set(['VARCHAR']) }, 'VARCHAR', false],
  ['integers', { kinds: new Set(['BIGINT', 'UBIGINT', 'NULL']) }, 'BIGINT', false],
  ['unsigned 64 bit', { kinds: new Set(['UBIGINT']), fitsBigint: false }, 'HUGEINT', false],
  ['floats', { kinds: new Set(['UBIGINT', 'DOUBLE']), whole: false, fitsBigint: false, fitsHugeint: false }, 'DOUBLE', false],
  ['floats and 2^53+1', { kinds: new Set(['UBIGINT', 'DOUBLE']), whole: false, fitsBigint: false, fitsHugeint: false, wholeAreDoubles: false, wholeDigits: 16, fractionDigits: 2 }, 'DECIMAL(18, 2)', false],
  ['long fractions', { kinds: new Set(['NUMBER', 'DOUBLE']), whole: false, fitsBigint: false, fitsHugeint: false, wholeDigits: 1, fractionDigits: 34 }, 'DECIMAL(35, 34)', false],
  ['too many digits', { kinds: new Set(['NUMBER']), whole: false, fitsBigint: false, fitsHugeint: false, wholeDigits: 20, fractionDigits: 19 }, 'VARCHAR', true],
  ['beyond 128 bit', { kinds: new Set(['DOUBLE']), fitsBigint: false, fitsHugeint: false, wholeAreDoubles: false, wholeDigits: 45 }, 'VARCHAR', true],
  ['1e400', { kinds: new Set(['DOUBLE']), whole: false, fitsBigint: false, fitsHugeint: false, restAreDoubles: false, decimal: false }, 'VARCHAR', true],
  ['text and numbers', { kinds: new Set(['VARCHAR', 'DOUBLE']) }, 'VARCHAR', true],
  ['objects and text', { kinds: new Set(['OBJECT', 'VARCHAR']) }, 'VARCHAR', false],
])('a column of %s', (_, facts, sql, ownNumbers) => {
  expect(decideType({ ...NOTHING, ...facts })).toEqual({ sql, ownNumbers });
});
