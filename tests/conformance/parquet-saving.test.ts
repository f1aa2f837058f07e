import { chmodSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EditSet } from '../../extension/engine/edits/edit-set.ts';
import { writtenOf } from '../../extension/engine/edits/written-value.ts';
import { saveShard } from '../../extension/engine/saving/save-shard.ts';
import { openShard } from '../../extension/engine/shards/open.ts';
import { ParquetRewriter } from '../../extension/engine/shards/parquet-editing/rewriter.ts';
import type { Rewriter } from '../../extension/engine/shards/rewriter.ts';
import type { Shard } from '../../extension/engine/shards/shard.ts';
import type { CellChange } from '../../extension/protocol/edits.ts';
import { WHOLE_LIMITS } from '../../extension/protocol/values.ts';
import { LoupeError } from '../../extension/rpc/failure.ts';
import { anewRewriter } from '../support/anew-rewriter.ts';
import { PARQUET_READERS, ParquetReaderProcess } from '../support/parquet-reader-process.ts';
import { differences, type ReadTable } from '../support/parquet-readers.ts';
import { below, isLongRun, runSeed, seededRandom } from '../support/random.ts';
import { UNFLUSHED_FILES } from '../support/unflushed-files.ts';
import { corpusFolder, reportSkipped } from './corpus.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-parquet-saving-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const never = new AbortController().signal;
const context = { cacheFolder: join(folder, 'cache'), cacheBytes: 1024 ** 3, changed: (): void => undefined, signal: never };

/** Rows among which the edited one is looked for. */
const ROWS = 60;
/** Larger files are not read whole by three readers for each save. */
const MAX_SIZE = (isLongRun() ? 16 : 1) * 1024 ** 2;
/** Files of a plain run. */
const SAMPLE = 60;

const readers = new ParquetReaderProcess();
afterAll(() => readers.close());

const corpus = corpusFolder();
if (corpus === null) reportSkipped('saving Parquet', 'the files of the corpus');

describe.skipIf(corpus === null)('a Parquet file of the corpus, edited in one cell of every column, is read the same but for that', () => {
  // DuckDB keeps what it read of a path.
  let copies = 0;
  const counts = { files: 0, cells: 0, anew: 0, readOnly: 0, unread: 0, refused: 0 };
  afterAll(() => {
    console.log(`saving Parquet: ${counts.cells} cells in ${counts.files} files edited, ${counts.anew} files also with their chunks written anew; ${counts.readOnly} columns are read-only, ${counts.refused} files cannot be opened or edited, ${counts.unread} readings by others failed before the edit`);
    expect(counts.files).toBeGreaterThan(20);
    expect(counts.anew).toBeGreaterThan(counts.files * 0.9);
  });

  it.each(corpus === null ? [] : chosen(corpus))('%s', async (name) => {
    const path = join(folder, `edited-${copies++}.parquet`);
    copyFileSync(join(corpus ?? '', name), path);
    chmodSync(path, 0o644);
    const shard = await openShard(path, context).catch(() => null);
    if (shard === null) {
      counts.refused++;
      return;
    }
    try {
      const { rewriter } = shard;
      // By its bytes it may be something else.
      if (!(rewriter instanceof ParquetRewriter)) return;
      const changes = await changesOf(shard);
      const before = await readings(path, shard.state().rows);
      if (!(await isSaved(shard, rewriter, changes, before, 'by page'))) {
        counts.refused++;
        return;
      }
      counts.files++;
      counts.cells += changes.length;
      if (await isSaved(shard, anewRewriter(rewriter), changes, before, 'anew')) counts.anew++;
    } finally {
      await shard.close();
    }
  });

  /** Saves a copy with the changes, which all readers then read the same but for those; false where the file contradicts itself. */
  async function isSaved(shard: Shard, rewriter: Rewriter, changes: readonly CellChange[], before: ReadonlyMap<string, ReadTable>, way: string): Promise<boolean> {
    const original = readFileSync(rewriter.path);
    const copy = join(folder, `saved-${copies++}.parquet`);

    const saved = await saveShard(UNFLUSHED_FILES, { rewriter, edits: new EditSet(changes), target: { path: copy }, expected: null }, never).catch((error: unknown) => error);
    expect(readFileSync(rewriter.path).equals(original)).toBe(true);
    if (saved instanceof LoupeError) {
      expect(saved.code).toMatch(/malformed|unsupported|conflict|too-large/);
      console.log(`${way}: ${saved.message}`);
      return false;
    }
    if (saved instanceof Error) throw saved;
    const names = shard.state().columns.map(({ name }) => name);
    // By place, as DuckDB gives columns other names where it must; by name where a reader has no place.
    const wantedOf = (reader: string): string[] => changes.map(({ path: [column], row }) => `${reader === 'hyparquet' ? String(column) : names.indexOf(String(column))}: ${row}`).sort();
    for (const reader of PARQUET_READERS) {
      const table = before.get(reader);
      if (table === undefined) continue;
      const after = (await readers.read(reader, copy)) ?? new Map<string, string[]>();
      const found = differences(table, after).map((each) => (reader === 'hyparquet' ? each : each.replace(/^(\d+) .*(: \d+)$/s, '$1$2')));
      expect(found.sort(), `${reader}, ${way}`).toEqual(wantedOf(reader));
    }
    return true;
  }

  /** One change of each column: a cell gets the value of another. */
  async function changesOf(shard: Shard): Promise<CellChange[]> {
    const { rows } = shard.state();
    await shard.rewriter?.ready?.();
    const changes: CellChange[] = [];
    for (const [column, target] of (shard.rewriter?.targets() ?? []).entries()) {
      if (!('path' in target)) {
        expect(target.readOnly).toMatch(/\.$/);
        counts.readOnly++;
        continue;
      }
      const [values = []] = await shard.read({ start: 0, end: Math.min(ROWS, rows), columns: [column], limits: WHOLE_LIMITS }, never).catch(() => []);
      const written = values.map(writtenOf);
      for (let row = written.length - 1; row > 0; row--) {
        const old = written[row];
        const now = written.find((each) => each != null && old != null && 'json' in each && 'json' in old && each.json !== old.json);
        if (old == null || now == null) continue;
        changes.push({ kind: 'cell', row, path: target.path, old, new: now });
        break;
      }
    }
    return changes;
  }

  /** What each reader says that can read the file, and finds as many rows in it. */
  async function readings(path: string, rows: number): Promise<ReadonlyMap<string, ReadTable>> {
    const found = new Map<string, ReadTable>();
    for (const name of PARQUET_READERS) {
      const table = await readers.read(name, path);
      if (table === null || [...table.values()].some(({ length }) => length !== rows)) counts.unread++;
      else found.set(name, table);
    }
    return found;
  }
});

function chosen(from: string): string[] {
  const all = readdirSync(from, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.parquet') && statSync(join(from, name)).isFile() && statSync(join(from, name)).size <= MAX_SIZE);
  all.sort();
  if (isLongRun()) return all;
  const random = seededRandom(runSeed());
  return Array.from({ length: Math.min(SAMPLE, all.length) }, () => all.splice(below(random, all.length), 1)[0] ?? '').sort();
}
