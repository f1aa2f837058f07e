import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { EditSet } from '../../../extension/engine/edits/edit-set.ts';
import { saveShard } from '../../../extension/engine/saving/save-shard.ts';
import { openJsonLines, type JsonShape } from '../../../extension/engine/shards/jsonl/open.ts';
import { reversed } from '../../../extension/journal/reverse.ts';
import { MISSING, type Change, type WrittenValue } from '../../../extension/protocol/edits.ts';
import { KEYS, ModelRecord, pick, randomRaw } from '../../support/json-model.ts';
import { hasProgram, OUTSIDE_EVERY, OutsideReader, outputOf } from '../../support/outside-reader.ts';
import { below, runSeed, seededRandom } from '../../support/random.ts';
import { sequenceNumbers } from '../../support/sequences.ts';
import { UNFLUSHED_FILES } from '../../support/unflushed-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-json-property-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const never = new AbortController().signal;
const context = { cacheFolder: join(folder, 'cache'), cacheBytes: 1024 ** 3, changed: (): void => undefined, signal: never };

const CODECS = {
  none: { encode: (bytes: Buffer): Buffer => bytes, decode: (bytes: Buffer): Buffer => bytes },
  gzip: { encode: (bytes: Buffer): Buffer => Buffer.concat([gzipSync(bytes.subarray(0, bytes.length >> 1)), gzipSync(bytes.subarray(bytes.length >> 1))]), decode: gunzipSync },
  zstd: { encode: (bytes: Buffer): Buffer => Buffer.concat([zstdCompressSync(bytes.subarray(0, bytes.length >> 1)), zstdCompressSync(bytes.subarray(bytes.length >> 1))]), decode: zstdDecompressSync },
};

/** A file in memory: what is in front of the first record, each record with what parts it from the one before, and the end. */
interface Model {
  readonly shape: JsonShape;
  readonly head: string;
  records: { part: string; record: ModelRecord }[];
  tail: string;
}

function randomModel(random: () => number): Model {
  const layout = pick(random, ['lines', 'array'] as const);
  const shape: JsonShape = { layout, compression: pick(random, ['none', 'gzip', 'zstd'] as const) };
  const bom = pick(random, ['', '\ufeff']);
  const count = 2 + below(random, 6);
  const records = Array.from({ length: count }, () => ModelRecord.random(random));
  if (layout === 'lines') {
    const eol = pick(random, ['\n', '\r\n']);
    const tail = pick(random, ['', eol, `${eol}${eol}`]);
    return { shape, head: bom, records: records.map((record, i) => ({ part: i === 0 ? '' : pick(random, [eol, eol, `${eol} ${eol}`]), record })), tail };
  }
  const wrapped = pick(random, [true, false]);
  const head = `${bom}${wrapped ? '{"version": 1, "data" :' : ''}[${pick(random, ['', '\n  '])}`;
  const part = pick(random, [',', ', ', ' ,\n  ']);
  return { shape, head, records: records.map((record, i) => ({ part: i === 0 ? '' : part, record })), tail: `${pick(random, ['', '\n'])}]${wrapped ? ', "more": {"data": [1]}}' : ''}\n` };
}

function modelText({ head, records, tail }: Model): string {
  return head + records.map(({ part, record }) => part + record.text()).join('') + tail;
}

/** Leaves rows out as the rules say: a line with its line break, an element with the comma before it, or the first with the one behind. */
function dropRows(model: Model, dropped: ReadonlySet<number>): void {
  if (model.shape.layout === 'array') {
    const kept = model.records.filter((_, row) => !dropped.has(row));
    if (kept[0] !== undefined) kept[0] = { part: '', record: kept[0].record };
    model.records = kept;
    return;
  }
  // A line break belongs to the line before it, blank lines to nobody.
  const eol = /\r?\n/;
  const lines = model.records.map(({ record }, row) => {
    const behind = model.records[row + 1]?.part ?? model.tail;
    const own = eol.exec(behind)?.[0] ?? '';
    return { record, own, blank: behind.slice(own.length) };
  });
  let carried = model.records[0]?.part ?? '';
  const records: Model['records'] = [];
  for (const [row, { record, own, blank }] of lines.entries()) {
    if (dropped.has(row)) {
      carried += blank;
      continue;
    }
    records.push({ part: carried, record });
    carried = own + blank;
  }
  model.records = records;
  model.tail = carried;
}

const written = (raw: string | null): WrittenValue => (raw === null ? MISSING : { json: raw });

/** One editing session on the model's file; `current` is what a person sees. */
class Session {
  readonly model: Model;
  readonly path: string;
  current: ModelRecord[];
  dropped = new Set<number>();
  edits = new EditSet();
  #done: Change[][] = [];
  #undone: Change[][] = [];
  /** What a row's keys are to be, in the order in which they were first touched since the last save. */
  #touched = new Map<number, Map<string, string | null>>();

