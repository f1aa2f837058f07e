import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import { openJsonLines } from '../../../extension/engine/shards/jsonl/open.ts';
import { GRID_LIMITS, ROW_LIMITS } from '../../../extension/protocol/values.ts';
import { context, file, never, number, openShard, records } from './fixture.ts';

const names = (shard: { state(): { columns: readonly { name: string; type: string; kind: string }[] } }): string[] =>
  shard.state().columns.map(({ name, type, kind }) => `${name}: ${type} (${kind})`);

describe('cells', () => {
  test('rows, places, raw lines, blank lines, BOM, CRLF and no last newline', async () => {
    const shard = await openShard(file('\ufeff{"a":1,"b":"x"}\r\n\r\n{"a":12345678901234567890,"b":null}\n\n{"b":"é"}'));
    expect(await records(shard)).toEqual([
      { a: number(1), b: 'x' },
      { a: number('12345678901234567890'), b: null },
      { b: 'é' },
    ]);
    expect(await shard.place(1, never)).toBe('line 3');
    expect(await shard.place(2, never)).toBe('line 5');
    expect(await shard.raw(0, never)).toBe('{"a":1,"b":"x"}');
    expect(await shard.raw(2, never)).toBe('{"b":"é"}');
    await expect(shard.raw(3, never)).rejects.toMatchObject({ code: 'invalid-request' });
    expect(names(shard)).toEqual(['a: number (number)', 'b: string | null (text)']);
    const { properties } = await shard.metadata(never);
    expect(Object.fromEntries(properties)).toMatchObject({ lines: '5', 'blank lines': '2', newlines: 'mixed: 2 CRLF, 3 LF', 'newline at the end': 'no', 'byte-order mark': 'UTF-8' });
    await shard.close();
  });

  test('a line that is no JSON is a row that says where and why', async () => {
    const shard = await openShard(file('{"a":1}\n{"a":1,}\n{"a":3}\n'));
    expect(await records(shard)).toEqual([
      { a: number(1) },
      { a: { type: 'invalid', text: '{"a":1,}', message: "line 2, column 8: expected a key in double quotes, found '}'" } },
      { a: number(3) },
    ]);
    expect(shard.state().notices).toEqual([{ severity: 'warning', message: "Line 2, column 8: expected a key in double quotes, found '}'." }]);
    await shard.close();
  });

  test('the last of duplicate keys counts, the others have columns of their own', async () => {
    const shard = await openShard(file('{"a":1}\n{"a":1,"b":0,"a":2,"a":3}\n'));
    expect(await records(shard)).toEqual([
      { a: number(1) },
      { a: number(3), b: number(0), 'a (earlier)': number(1), 'a (earlier 2)': number(2) },
    ]);
    expect(shard.state().notices[0]?.message).toContain('Line 2 has the key "a" more than once');
    await shard.close();
  });

  test('rows that are no objects, and a key of the same name', async () => {
    const shard = await openShard(file('[1,2]\n"x"\n{"(value)":1}\nnull\n'));
    expect(await records(shard)).toEqual([
      { '(value)': { type: 'list', items: [number(1), number(2)], length: 2 } },
      { '(value)': 'x' },
      { '(value) [2]': number(1) },
      { '(value)': null },
    ]);
    expect(names(shard)[0]).toBe('(value): string | array<number> | null (mixed)');
    await shard.close();
  });

  test('more keys than columns share one column', async () => {
    const record = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, index]));
    const shard = await openShard(file(`${JSON.stringify(record)}\n`));
    const { columns } = shard.state();
    expect(columns).toHaveLength(4097);
    const [last, more] = await shard.read({ start: 0, end: 1, columns: [4095, 4096], limits: GRID_LIMITS }, never);
    expect(last).toEqual([number(4095)]);
    expect(columns[4096]?.name).toBe('(more keys)');
    expect(more?.[0]).toMatchObject({ type: 'struct', length: 904 });
    await shard.close();
  });

  test('invalid UTF-8 and Python numbers are shown and told', async () => {
    const shard = await openShard(file(Buffer.concat([Buffer.from('{"a":"x'), Buffer.from([0xff]), Buffer.from('"}\n{"a":NaN}\n')])));
    expect(await records(shard)).toEqual([{ a: 'x\ufffd' }, { a: number('NaN') }]);
    expect(shard.state().notices.map((notice) => notice.message)).toEqual([
      'Line 1 holds bytes that are no UTF-8; they are shown as \ufffd.',
      'Line 2 holds NaN or Infinity, which Python writes and strict JSON does not allow.',
    ]);
    await shard.close();
  });

  test('UTF-16 is refused with its name', async () => {
    await expect(openShard(file(Buffer.from('\ufeff{"a":1}\n', 'utf16le')))).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('an empty file has no rows', async () => {
    const shard = await openShard(file(''));
    await shard.settled();
    expect(shard.state()).toMatchObject({ rows: 0, rowsComplete: true, columns: [], notices: [] });
    await shard.close();
  });
});

