import { describe, expect, it } from 'vitest';
import { editRecord } from '../../../extension/engine/shards/jsonl/edit-record.ts';
import { MISSING, type CellChange, type CellPath, type WrittenValue } from '../../../extension/protocol/edits.ts';

const json = (text: string): WrittenValue => ({ json: text });

function change(path: CellPath, old: WrittenValue, value: WrittenValue): CellChange {
  return { kind: 'cell', row: 0, path, old, new: value };
}

function edited(record: string | Buffer, ...changes: CellChange[]): string {
  return editedRecord(record, changes, true);
}

function editedRecord(record: string | Buffer, changes: CellChange[], oneLine: boolean): string {
  const result = editRecord(Buffer.from(record), changes, oneLine);
  if (!Buffer.isBuffer(result)) throw new Error(`${result.kind}: ${result.message}`);
  return result.toString('utf8');
}

function refused(record: string | Buffer, ...changes: CellChange[]): unknown {
  return editRecord(Buffer.from(record), changes, true);
}

describe('an edit inside a record', () => {
  it('changes the value and leaves spacing, digits, escapes and key order as they are', () => {
    const record = '\t{ "id":12345678901234567890123,"t" :"caf\\u00e9 \\/ x",  "n": 1E5 , "f":1.50 }\r';
    expect(edited(record, change(['n'], json('1E5'), json('-0.10')))).toBe(record.replace('1E5', '-0.10'));
    expect(edited(record, change(['t'], json('"café / x"'), json('"a"')))).toBe(record.replace('"caf\\u00e9 \\/ x"', '"a"'));
  });

  it('writes characters as escapes where the record does, and raw where it does not', () => {
    expect(edited('{"a":"\\u00e9"}', change(['a'], json('"é"'), json('"ü💡"')))).toBe('{"a":"\\u00fc\\ud83d\\udca1"}');
    expect(edited('{"a":"e"}', change(['a'], json('"e"'), json('"ü"')))).toBe('{"a":"ü"}');
    expect(edited('{"a":1}', change(['a'], json('1'), json('"\ud800"')))).toBe('{"a":"\\ud800"}');
  });

  it('tells null, empty and missing apart', () => {
    expect(edited('{"a": null}', change(['a'], json('null'), json('""')))).toBe('{"a": ""}');
    expect(refused('{"a": null}', change(['a'], MISSING, json('""')))).toMatchObject({ kind: 'conflict' });
    expect(refused('{"a": ""}', change(['a'], json('null'), json('1')))).toMatchObject({ kind: 'conflict' });
    expect(refused('{"b": ""}', change(['a'], json('null'), json('1')))).toMatchObject({ kind: 'conflict' });
  });

  it('adds a key last, spaced like the others', () => {
    expect(edited('{"a":1,"b":2}', change(['c'], MISSING, json('3')))).toBe('{"a":1,"b":2,"c":3}');
    expect(edited('{"a": 1, "b": 2}', change(['c'], MISSING, json('3')))).toBe('{"a": 1, "b": 2, "c": 3}');
    expect(edited('{"a": 1}', change(['c'], MISSING, json('3')))).toBe('{"a": 1, "c": 3}');
    expect(edited('{"a":1}', change(['c'], MISSING, json('3')))).toBe('{"a":1,"c":3}');
    expect(edited('{ }', change(['c'], MISSING, json('3')))).toBe('{"c": 3 }');
    const pretty = '{\n  "a": {\n    "b": 1\n  }\n}';
    const result = editedRecord(pretty, [change(['c'], MISSING, json('[\n1]')), change(['a', 'd'], MISSING, json('2'))], false);
    expect(result).toBe('{\n  "a": {\n    "b": 1,\n    "d": 2\n  },\n  "c": [\n1]\n}');
  });

  it('takes a key away with one comma', () => {
    const record = '{"a": 1, "b": 2, "c": 3}';
    expect(edited(record, change(['a'], json('1'), MISSING))).toBe('{"b": 2, "c": 3}');
    expect(edited(record, change(['b'], json('2'), MISSING))).toBe('{"a": 1, "c": 3}');
    expect(edited(record, change(['c'], json('3'), MISSING))).toBe('{"a": 1, "b": 2}');
    expect(edited('{"a": 1}', change(['a'], json('1'), MISSING))).toBe('{}');
  });

  it('of a key written twice changes the last one, and refuses deeper inside', () => {
    expect(edited('{"a":1,"a":2}', change(['a'], json('2'), json('3')))).toBe('{"a":1,"a":3}');
    expect(edited('{"o":{"a":1,"a":2}}', change(['o', 0], json('1'), json('3')))).toBe('{"o":{"a":3,"a":2}}');
    expect(refused('{"o":{"a":1,"a":2}}', change(['o', 'a'], json('2'), json('3')))).toMatchObject({ kind: 'conflict', message: expect.stringContaining('more than once') as string });
  });

  it('reaches fields of objects and items of lists', () => {
    expect(edited('{"m": {"l": [1, {"k": -Infinity}, NaN]}}', change(['m', 'l', 1, 'k'], json('-Infinity'), json('0')))).toBe('{"m": {"l": [1, {"k": 0}, NaN]}}');
    expect(edited('[1, -Infinity]', change([1], json('-Infinity'), json('0')))).toBe('[1, 0]');
    expect(edited('  7 ', change([], json('7'), json('8')))).toBe('  8 ');
    expect(refused('{"m": [1]}', change(['m', 3], MISSING, json('0')))).toMatchObject({ kind: 'conflict' });
    expect(refused('{"m": [1]}', change(['m', 0], json('1'), MISSING))).toMatchObject({ kind: 'unsupported' });
  });

  it('finds keys by what they say, not by how they are written', () => {
    expect(edited('{"\\u0061\\"": 1, "é": 2}', change(['a"'], json('1'), json('0')), change(['é'], json('2'), json('3')))).toBe('{"\\u0061\\"": 0, "é": 3}');
  });

  it('leaves bytes that are no UTF-8 alone, and refuses to change a value of them', () => {
    const record = Buffer.from('{"a": "\xff", "b": 1}', 'latin1');
    const result = editRecord(record, [change(['b'], json('1'), json('2'))], true);
    expect(result).toEqual(Buffer.from('{"a": "\xff", "b": 2}', 'latin1'));
    expect(refused(record, change(['a'], json('"\ufffd"'), json('2')))).toMatchObject({ kind: 'unsupported' });
  });

  it('puts a value of several lines into one line', () => {
    expect(edited('{"a":1}', change(['a'], json('1'), json('{\n  "x": "y  z",\r\n\t"w": []\n}')))).toBe('{"a":{ "x": "y  z", "w": [] }}');
  });

  it('refuses what is no JSON, on either side', () => {
    expect(refused('{"a": 1,}', change(['a'], json('1'), json('2')))).toMatchObject({ kind: 'malformed' });
    expect(refused('{"a": 1}', change(['a'], json('1'), json('2,"b":3')))).toMatchObject({ kind: 'unsupported' });
    expect(refused('{"a": 1}', change(['a'], json('1'), json('')))).toMatchObject({ kind: 'unsupported' });
  });

  it('survives nesting that would overflow a recursive reader', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(edited(`{"d":${deep},"a":1}`, change(['a'], json('1'), json('2')))).toBe(`{"d":${deep},"a":2}`);
  });
});
