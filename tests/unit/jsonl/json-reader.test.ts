import { describe, expect, test } from 'vitest';
import { JsonReader, readJson } from '../../../extension/engine/shards/jsonl/json-reader.ts';
import { GRID_LIMITS, MAX_DEPTH, WHOLE_LIMITS, type Value } from '../../../extension/protocol/values.ts';

const number = (text: string): Value => ({ type: 'number', text });
const list = (...items: Value[]): Value => ({ type: 'list', items, length: items.length });
const struct = (...entries: [string, Value][]): Value => ({ type: 'struct', entries, length: entries.length });

function whole(text: string | Buffer): Value {
  const record = readJson(Buffer.from(text), WHOLE_LIMITS);
  expect(record.fault).toBeNull();
  return record.value;
}

function fault(text: string): string {
  const record = readJson(Buffer.from(text), WHOLE_LIMITS);
  return record.fault === null ? 'accepted' : `${record.fault.byte}: ${record.fault.message}`;
}

describe('values are kept as they are written', () => {
  test.each(['1E5', '-0', '12345678901234567890', '1e400', '0.10', '9007199254740993', '-1.5e-300'])('number %s', (text) => {
    expect(whole(` ${text} `)).toEqual(number(text));
    expect(whole(`[${text},${text}]`)).toEqual(list(number(text), number(text)));
  });

  test('literals', () => {
    expect(whole('[true,false,null]')).toEqual(list(true, false, null));
  });

  test('every duplicate key, in order', () => {
    expect(whole('{"a":1,"b":2,"a":3}')).toEqual(struct(['a', number('1')], ['b', number('2')], ['a', number('3')]));
  });

  test('keys that other parsers treat specially', () => {
    expect(whole('{"__proto__":1,"constructor":{"__proto__":2},"":3}')).toEqual(
      struct(['__proto__', number('1')], ['constructor', struct(['__proto__', number('2')])], ['', number('3')]),
    );
  });

  test('lone surrogates, pairs and every escape', () => {
    expect(whole('"\\ud800x"')).toBe('\ud800x');
    expect(whole('"\\udc00\\ud83d\\ude00"')).toBe('\udc00😀');
    expect(whole('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u0000"')).toBe('"\\/\b\f\n\r\té\0');
  });

  test('text beyond ASCII, and bytes that are no UTF-8', () => {
    expect(whole('"é漢😀"')).toBe('é漢😀');
    const broken = readJson(Buffer.from([0x22, 0x61, 0xff, 0x62, 0x22]), WHOLE_LIMITS);
    expect(broken).toEqual({ value: 'a\ufffdb', fault: null, badUtf8: true, extended: false });
  });

  test('NaN and infinities are shown and marked', () => {
    expect(readJson(Buffer.from('[NaN,-Infinity]'), WHOLE_LIMITS)).toEqual({
      value: list(number('NaN'), number('-Infinity')),
      fault: null,
      badUtf8: false,
      extended: true,
    });
  });
});

describe('faults name their byte', () => {
  test.each([
    ['', '0: ends where a value is expected'],
    ['{"a":1', '6: ends inside an object'],
    ['[1', '2: ends inside an array'],
    ['{"a":"x', '7: ends inside a text'],
    ['{"a" 1}', "5: expected ':' after a key, found '1'"],
    ['{"a":1,}', "7: expected a key in double quotes, found '}'"],
    ['[1,]', "3: expected a value, found ']'"],
    ['[1 2]', "3: expected ',' or ']', found '2'"],
    ['{"a":1]', "6: expected ',' or '}', found ']'"],
    ['{} x', "3: expected the end, found 'x'"],
    ['[01]', '1: "01" is no JSON value'],
    ['[tru]', '1: "tru" is no JSON value'],
    ['"\\x"', "2: no such escape: \\ and 'x'"],
    ['"\\u00g0"', "5: expected four hexadecimal digits after \\u, found 'g'"],
    ['"a\tb"', '2: the control character U+0009 inside a text must be written as an escape'],
    ['\0', '0: "\\u0000" is no JSON value'],
    ['"é', '3: ends inside a text'],
  ])('%j', (text, expected) => {
    expect(fault(text)).toBe(expected);
  });
});