describe('long files and long lines', () => {
  test('any row is found through its checkpoint, and only near bytes are read', async () => {
    const lines = Array.from({ length: 40_000 }, (_, row) => `{"id":${row},"text":"${'x'.repeat(row % 97)}"}${row % 1000 === 0 ? '\n' : ''}`);
    const shard = await openShard(file(`${lines.join('\n')}\n`));
    await shard.settled();
    expect(shard.state()).toMatchObject({ rows: 40_000, rowsComplete: true });
    for (const row of [0, 1, 999, 1000, 20_123, 39_998, 39_999]) {
      const before = shard.state().bytesRead;
      const [ids, texts] = await shard.read({ start: row, end: row + 2, columns: [0, 1], limits: GRID_LIMITS }, never);
      expect(ids?.[0]).toEqual(number(row));
      expect(texts?.[0]).toBe('x'.repeat(row % 97));
      expect(ids).toHaveLength(row === 39_999 ? 1 : 2);
      expect(shard.state().bytesRead - before).toBeLessThanOrEqual(256 * 1024);
      expect(await shard.place(row, never)).toBe(`line ${row + 1 + Math.ceil(row / 1000)}`);
    }
    await shard.close();
  });

  test('a column that only a late line has appears when the line is seen, at the end', async () => {
    const early = Array.from({ length: 30_000 }, (_, row) => `{"a":${row},"t":"${'y'.repeat(50)}"}`);
    const shard = await openShard(file(`${early.join('\n')}\n{"late":true,"a":"text"}\n`));
    await shard.settled();
    await shard.read({ start: 30_000, end: 30_001, columns: [0], limits: GRID_LIMITS }, never);
    expect(names(shard)).toEqual(['a: number | string (mixed)', 't: string (text)', 'late: boolean (boolean)']);
    await shard.close();
  });

  test('lines longer than the window are read in pieces, with true sizes', async () => {
    const long = 'é'.repeat(3_000_000);
    const shard = await openShard(file(`{"id":0}\n{"text":"${long}","after":7}\n{"id":2}\n`));
    expect(await records(shard)).toEqual([
      { id: number(0) },
      { text: { type: 'text', text: 'é'.repeat(256), length: 3_000_000 }, after: number(7) },
      { id: number(2) },
    ]);
    expect((await shard.raw(1, never))?.length).toBe(3_000_021);
    expect(await shard.place(2, never)).toBe('line 3');
    await shard.close();
  });

  test('a long line that is no JSON shows its beginning and the byte', async () => {
    const shard = await openShard(file(`{"id":0}\n{"text":"${'q'.repeat(4_000_000)}",}\n`));
    const [, bad] = await records(shard);
    expect(bad?.id).toMatchObject({ type: 'invalid', text: expect.stringContaining('{"text":"qqq') as string, message: expect.stringContaining('line 2, byte 4000012: ') as string });
    await shard.close();
  });

  test('a long stretch of blank lines is leapt over', async () => {
    const shard = await openShard(file(`{"id":0}\n${'\n'.repeat(8_000_000)}{"id":1}\n{"id":2}\n`));
    expect(await records(shard)).toEqual([{ id: number(0) }, { id: number(1) }, { id: number(2) }]);
    const before = shard.state().bytesRead;
    expect(await shard.place(1, never)).toBe('line 8000002');
    expect(await shard.place(2, never)).toBe('line 8000003');
    expect(shard.state().bytesRead - before).toBeLessThan(1024 * 1024);
    await shard.close();
  });

  test('a first line longer than any piece gives its columns all the same', async () => {
    const shard = await openShard(file(`{"text":"${'z'.repeat(5_000_000)}","n":1}\n`));
    expect(names(shard)).toEqual(['text: string (text)', 'n: number (number)']);
    await shard.close();
  });

  test('rows that the index has not reached are waited for, and the wait can be cancelled', async () => {
    const line = `{"text":"${'w'.repeat(1000)}"}\n`;
    const shard = await openShard(file(line.repeat(20_000)));
    const cancel = new AbortController();
    const waiting = shard.read({ start: 1_000_000, end: 1_000_001, columns: [0], limits: GRID_LIMITS }, cancel.signal);
    const late = shard.read({ start: 19_999, end: 20_000, columns: [0], limits: { ...GRID_LIMITS, text: 3 } }, never);
    cancel.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    expect(await late).toEqual([[{ type: 'text', text: 'www', length: 1000 }]]);
    await shard.close();
  });
});

