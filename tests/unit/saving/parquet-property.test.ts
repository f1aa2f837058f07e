import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EditSet } from '../../../extension/engine/edits/edit-set.ts';
import { saveShard } from '../../../extension/engine/saving/save-shard.ts';
import { openShard } from '../../../extension/engine/shards/open.ts';
import { reversed } from '../../../extension/journal/reverse.ts';
import type { Change } from '../../../extension/protocol/edits.ts';
import { jsonText } from '../../../extension/engine/pages/json-text.ts';
import { WHOLE_LIMITS } from '../../../extension/protocol/values.ts';
import { writeParquet } from '../../support/parquet-files.ts';
import { duckdbTable, hyparquetTable, parquetWasmTable } from '../../support/parquet-readers.ts';
import { OUTSIDE_EVERY, OutsideReader } from '../../support/outside-reader.ts';
import { below, runSeed, seededRandom } from '../../support/random.ts';
import { sequenceNumbers } from '../../support/sequences.ts';
import { UNFLUSHED_FILES } from '../../support/unflushed-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-parquet-model-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const never = new AbortController().signal;
const context = { cacheFolder: join(folder, 'cache'), cacheBytes: 1024 ** 3, changed: (): void => undefined, signal: never };

const ROWS = 60;
const NAMES = ['id', 'text', 'score', 'tags'] as const;
const SELECT = `SELECT range::BIGINT AS id, CASE WHEN range % 5 > 0 THEN 'text ' || (range % 40) END AS text, range / 8 AS score, [('t' || x) for x in range(range % 3)] AS tags FROM range(${ROWS})`;
const SOURCES = ['COMPRESSION zstd, ROW_GROUP_SIZE 25', 'COMPRESSION snappy, PARQUET_VERSION V2, ROW_GROUP_SIZE 1000', 'COMPRESSION uncompressed, ROW_GROUP_SIZE 10'];

beforeAll(async () => {
  for (const [at, options] of SOURCES.entries()) await writeParquet(join(folder, `source-${at}.parquet`), SELECT, options);
});

/** Cells as JSON, as the shard shows them. */
type Model = string[][];

/** One file, its model, and what is not saved yet. */
class Session {
  readonly path: string;
  #model: Model;
  #now: Model;
  #dropped = new Set<number>();
  #edits = new EditSet();
  #done: (readonly Change[])[] = [];
  #undone: (readonly Change[])[] = [];

  constructor(path: string, model: Model) {
    this.path = path;
    this.#model = model;
    this.#now = model.map((row) => [...row]);
  }

  step(random: () => number): void {
    const kind = random();
    if (kind < 0.15 && this.#done.length > 0) {
      const changes = this.#done.pop() ?? [];
      this.#undone.push(changes);
      this.#apply(reversed(changes));
    } else if (kind < 0.25 && this.#undone.length > 0) {
      const changes = this.#undone.pop() ?? [];
      this.#done.push(changes);
      this.#apply(changes);
    } else {
      const changes = Array.from({ length: random() < 0.1 ? 30 : 1 }, () => this.#change(random));
      const distinct = [...new Map(changes.map((change) => [change.kind === 'cell' ? `${change.row} ${change.path.join(' ')}` : `row ${JSON.stringify(change)}`, change])).values()];
      this.#done.push(distinct);
      this.#undone = [];
      this.#apply(distinct);
    }
  }

  async save(): Promise<void> {
    const shard = await openShard(this.path, context);
    await saveShard(UNFLUSHED_FILES, { rewriter: shard.rewriter!, edits: this.#edits, target: {}, expected: null }, never);
    await shard.close();
    this.#model = this.#now.filter((_, row) => !this.#dropped.has(row));
    this.#now = this.#model.map((row) => [...row]);
    if (this.#dropped.size > 0) this.#done = [];
    this.#undone = [];
    this.#dropped = new Set();
    this.#edits = new EditSet();
    await this.#compare();
  }

  async #compare(): Promise<void> {
    expect(await readModel(this.path)).toEqual(this.#model);
    const texts = this.#model.map((row) => String(JSON.parse(row[1] ?? '')));
    expect((await duckdbTable(this.path)).get('1 text')).toEqual(texts);
    const other = await hyparquetTable(this.path);
    expect(other.get('text')?.map((text) => String(JSON.parse(text)))).toEqual(texts);
    expect((await parquetWasmTable(this.path)).get('1 text')?.map((text) => String(JSON.parse(text)))).toEqual(texts);
    expect(other.get('id')).toEqual(this.#model.map((row) => `"${row[0] ?? ''}n"`));
    expect(other.get('tags')).toEqual(this.#model.map((row) => JSON.stringify(JSON.parse(row[3] ?? ''))));
  }

  #change(random: () => number): Change {
    const row = below(random, this.#now.length);
    if (random() < 0.05) return { kind: 'row', row, dropped: !this.#dropped.has(row) };
    const column = below(random, NAMES.length);
    const value = [() => String(below(random, 1e9)), () => (random() < 0.2 ? 'null' : JSON.stringify(['é', 'words '.repeat(below(random, 25)), '', `n${below(random, 9)}`][below(random, 4)])), () => `${below(random, 99)}.25`, () => `[${Array.from({ length: below(random, 4) }, () => `"t${below(random, 9)}"`).join(', ')}]`][column]?.() ?? 'null';
    return { kind: 'cell', row, path: [NAMES[column] ?? ''], old: { json: this.#now[row]?.[column] ?? '' }, new: { json: value } };
  }

  #apply(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === 'row') {
        if (change.dropped) this.#dropped.add(change.row);
        else this.#dropped.delete(change.row);
      } else if (change.kind === 'cell') {
        const row = this.#now[change.row];
        if (row !== undefined && 'json' in change.new) row[NAMES.findIndex((name) => name === change.path[0])] = change.new.json;
      }
    }
    this.#edits.apply(changes);
  }
}

async function readModel(path: string): Promise<Model> {
  const shard = await openShard(path, context);
  try {
    const columns = await shard.read({ start: 0, end: shard.state().rows, columns: [0, 1, 2, 3], limits: WHOLE_LIMITS }, never);
    return (columns[0] ?? []).map((_, row) => columns.map((column) => jsonText(column[row] ?? null)));
  } finally {
    await shard.close();
  }
}

it('saves exactly what random edits, undos, redos and saves make of Parquet files', async () => {
  const random = seededRandom(runSeed());
  const outside = OutsideReader.start(true);
  let [saves, readOutside] = [0, 0];
  for (const sequence of sequenceNumbers(15, 'Parquet files')) {
    const source = join(folder, `source-${sequence % SOURCES.length}.parquet`);
    const path = join(folder, `${sequence % 50}.parquet`);
    copyFileSync(source, path);
    const session = new Session(path, await readModel(path));
    for (let steps = 3 + below(random, 8); steps > 0; steps--) {
      session.step(random);
      if (random() >= 0.1) continue;
      await session.save();
      saves++;
    }
    await session.save();
    saves++;
    if (sequence % OUTSIDE_EVERY !== 0 || outside === null) continue;
    readOutside++;
    const found = (await outside.read('pyarrow', path)) as Record<string, unknown[]>;
    for (const [at, name] of NAMES.entries()) expect(found[name]?.map((value) => JSON.stringify(value)), name).toEqual((await readModel(path)).map((row) => JSON.stringify(JSON.parse(row[at] ?? ''))));
  }
  outside?.close();
  console.log(`${saves} saves, ${readOutside} sequences were read by pyarrow, too`);
});