  constructor(model: Model, path: string) {
    this.model = model;
    this.path = path;
    this.current = model.records.map(({ record }) => record.copy());
    writeFileSync(path, CODECS[model.shape.compression].encode(Buffer.from(modelText(model))));
  }

  step(random: () => number): void {
    const action = random();
    if (action < 0.15 && this.#done.length > 0) this.#take(reversed(this.#move(this.#done, this.#undone)));
    else if (action < 0.25 && this.#undone.length > 0) this.#take(this.#move(this.#undone, this.#done));
    else {
      const changes = Array.from({ length: 1 + below(random, 3) }, () => this.#randomChange(random));
      this.#done.push(changes);
      this.#undone = [];
    }
  }

  #move(from: Change[][], to: Change[][]): Change[] {
    const changes = from.pop()!;
    to.push(changes);
    return changes;
  }

  #randomChange(random: () => number): Change {
    const row = below(random, this.current.length);
    if (random() < 0.12 && (this.dropped.has(row) || this.dropped.size + 1 < this.current.length)) {
      const change: Change = { kind: 'row', row, dropped: !this.dropped.has(row) };
      this.#take([change]);
      return change;
    }
    const key = pick(random, KEYS);
    const old = this.current[row]!.get(key);
    // A duplicate's earlier value would come to light: taking it away is not what one edit says.
    const single = this.current[row]!.members.filter((member) => member.key === key).length < 2;
    const next = old !== null && single && random() < 0.25 ? null : randomRaw(random);
    const change: Change = { kind: 'cell', row, path: [key], old: written(old), new: written(next) };
    this.#take([change]);
    return change;
  }

  #take(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === 'row' && change.dropped) this.dropped.add(change.row);
      else if (change.kind === 'row') this.dropped.delete(change.row);
      else if (change.kind === 'cell') this.#setCell(change.row, String(change.path[0]), 'json' in change.new ? change.new.json : null);
    }
    this.edits.apply(changes);
  }

  #setCell(row: number, key: string, raw: string | null): void {
    const touched = this.#touched.get(row) ?? new Map<string, string | null>();
    if (raw === this.model.records[row]!.record.get(key)) touched.delete(key);
    else touched.set(key, raw);
    this.#touched.set(row, touched);
    this.current[row]!.set(key, raw);
  }

  async save(): Promise<void> {
    const shard = await openJsonLines(this.path, this.model.shape, context);
    await saveShard(UNFLUSHED_FILES, { rewriter: shard.rewriter!, edits: this.edits, target: {}, expected: null }, never);
    await shard.close();
    this.#saveModel();
    const bytes = CODECS[this.model.shape.compression].decode(readFileSync(this.path));
    expect(bytes.toString('utf8')).toBe(modelText(this.model));
  }

  #saveModel(): void {
    for (const [row, keys] of this.#touched) for (const [key, raw] of keys) this.model.records[row]!.record.set(key, raw);
    // What people saw is what was written, though not always in the order in which they made it.
    const kept = (row: number): boolean => !this.dropped.has(row);
    const seen = this.current.filter((_, row) => kept(row)).map(values);
    if (this.dropped.size > 0) {
      dropRows(this.model, this.dropped);
      this.#done = [];
      this.#undone = [];
    }
    expect(this.model.records.map(({ record }) => values(record))).toEqual(seen);
    this.current = this.model.records.map(({ record }) => record.copy());
    this.dropped = new Set();
    this.#touched.clear();
    this.edits = new EditSet();
  }
}

function values(record: ModelRecord): Record<string, string | null> {
  const plain = (raw: string | null): string | null => (raw?.startsWith('"') === true ? JSON.stringify(JSON.parse(raw)) : raw);
  return Object.fromEntries(KEYS.map((key) => [key, plain(record.get(key))]));
}

it('saves exactly what random edits, undos, redos and saves make of a file', async () => {
  const random = seededRandom(runSeed());
  const outside = OutsideReader.start(false);
  const programs = { gzip: hasProgram('gzip'), zstd: hasProgram('zstd') };
  let readOutside = 0;
  for (const sequence of sequenceNumbers(60, 'JSON files')) {
    const model = randomModel(random);
    const { compression } = model.shape;
    const session = new Session(model, join(folder, `${sequence % 50}.json${{ none: '', gzip: '.gz', zstd: '.zst' }[compression]}`));
    for (let steps = 4 + below(random, 12); steps > 0; steps--) {
      session.step(random);
      if (random() < 0.1) await session.save();
    }
    await session.save();
    if (sequence % OUTSIDE_EVERY !== 0) continue;
    readOutside++;
    if (compression !== 'none' && programs[compression]) expect(outputOf(compression, ['-dc', session.path]).toString()).toBe(modelText(model));
    if (compression !== 'zstd' && outside !== null) expect(await outside.read('json', session.path)).toBe(model.records.length);
  }
  outside?.close();
  console.log(`${readOutside} sequences were read by other programs, too`);
});
