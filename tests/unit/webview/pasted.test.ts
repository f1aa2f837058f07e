import { expect, it } from 'vitest';
import { pastedLines, pastedValues } from '../../../webview/shards/editing/pasted.ts';

it('takes a line a row, with quotes as CSV has them', () => {
  expect(pastedLines('a\nb\n')).toEqual(['a', 'b']);
  expect(pastedLines('a\r\n\r\nb')).toEqual(['a', '', 'b']);
  expect(pastedLines('"one\ntwo, ""three"""\nfour "five"')).toEqual(['one\ntwo, "three"', 'four "five"']);
  expect(pastedLines('"a"\n""')).toEqual(['a', '']);
  expect(pastedLines('\n')).toEqual(['']);
  expect(pastedLines('')).toEqual([]);
});

it('tells the line of a quote that is not closed', () => {
  expect(pastedLines('a\n"b\nc')).toBe(2);
  expect(pastedLines('"a" b')).toBe(1);
});

it('makes values of the column, and says which lines are none', () => {
  expect(pastedValues(['a', '', '1'], 'text')).toEqual({ values: [{ json: '"a"' }, { json: '""' }, { json: '"1"' }], faults: [] });
  expect(pastedValues([' 1 ', '', 'x', '2e3'], 'number')).toEqual({ values: [{ json: '1' }, { json: 'null' }, { json: 'null' }, { json: '2e3' }], faults: [{ line: 3, fault: 'number' }] });
  expect(pastedValues(['[1]', '{'], 'list').faults).toEqual([{ line: 2, fault: 'json' }]);
});
