import { describe, expect, test } from 'vitest';
import { Checkpoints } from '../../../extension/engine/shards/jsonl/checkpoints.ts';
import { ElementScanner } from '../../../extension/engine/shards/jsonl/element-scanner.ts';
import { LineScanner } from '../../../extension/engine/shards/jsonl/line-scanner.ts';
import type { Scanner } from '../../../extension/engine/shards/jsonl/scanner.ts';

/** Every record as `line:text`, the text pushed in pieces of `size` bytes. */
function split(scanner: Scanner, text: string, size: number): string[] {
  const bytes = Buffer.from(text);
  const found: string[] = [];
  const sink = (_row: number, line: number, start: number, end: number): void => {
    found.push(`${line}:${bytes.toString('utf8', start, end)}`);
  };
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    scanner.push(piece, piece.length, sink);
  }
  scanner.end(sink);
  return found;
}

const START = { row: 0, line: 1, offset: 0 };
const SIZES = [1, 2, 3, 7, 1000];

describe('lines', () => {
  const text = '{"a":1}\n\n  \t\r\n{"b":2}\r\n   {"c":"é"}\n{"last":true}';

  test.each(SIZES)('blank lines are counted and are no rows, in pieces of %i', (size) => {
    const scanner = new LineScanner(START);
    expect(split(scanner, text, size)).toEqual(['1:{"a":1}', '4:{"b":2}\r', '5:   {"c":"é"}', '6:{"last":true}']);
    expect(scanner).toMatchObject({ rows: 4, lines: 6, blankLines: 2, crlfLines: 2, longest: 13, endsWithNewline: false });
  });

  test('short lines, which are looked for another way', () => {
    const scanner = new LineScanner(START);
    expect(split(scanner, '1\n'.repeat(5000), 512)).toHaveLength(5000);
    expect(scanner.lines).toBe(5000);
  });

  test('a last line without a newline may go on after the file grew', () => {
    const scanner = new LineScanner(START);
    expect(split(scanner, '1\n{"a":', 100)).toEqual(['1:1', '2:{"a":']);
    scanner.reopen();
    const found: number[][] = [];
    scanner.push(Buffer.from('5}\n7\n'), 5, (...place) => found.push(place));
    expect(found).toEqual([
      [1, 2, 2, 9],
      [2, 3, 10, 11],
    ]);
  });
});

describe('elements', () => {
  const cases: [name: string, text: string, rows: string[]][] = [
    ['an array', '[ {"a":[1,{"b":"]},"}]} ,\n 2 , "x\\"],[" ,[],null ]', ['{"a":[1,{"b":"]},"}]}', '2', '"x\\"],["', '[]', 'null']],
    ['an empty array', ' [ \n ] ', []],
    ['a wrapper', '{"meta":{"data":[9]},"data" : [{"x":1},2],"n":[1,2]}', ['{"x":1}', '2']],
    ['a value named data is no key', '{"x":"data","y":[1]}', ['{"x":"data","y":[1]}']],
    ['data that is no array', '{"data":{"a":[1]},"b":2}', ['{"data":{"a":[1]},"b":2}']],
    ['values one after the other', '{"a":1}{"b":"}"}\n[1,2] "s" 12 true', ['{"a":1}', '{"b":"}"}', '[1,2]', '"s"', '12', 'true']],
    ['a scalar', ' 12 ', ['12']],
    ['missing elements', '[1,,2,]', ['1', '', '2', '']],
    ['an array that is not closed', '[1,{"a":', ['1', '{"a":']],
    ['nothing', '  \n', []],
  ];
  test.each(cases.flatMap(([name, text, rows]) => SIZES.map((size) => [name, size, text, rows] as const)))(
    '%s, in pieces of %i',
    (_name, size, text, rows) => {
      expect(split(new ElementScanner(START, 'start'), text, size)).toEqual(rows.map((row) => `0:${row}`));
    },
  );

  test('what is around the rows', () => {
    const text = '{"a":{"b":1}, "data":[1], "c" : "x" }';
    const scanner = new ElementScanner(START, 'start');
    split(scanner, text, 5);
    expect(scanner.members.map(({ start, end }) => text.slice(start, end))).toEqual(['"a":{"b":1}', '"c" : "x"']);
    expect(scanner.fault).toBeNull();
  });

  test.each([
    ['[1,2', 4, 'the array is not closed'],
    ['[1] x', 4, 'more follows after the end of the document'],
    ['{"data":[1]', 11, 'the object around the array is not closed'],
    ['[1}', 2, "expected ']' at the end of the array, found '}'"],
  ])('%s is a fault at its byte', (text, byte, message) => {
    const scanner = new ElementScanner(START, 'start');
    split(scanner, text, 3);
    expect(scanner.fault).toEqual({ byte, message });
  });

  test('goes on from a checkpoint', () => {
    const text = '[{"a":1},{"b":2},{"c":3}]';
    const scanner = new ElementScanner({ row: 1, line: 0, offset: 9 }, 'elements');
    const rows: unknown[] = [];
    scanner.push(Buffer.from(text.slice(9)), text.length - 9, (row, _line, start, end) => rows.push([row, text.slice(start, end)]));
    expect(rows).toEqual([
      [1, '{"b":2}'],
      [2, '{"c":3}'],
    ]);
  });
});

describe('checkpoints', () => {
  test('one a stretch, found by row', () => {
    const checkpoints = new Checkpoints(100);
    for (let row = 0; row < 50; row++) checkpoints.note(row, row + 1, row * 30);
    expect(checkpoints.count).toBe(13);
    expect(checkpoints.before(49)).toEqual({ row: 48, line: 49, offset: 1440 });
    expect(checkpoints.before(3)).toEqual({ row: 0, line: 1, offset: 0 });
    expect(checkpoints.exact(4)?.offset).toBe(120);
    expect(checkpoints.exact(5)).toBeNull();
    expect(new Checkpoints().before(0)).toBeNull();
  });

  test('a file of any size takes a fixed amount of memory', () => {
    const checkpoints = new Checkpoints(1, 64);
    for (let row = 0; row < 10_000; row++) checkpoints.note(row, row + 1, row * 10);
    expect(checkpoints.count).toBeLessThanOrEqual(64);
    expect(checkpoints.before(0)).toEqual({ row: 0, line: 1, offset: 0 });
    const near = checkpoints.before(9_999);
    expect(near?.offset).toBe((near?.row ?? 0) * 10);
    expect(near?.row).toBeGreaterThan(9_000);
  });
});