describe('a file that changes while it is open', () => {
  test('appended lines are rows, the unfinished last line among them', async () => {
    const path = file('{"a":1}\n{"a":2');
    const shard = await openShard(path);
    expect(await records(shard)).toMatchObject([{ a: number(1) }, { a: { type: 'invalid' } }]);
    appendFileSync(path, '0}\n{"a":3,"b":4}\n');
    await vi.waitFor(async () => {
      await shard.read({ start: 0, end: 100, columns: [0], limits: GRID_LIMITS }, never);
      expect(shard.state().rows).toBe(3);
    });
    expect(await records(shard)).toEqual([{ a: number(1) }, { a: number(20) }, { a: number(3), b: number(4) }]);
    expect(shard.state().fileSize).toBe(31);
    await shard.close();
  });

  test.each([
    ['shrank', (path: string): void => truncateSync(path, 4)],
    ['was rewritten', (path: string): void => writeFileSync(path, '{"b":1}\n{"b":2}\n')],
    ['was rewritten', (path: string): void => writeFileSync(path, `{"other":1}\n${'{"a":9}\n'.repeat(9)}`)],
    [
      'was replaced',
      (path: string): void => {
        writeFileSync(`${path}.new`, '{"a":1}\n{"a":2}\n{"a":3}\n');
        renameSync(`${path}.new`, path);
      },
    ],
  ])('%s: an error that names the file', async (what, change) => {
    const path = file('{"a":1}\n{"a":2}\n');
    const shard = await openShard(path);
    await shard.settled();
    change(path);
    await vi.waitFor(async () => {
      const read = shard.read({ start: 0, end: 100, columns: [0], limits: GRID_LIMITS }, never);
      await expect(read).rejects.toMatchObject({ code: 'changed', path });
      await expect(read).rejects.toThrow(what);
    });
    await shard.close();
  });

  test('deleted: what is open stays readable, and that is told', async () => {
    const path = file('{"a":1}\n');
    const shard = await openShard(path);
    await shard.settled();
    rmSync(path);
    const values = await shard.read({ start: 0, end: 5, columns: [0], limits: GRID_LIMITS }, never);
    expect(values).toEqual([[number(1)]]);
    expect(shard.state().notices[0]?.message).toContain('was deleted');
    await shard.close();
  });

  test('not there at all', async () => {
    await expect(openShard('/nowhere/x.jsonl')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('one document', () => {
  test('elements of an array over many lines', async () => {
    const shard = await openShard(file('[\n  {"a": 1,\n   "b": [1, 2]},\n  {"a": "]"}\n]\n', 'json'), 'array');
    expect(await records(shard)).toEqual([
      { a: number(1), b: { type: 'list', items: [number(1), number(2)], length: 2 } },
      { a: ']' },
    ]);
    expect(await shard.place(1, never)).toBe('element 2');
    expect(await shard.raw(1, never)).toBe('{"a": "]"}');
    await shard.close();
  });

  test('a wrapper: its array holds the rows, its other keys are metadata', async () => {
    const shard = await openShard(file('{"version":"1.0","data":[{"a":1},{"a":2}],"info":{"n":2}}', 'json'), 'array');
    expect(await records(shard)).toEqual([{ a: number(1) }, { a: number(2) }]);
    expect((await shard.metadata(never)).keyValues).toEqual([
      ['version', '"1.0"'],
      ['info', '{"n":2}'],
    ]);
    await shard.close();
  });

  test('a broken end leaves the elements before it', async () => {
    const shard = await openShard(file('[{"a":1},{"a":', 'json'), 'array');
    expect(await records(shard)).toMatchObject([{ a: number(1) }, { a: { type: 'invalid' } }]);
    expect(shard.state().notices[0]?.message).toMatch(/byte 14: the array is not closed/);
    await shard.close();
  });

  test('many elements are found through checkpoints', async () => {
    const rows = Array.from({ length: 20_000 }, (_, row) => `{"id":${row},"t":["a,b","]"]}`);
    const shard = await openShard(file(`{"data":[${rows.join(',\n ')}],"end":1}`, 'json'), 'array');
    await shard.settled();
    for (const row of [0, 7_777, 19_999]) {
      expect(await shard.read({ start: row, end: row + 1, columns: [0], limits: ROW_LIMITS }, never)).toEqual([[number(row)]]);
    }
    await shard.close();
  });
});

describe('compressed', () => {
  const text = `${Array.from({ length: 5_000 }, (_, row) => `{"id":${row},"t":"${'v'.repeat(row % 50)}"}`).join('\n')}\n`;
  test.each([
    ['gzip', gzipSync(text)],
    ['zstd', zstdCompressSync(text)],
  ] as const)('%s: rows, metadata, bytes of the compressed file', async (compression, bytes) => {
    const path = file(bytes, 'jsonl.x');
    const shard = await openShard(path, 'lines', compression);
    await shard.settled();
    expect(shard.state()).toMatchObject({ rows: 5_000, rowsComplete: true, compression, fileSize: bytes.length });
    expect(shard.state().bytesRead).toBeLessThanOrEqual(bytes.length * 2);
    expect(await shard.read({ start: 4_999, end: 5_000, columns: [0], limits: GRID_LIMITS }, never)).toEqual([[number(4_999)]]);
    expect(Object.fromEntries((await shard.metadata(never)).properties)).toMatchObject({ compression, decompressed: expect.stringContaining('KiB') as string });
    await shard.close();
  });

  test('a truncated stream shows what came before and names the byte', async () => {
    const bytes = gzipSync(text);
    const shard = await openShard(file(bytes.subarray(0, bytes.length - 500), 'jsonl.gz'), 'lines', 'gzip');
    await shard.settled();
    expect(shard.state().rows).toBeGreaterThan(1000);
    expect(shard.state().notices[0]).toEqual({ severity: 'error', message: expect.stringContaining(`ends at byte ${bytes.length - 500}`) as string });
    await shard.close();
  });
});

test('closing during the index pass ends it', async () => {
  const shard = await openJsonLines(file('{"a":1}\n'.repeat(2_000_000)), { layout: 'lines', compression: 'none' }, context());
  await shard.close();
  await shard.settled();
  expect(shard.state().notices).toEqual([]);
});
