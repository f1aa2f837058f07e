import { describe, expect, it } from 'vitest';
import { jsonText, recordText } from '../../../extension/engine/pages/json-text.ts';
import { locateValue } from '../../../extension/engine/pages/locate-value.ts';
import { buildPage, MAX_PAGE_BYTES } from '../../../extension/engine/pages/page.ts';
import { wholeText } from '../../../extension/engine/pages/whole-text.ts';
import type { Value } from '../../../extension/protocol/values.ts';

const number = (text: string): Value => ({ type: 'number', text });
const struct = (...entries: [string, Value][]): Value => ({ type: 'struct', entries, length: entries.length });
const list = (...items: Value[]): Value => ({ type: 'list', items, length: items.length });

describe('jsonText', () => {
  it.each<[Value, string]>([
    [number('12345678901234567890'), '12345678901234567890'],
    [number('1E5'), '1E5'],
    [number('nan'), 'NaN'],
    [number('-inf'), '-Infinity'],
    ['a"\n\ud800', '"a\\"\\n\\ud800"'],
    [struct(['a', number('1')], ['a', number('2')]), '{"a": 1, "a": 2}'],
    [list(null, true, 'x'), '[null, true, "x"]'],
    [{ type: 'map', entries: [[number('1'), 'x']], length: 1 }, '{"1": "x"}'],
    [{ type: 'bytes', size: 3, head: new Uint8Array([1, 2, 3]) }, '"AQID"'],
    [{ type: 'temporal', text: '2020-01-01' }, '"2020-01-01"'],
  ])('writes %j', (value, json) => {
    expect(jsonText(value)).toBe(json);
  });

  it('shows what was cut as cut', () => {
    expect(jsonText({ type: 'text', text: 'abc', length: 9 })).toBe('"abc…"');
    expect(jsonText({ type: 'list', items: [null], length: 3 })).toBe('[null, "…"]');
  });

  it('leaves out what a record does not have', () => {
    expect(recordText([['a', null], ['b', { type: 'missing' }], ['a', 'x']])).toBe('{"a": null, "a": "x"}');
  });
});

describe('buildPage', () => {
  it('puts values into parallel columns', () => {
    const page = buildPage(7, [2, 0], [['x', null], [number('1'), { type: 'missing' }]], 99);
    expect(page).toEqual({
      start: 7,
      rowCount: 2,
      bytesRead: 99,
      columns: [
        { column: 2, texts: ['x', ''], kinds: ['text', 'null'], sizes: [0, 0] },
        { column: 0, texts: ['1', ''], kinds: ['number', 'missing'], sizes: [0, 0] },
      ],
    });
  });

  it('keeps a message within its limit, by leaving out rows', () => {
    const page = buildPage(0, [0], [Array.from({ length: 10_000 }, () => 'x'.repeat(300))], 0);
    expect(page.rowCount).toBeGreaterThan(1_000);
    expect(page.columns[0]!.texts.join('').length * 2).toBeLessThanOrEqual(MAX_PAGE_BYTES);
    expect(page.columns[0]!.sizes[0]).toBe(300);
  });

  it('fits one row of very many columns, by cutting cells', () => {
    const columns = Array.from({ length: 20_000 }, (_, i) => i);
    const page = buildPage(0, columns, columns.map(() => ['x'.repeat(300)]), 0);
    expect(page.rowCount).toBe(1);
    expect(page.columns.reduce((sum, column) => sum + column.texts[0]!.length * 2, 0)).toBeLessThanOrEqual(MAX_PAGE_BYTES);
  });
});

describe('locateValue', () => {
  const value = struct(['a', list('x', 'y')], ['a', 'second']);
  it('follows names and positions', () => {
    expect(locateValue(value, ['a', 1])).toBe('y');
    expect(locateValue(value, [1])).toBe('second');
    expect(locateValue(value, ['b'])).toBeUndefined();
    expect(locateValue('text', ['a'])).toBeUndefined();
  });
});

describe('wholeText', () => {
  it('indents containers without touching numbers', () => {
    expect(wholeText(struct(['id', number('12345678901234567890')], ['tags', list('a', 'b')]))).toEqual({
      text: '{\n  "id": 12345678901234567890,\n  "tags": [\n    "a",\n    "b"\n  ]\n}',
      language: 'json',
      cut: false,
    });
  });
  it('gives text as it is', () => {
    expect(wholeText('line\nline')).toEqual({ text: 'line\nline', language: 'plaintext', cut: false });
    expect(wholeText('{"a": 1}').language).toBe('json');
  });

  it('marks what was left out of a container with an ellipsis, and says that it is cut', () => {
    expect(wholeText({ type: 'list', items: ['a'], length: 3 })).toEqual({ text: '[\n  "a",\n  "…"\n]', language: 'json', cut: true });
    expect(wholeText({ type: 'bytes', size: 2, head: Uint8Array.of(1) })).toMatchObject({ cut: true });
  });
});
