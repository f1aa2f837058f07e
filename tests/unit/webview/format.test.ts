import { describe, expect, it } from 'vitest';
import { cellLook, oneLine, parseRowNumber } from '../../../webview/shards/format.ts';
import { formatBytes, formatCount, fourDigits } from '../../../webview/shards/numbers.ts';

describe('cells of the grid', () => {
  it('shows null and missing apart', () => {
    expect(cellLook({ text: '', kind: 'null', size: 0 })).toMatchObject({ text: 'null', className: 'cell-null' });
    expect(cellLook({ text: '', kind: 'missing', size: 0 })).toMatchObject({ text: '·', label: 'missing' });
  });

  it('keeps every digit and never makes a number of it', () => {
    expect(cellLook({ text: '170141183460469231731687303715884105727', kind: 'number', size: 0 }).text).toBe('170141183460469231731687303715884105727');
    expect(cellLook({ text: '1e400', kind: 'number', size: 0 }).text).toBe('1e400');
  });

  it('puts text on one line and says how much was cut', () => {
    expect(cellLook({ text: 'a\r\nb\nc\td', kind: 'text', size: 0 }).text).toBe('a↵b↵c⇥d');
    const cut = cellLook({ text: 'begin', kind: 'text', size: 12_345 });
    expect(cut.text).toBe('begin…');
    expect(cut.title).toContain('12,345 characters');
    expect(cellLook({ text: '[1, 2…', kind: 'list', size: 240 })).toMatchObject({ text: '[1, 2…' });
    expect(cellLook({ text: '[1, 2', kind: 'list', size: 240 }).title).toContain('240 items');
  });

  it('shows bytes by size, vectors as they come, and what cannot be read with its reason', () => {
    expect(cellLook({ text: '', kind: 'bytes', size: 4200 }).text).toBe('4.2 kB');
    expect(cellLook({ text: '512 · ‖1.000‖', kind: 'vector', size: 512 })).toMatchObject({ text: '512 · ‖1.000‖' });
    expect(cellLook({ text: 'line 12: bad token', kind: 'invalid', size: 0 })).toMatchObject({ className: 'cell-invalid', title: 'line 12: bad token' });
  });

  it('makes signs of every kind of line break', () => {
    expect(oneLine('a\u2028b\u0085c')).toBe('a↵b↵c');
  });
});

describe('numbers', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [99_960, '100 kB'],
    [999_499, '999 kB'],
    [999_949, '1.0 MB'],
    [1_000_000, '1.0 MB'],
    [254_000_000, '254 MB'],
  ])('%i bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it('says a number with four digits', () => expect([0.98765, -12_345.6, 1e-9, 0].map(fourDigits)).toEqual(['0.9877', '-12350', '1e-9', '0']));

  it('groups digits', () => expect(formatCount(1_234_567)).toBe('1,234,567'));

  it('reads a row as a person writes it', () => {
    expect(parseRowNumber('1,234', 2000)).toBe(1233);
    expect(parseRowNumber(' 2 000 ', 2000)).toBe(1999);
    expect(parseRowNumber('2001', 2000)).toBeNull();
    expect(parseRowNumber('0', 2000)).toBeNull();
    expect(parseRowNumber('-1', 2000)).toBeNull();
    expect(parseRowNumber('', 2000)).toBeNull();
    expect(parseRowNumber('12a', 2000)).toBeNull();
  });
});
