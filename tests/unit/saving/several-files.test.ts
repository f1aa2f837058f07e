import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DurableFiles } from '../../../extension/durable/files.ts';
import { editHandlers } from '../../../extension/engine/edits/handlers.ts';
import { OverlayShard } from '../../../extension/engine/edits/overlay-shard.ts';
import { openLocation } from '../../../extension/engine/open-location.ts';
import { jsonText } from '../../../extension/engine/pages/json-text.ts';
import { saveShard } from '../../../extension/engine/saving/save-shard.ts';
import type { CellPath, Change, SaveReport } from '../../../extension/protocol/edits.ts';
import type { ShardLocation } from '../../../extension/protocol/shards.ts';
import { WHOLE_LIMITS } from '../../../extension/protocol/values.ts';
import { FaultyFiles } from '../../support/faulty-files.ts';
import { writeParquet } from '../../support/parquet-files.ts';
import { duckdbTable } from '../../support/parquet-readers.ts';
import { UNFLUSHED_FILES } from '../../support/unflushed-files.ts';
import { npy } from '../sidecars/arrays.ts';
import { END, member } from '../webdataset/archive.ts';

const root = mkdtempSync(join(tmpdir(), 'loupe-several-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const never = new AbortController().signal;
const context = { cacheFolder: join(root, 'cache'), cacheBytes: 1024 ** 3, changed: (): void => undefined, signal: never };
let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(root, 'case-'))));

async function opened<T>(location: ShardLocation, work: (shard: OverlayShard) => Promise<T>): Promise<T> {
  const shard = new OverlayShard(await openLocation(location, context), () => undefined);
  try {
    await shard.settled();
    await shard.rewriter?.ready?.();
    return await work(shard);
  } finally {
    await shard.close();
  }
}

function pathOf(shard: OverlayShard, column: string): CellPath | string {
  const index = shard.state().columns.findIndex(({ name }) => name === column);
  const target = shard.rewriter?.targets()[index] ?? { readOnly: 'no column' };
  return 'path' in target ? target.path : target.readOnly;
}

async function cell(shard: OverlayShard, row: number, column: string): Promise<string> {
  const index = shard.state().columns.findIndex(({ name }) => name === column);
  return jsonText((await shard.read({ start: row, end: row + 1, columns: [index], limits: WHOLE_LIMITS }, never))[0]?.[0] ?? null);
}

/** An edit by the name of the column, as the engine's host makes it. */
async function change(shard: OverlayShard, row: number, column: string, value: unknown): Promise<Change> {
  await vi.waitFor(() => expect(shard.state().columns.map(({ name }) => name)).toContain(column), { timeout: 20_000 });
  await shard.rewriter?.ready?.();
  const path = pathOf(shard, column);
  if (typeof path === 'string') throw new Error(path);
  const handlers = editHandlers(() => shard);
  const { value: old } = (await handlers['shard/written']({ shard: 1, row, path }, never)) as { value: { json: string } };
  const made: Change = { kind: 'cell', row, path, old, new: { json: JSON.stringify(value) } };
  await handlers['shard/checkEdit']({ shard: 1, change: made }, never);
  return made;
}

const save = (shard: OverlayShard, files: DurableFiles = UNFLUSHED_FILES): Promise<SaveReport> => saveShard(files, { rewriter: shard.rewriter!, edits: shard.edits, target: {}, expected: null }, never);
const file = (path: string): ShardLocation => ({ kind: 'file', path });