describe('limits', () => {
  test('cut text tells its true length and never cuts a pair', () => {
    const limits = { ...GRID_LIMITS, text: 4 };
    expect(readJson(Buffer.from('"abcd"'), limits).value).toBe('abcd');
    expect(readJson(Buffer.from('"abcde"'), limits).value).toEqual({ type: 'text', text: 'abcd', length: 5 });
    expect(readJson(Buffer.from('"abc😀def"'), limits).value).toEqual({ type: 'text', text: 'abc', length: 8 });
    expect(readJson(Buffer.from('"a\\nb漢字\\u00e9漢"'), limits).value).toEqual({ type: 'text', text: 'a\nb漢', length: 7 });
  });

  test('cut containers tell their true length', () => {
    const limits = { ...GRID_LIMITS, items: 2 };
    expect(readJson(Buffer.from('[[1,2,3],{"a":1,"b":2,"c":3},4]'), limits).value).toEqual({
      type: 'list',
      items: [
        { type: 'list', items: [number('1'), number('2')], length: 3 },
        { type: 'struct', entries: [['a', number('1')], ['b', number('2')]], length: 3 },
      ],
      length: 3,
    });
  });

  test('floats in number become dimension and norm; whole numbers, which may be tokens, do not', () => {
    const ones = Array.from({ length: 100 }, () => '1.0');
    expect(readJson(Buffer.from(`{"v":[${ones.join()}]}`), GRID_LIMITS).value).toEqual(struct(['v', { type: 'vector', dimension: 100, norm: 10 }]));
    const tokens = readJson(Buffer.from(`[${Array.from({ length: 100 }, () => '7').join()}]`), GRID_LIMITS).value;
    expect(tokens).toMatchObject({ type: 'list', length: 100 });
  });

  test('what one cell keeps is bounded, however it nests', () => {
    const row = `{"a":[${Array.from({ length: 24 }, () => `[${Array.from({ length: 24 }, () => `"${'x'.repeat(300)}"`).join()}]`).join()}],"b":"kept"}`;
    const { value } = readJson(Buffer.from(row), GRID_LIMITS);
    expect(JSON.stringify(value).length).toBeLessThan(20_000);
    expect(value).toMatchObject({ entries: [['a', { length: 24 }], ['b', 'kept']] });
  });

  test('deep nesting is said, not followed; the strict grammar still holds below', () => {
    const deep = (depth: number): string => `{"a":${'['.repeat(depth)}${']'.repeat(depth)},"b":1}`;
    expect(JSON.stringify(whole(deep(MAX_DEPTH - 1)))).not.toContain('nested deeper');
    expect(JSON.stringify(whole(deep(MAX_DEPTH)))).toContain(`nested deeper than ${MAX_DEPTH} levels`);
    expect(whole(deep(100_000))).toMatchObject({ entries: [['a', {}], ['b', number('1')]] });
    expect(fault(`${'['.repeat(2000)}}`)).toContain("expected a value, found '}'");
    expect(fault('['.repeat(100_000))).toContain('ends inside an array');
    expect(fault('['.repeat(1_100_000))).toContain('nested deeper than 1000000');
  });
});

test('a text in pieces of any size reads the same', () => {
  const text = Buffer.from('{"ké":["a\\u00e9\\nb漢😀",-1.5e3,true,{"x":null}],"long":"abcdefghij","n":12}');
  const expected = readJson(text, WHOLE_LIMITS);
  for (const size of [4, 5, 7, 11]) {
    const reader = new JsonReader(WHOLE_LIMITS);
    for (let at = 0; at < text.length; ) {
      let end = Math.min(text.length, at + size);
      while (((text[end] ?? 0) & 0xc0) === 0x80) end--;
      reader.push(text, at, end);
      at = end;
    }
    expect(reader.finish()).toEqual(expected);
  }
});

test('a text cut short keeps the fields that ended', () => {
  const reader = new JsonReader(GRID_LIMITS);
  reader.push(Buffer.from('{"a":1,"b":[1,2],"c":"half of it'));
  expect(reader.partial().value).toEqual(struct(['a', number('1')], ['b', list(number('1'), number('2'))]));
});