describe('an edit of a joined column', () => {
  /** Documents with attributes, line by line. */
  function dolma(): { readonly documents: string; readonly attributes: string } {
    mkdirSync(join(folder, 'documents'));
    mkdirSync(join(folder, 'attributes', 'quality'), { recursive: true });
    const documents = join(folder, 'documents', 'a.jsonl.gz');
    const attributes = join(folder, 'attributes', 'quality', 'a.jsonl.gz');
    writeFileSync(documents, gzipSync('{"id": "a", "text": "one"}\n{"id": "b", "text": "two"}\n{"id": "c", "text": "three"}\n'));
    writeFileSync(attributes, gzipSync('{"id": "a", "attributes": {"q": [[0, 3, 0.50]]}}\n{"id": "b",  "attributes": {"q": [[0, 3, 0.25]]}}\n{"id": "c", "attributes": {}}\n'));
    return { documents, attributes };
  }

  it('goes into the JSON Lines that it came from, and the shard stays as it was', async () => {
    const { documents, attributes } = dolma();
    const before = readFileSync(documents);
    await opened(file(documents), async (shard) => {
      expect(pathOf(shard, 'quality')).toEqual(['file:../attributes/quality/a.jsonl.gz', 'attributes']);
      shard.apply([await change(shard, 1, 'quality', { q: [[0, 3, 0.75]] })]);
      expect(await cell(shard, 1, 'quality')).toBe('{"q": [[0, 3, 0.75]]}');
      expect(shard.marks([0, 1], shard.state().columns.map(({ index }) => index))?.cells).toEqual([1, shard.state().columns.findIndex(({ name }) => name === 'quality')]);
      const report = await save(shard);
      expect(report.files?.map(({ path }) => path)).toEqual([attributes]);
    });
    expect(readFileSync(documents).equals(before)).toBe(true);
    expect(gunzipSync(readFileSync(attributes)).toString()).toBe('{"id": "a", "attributes": {"q": [[0, 3, 0.50]]}}\n{"id": "b",  "attributes": {"q":[[0,3,0.75]]}}\n{"id": "c", "attributes": {}}\n');
  });

  it('goes with edits of the shard, and rows that are left out of both; a stop leaves neither half done', async () => {
    const { documents, attributes } = dolma();
    const [first, second] = [readFileSync(documents), readFileSync(attributes)];
    const work = (files: DurableFiles): Promise<SaveReport> =>
      opened(file(documents), async (shard) => {
        shard.apply([await change(shard, 0, 'text', 'ONE'), await change(shard, 2, 'quality', { q: [] }), { kind: 'row', row: 1, dropped: true }]);
        return save(shard, files);
      });
    const trial = new FaultyFiles(null, UNFLUSHED_FILES);
    await work(trial);
    const now = (): string[] => [documents, attributes].map((path) => gunzipSync(readFileSync(path)).toString());
    const wanted = ['{"id": "a", "text": "ONE"}\n{"id": "c", "text": "three"}\n', '{"id": "a", "attributes": {"q": [[0, 3, 0.50]]}}\n{"id": "c", "attributes": {"q":[]}}\n'];
    expect(now()).toEqual(wanted);
    const renamed = trial.calls.indexOf('rename');
    expect(trial.calls.slice(0, renamed).filter((call) => call === 'sync')).toHaveLength(2);
    const stops = ['write', 'sync'].flatMap((call) => [trial.calls.indexOf(call), trial.calls.lastIndexOf(call, renamed)]);
    for (const at of [...stops, renamed]) {
      writeFileSync(documents, first);
      writeFileSync(attributes, second);
      await expect(work(new FaultyFiles({ at, kind: 'ENOSPC' }, UNFLUSHED_FILES)), trial.calls[at]).rejects.toThrow();
      expect([readFileSync(documents).equals(first), readFileSync(attributes).equals(second)]).toEqual([true, true]);
      expect([readdirSync(join(folder, 'documents')), readdirSync(join(folder, 'attributes', 'quality'))]).toEqual([['a.jsonl.gz'], ['a.jsonl.gz']]);
    }
  });

  it('finds its row in a Parquet table by the key, and says where there is none', async () => {
    const path = join(folder, '00000.tar');
    writeFileSync(path, Buffer.concat([member('000000002.jpg', 'x'), member('000000002.txt', 'two'), member('000000000.jpg', 'x'), member('000000000.txt', 'zero'), member('000000009.jpg', 'x'), member('000000009.txt', 'nine'), END]));
    await writeParquet(join(folder, '00000.parquet'), "SELECT unnest(['000000000', '000000001', '000000002']) AS key, unnest(['zero', 'one', 'two']) AS caption, unnest([0, 1, 2]) AS width", 'COMPRESSION zstd');
    const before = readFileSync(path);
    await opened(file(path), async (shard) => {
      expect(pathOf(shard, 'caption')).toEqual(['file:00000.parquet', 'caption']);
      await expect(change(shard, 2, 'caption', 'x')).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('Row 3 has no row in 00000.parquet') as string });
      await expect(change(shard, 0, 'width', 'x')).rejects.toMatchObject({ message: expect.stringContaining('it takes a number') as string });
      shard.apply([await change(shard, 0, 'caption', 'TWO'), await change(shard, 1, 'width', 7)]);
      await save(shard);
    });
    expect(readFileSync(path).equals(before)).toBe(true);
    const table = await duckdbTable(join(folder, '00000.parquet'));
    expect([table.get('1 caption'), table.get('2 width')]).toEqual([['zero', 'one', 'TWO'], ['7', '1', '2']]);
  });

  it('is read-only where the file is one of arrays, and rows stay that such a file goes by', async () => {
    const path = join(folder, 'a.jsonl');
    writeFileSync(path, '{"t": "a"}\n{"t": "b"}\n');
    writeFileSync(join(folder, 'a.npy'), npy('<f4', [2, 32], Buffer.alloc(256)));
    await opened(file(path), async (shard) => {
      expect(pathOf(shard, 'caption_embedding')).toMatch(/comes from a\.npy, a file of NumPy arrays, which Loupe does not write/);
      shard.apply([{ kind: 'row', row: 0, dropped: true }]);
      await expect(save(shard)).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('a.npy goes by the numbers of the rows') as string });
    });
    expect(readFileSync(path, 'utf8')).toBe('{"t": "a"}\n{"t": "b"}\n');
  });

  it('is refused where its file is gone, and never goes into the shard', async () => {
    const { documents, attributes } = dolma();
    const made = await opened(file(documents), (shard) => change(shard, 1, 'quality', {}));
    rmSync(attributes);
    await opened(file(documents), async (shard) => {
      shard.apply([made]);
      await expect(save(shard)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('is not beside a.jsonl.gz any more') as string });
    });
  });
});

describe('an edit of a set', () => {
  const set = (): ShardLocation => ({ kind: 'set', folder, patterns: ['*.jsonl'] });
  const lines = (shard: number, rows: number): string => Array.from({ length: rows }, (_, row) => `{"id": 1${shard}${row}, "caption": "${shard} ${row}"}\n`).join('');
  const write = (): void => {
    for (const [shard, rows] of [3, 2, 4].entries()) writeFileSync(join(folder, `${shard}.jsonl`), lines(shard, rows));
  };

  it('goes to the shard that its row is of, and the others stay as they were', async () => {
    write();
    const untouched = readFileSync(join(folder, '1.jsonl'));
    await opened(set(), async (shard) => {
      expect(pathOf(shard, 'shard')).toMatch(/which shard/);
      shard.apply([await change(shard, 2, 'caption', 'last of the first'), await change(shard, 5, 'caption', 'first of the last'), { kind: 'row', row: 6, dropped: true }]);
      expect(await cell(shard, 5, 'caption')).toBe('"first of the last"');
      const files = await editHandlers(() => shard)['shard/editedFiles']({ shard: 1 }, never);
      expect(files).toMatchObject({ files: [{ path: join(folder, '0.jsonl'), start: 0, rows: 3 }, { path: join(folder, '2.jsonl'), start: 5, rows: 4 }] });
      const report = await save(shard);
      expect(report.files?.map(({ path }) => path)).toEqual([join(folder, '0.jsonl'), join(folder, '2.jsonl')]);
      expect(report.unsaved).toBeUndefined();
    });
    expect(readFileSync(join(folder, '0.jsonl'), 'utf8')).toBe(lines(0, 3).replace('0 2', 'last of the first'));
    expect(readFileSync(join(folder, '1.jsonl')).equals(untouched)).toBe(true);
    expect(readFileSync(join(folder, '2.jsonl'), 'utf8')).toBe(lines(2, 4).replace('2 0', 'first of the last').replace('{"id": 121, "caption": "2 1"}\n', ''));
  });

  it('that cannot be written is named, with its rows, and the others are saved', async () => {
    write();
    chmodSync(join(folder, '1.jsonl'), 0o444);
    await opened(set(), async (shard) => {
      shard.apply([await change(shard, 0, 'caption', 'x'), await change(shard, 4, 'caption', 'y'), await change(shard, 8, 'caption', 'z')]);
      const report = await save(shard);
      expect(report.files?.map(({ path }) => path)).toEqual([join(folder, '0.jsonl'), join(folder, '2.jsonl')]);
      expect(report.unsaved).toEqual([{ path: join(folder, '1.jsonl'), code: 'no-permission', message: expect.stringContaining('read-only') as string, start: 3, rows: 2 }]);
    });
    expect(readFileSync(join(folder, '1.jsonl'), 'utf8')).toBe(lines(1, 2));
  });

  it('stops where a shard was changed by another program, and writes nothing of it', async () => {
    write();
    await opened(set(), async (shard) => {
      shard.apply([await change(shard, 0, 'caption', 'x')]);
      writeFileSync(join(folder, '0.jsonl'), lines(7, 3));
      await expect(save(shard)).rejects.toMatchObject({ code: 'changed' });
    });
    expect(readFileSync(join(folder, '0.jsonl'), 'utf8')).toBe(lines(7, 3));
  });

  it('adds a column to the shards in which something is typed, and gives a record a key that its shard did not have', async () => {
    write();
    writeFileSync(join(folder, '1.jsonl'), '{"id": 10, "caption": "1 0", "note": "n"}\n{"id": 11, "caption": "1 1"}\n');
    await opened(set(), async (shard) => {
      shard.apply([{ kind: 'column', name: 'good', type: 'boolean', present: true }, await change(shard, 0, 'note', 'new')]);
      shard.apply([await change(shard, 3, 'good', true)]);
      expect([await cell(shard, 3, 'good'), await cell(shard, 4, 'good')]).toEqual(['true', 'null']);
      await save(shard);
    });
    expect(readFileSync(join(folder, '0.jsonl'), 'utf8').split('\n')[0]).toBe('{"id": 100, "caption": "0 0", "note": "new"}');
    expect(readFileSync(join(folder, '1.jsonl'), 'utf8').split('\n')[0]).toBe('{"id": 10, "caption": "1 0", "note": "n", "good": true}');
    expect(readFileSync(join(folder, '2.jsonl'), 'utf8')).toBe(lines(2, 4));
  });

  it('of Parquet goes to the shard; a shard without the column says so', async () => {
    await writeParquet(join(folder, 'a.parquet'), "SELECT range AS n, 'a ' || range AS caption FROM range(5)", 'COMPRESSION zstd');
    await writeParquet(join(folder, 'b.parquet'), 'SELECT range AS n FROM range(5)', 'COMPRESSION zstd');
    await writeParquet(join(folder, 'c.parquet'), "SELECT range AS n, 'c ' || range AS caption FROM range(5)", 'COMPRESSION zstd');
    await opened({ kind: 'set', folder, patterns: ['*.parquet'] }, async (shard) => {
      await expect(change(shard, 6, 'caption', 'x')).rejects.toMatchObject({ message: expect.stringContaining('b.parquet does not have this column') as string });
      shard.apply([await change(shard, 13, 'caption', 'changed'), await change(shard, 6, 'n', 60)]);
      await save(shard);
    });
    expect((await duckdbTable(join(folder, 'c.parquet'))).get('1 caption')?.[3]).toBe('changed');
    expect((await duckdbTable(join(folder, 'b.parquet'))).get('0 n')).toEqual(['0', '60', '2', '3', '4'].map((text, at) => (at === 1 ? '60' : at === 0 ? '0' : text)));
    expect((await duckdbTable(join(folder, 'a.parquet'))).get('0 n')).toEqual(['0', '1', '2', '3', '4']);
  });

  it('of a joined column goes to the file beside the shard', async () => {
    for (const shard of ['00000', '00001']) {
      writeFileSync(join(folder, `${shard}.tar`), Buffer.concat([member(`${shard}0.jpg`, 'x'), member(`${shard}1.jpg`, 'x'), END]));
      await writeParquet(join(folder, `${shard}.parquet`), `SELECT '${shard}' || range AS key, 'caption ' || range AS caption FROM range(2)`, 'COMPRESSION zstd');
    }
    await opened({ kind: 'set', folder, patterns: ['*.tar'] }, async (shard) => {
      shard.apply([await change(shard, 3, 'caption', 'changed')]);
      const report = await save(shard);
      expect(report.files?.map(({ path }) => path)).toEqual([join(folder, '00001.parquet')]);
    });
    expect((await duckdbTable(join(folder, '00001.parquet'))).get('1 caption')).toEqual(['caption 0', 'changed']);
    expect((await duckdbTable(join(folder, '00000.parquet'))).get('1 caption')).toEqual(['caption 0', 'caption 1']);
  });
});
