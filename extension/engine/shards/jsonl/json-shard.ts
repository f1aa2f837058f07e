import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Member, Notice, Progress, ShardMetadata, ShardState } from '../../../protocol/shards.ts';
import { GRID_LIMITS, type Value, type ValueLimits } from '../../../protocol/values.ts';
import { LoupeError } from '../../../rpc/failure.ts';
import type { ReadRequest, RowsRequest, Shard, ShardContext } from '../shard.ts';
import { readRuns, runs } from '../single-rows.ts';
import { QueryTables } from '../../query-tables/query-tables.ts';
import type { ColumnRef, Relation, ReportWork } from '../../queries/relation.ts';
import type { LintFinding } from '../../../protocol/lint.ts';
import { byteText } from './byte-text.ts';
import { JsonColumns } from './columns.ts';
import { ElementScanner, type Layout } from './element-scanner.ts';
import type { FileGuard } from '../file-guard.ts';
import { readJson } from './json-reader.ts';
import { jsonMetadata } from './json-metadata.ts';
import { LineNotices } from './line-notices.ts';
import { LineScanner } from './line-scanner.ts';
import type { JsonShape } from './open.ts';
import { RecordDecoder } from './record-cells.ts';
import { RecordIndex, type PassingRecord } from './record-index.ts';
import { visitRecords, type Located, type LocatedRecord } from './record-reader.ts';
import type { Checkpoint, Scanner } from './scanner.ts';
import { JsonRewriter } from './rewriter.ts';
import { JsonTableSource } from './table-source.ts';
import { copyOf, type TextSource } from './text-source.ts';

/** The schema begins with the first rows: this many, or this many bytes of them. */
const SAMPLE_ROWS = 1000;
const SAMPLE_BYTES = 1024 * 1024;
/** Behind them one byte in so many is sampled as the index passes. */
const SAMPLE_SHARE = 64;
/** What sampling keeps of a value: enough to know its type. */
const SAMPLE_LIMITS: ValueLimits = { text: 16, bytes: 0, items: 32, summariseVectors: true };
/** Opening waits for a first row at most this many bytes. */
const PATIENCE = 64 * 1024 * 1024;
/** Milliseconds of decoding after which the event loop gets its turn. */
const TURN = 10;
/** Milliseconds for which the file's size and time are taken to be as they were. */
const GUARD_INTERVAL = 250;
/** Milliseconds between two reports of progress. */
const REPORT_INTERVAL = 100;
/** Longest record that is given as it is written. */
const RAW_LIMIT = 128 * 1024 * 1024;

/** What an open JSON shard stands on. */
export interface JsonShardParts {
  readonly source: TextSource;
  readonly shape: JsonShape;
  readonly context: ShardContext;
  readonly guard: FileGuard;
  /** Where the text begins, behind a byte-order mark. */
  readonly start: number;
  readonly fileSize: number;
}

/** JSON Lines or a JSON document, open; see `openJsonLines`. */
export class JsonShard implements Shard {
  readonly rewriter: JsonRewriter;
  readonly #parts: JsonShardParts;
  readonly #columns = new JsonColumns();
  readonly #notices: LineNotices;
  readonly #decoder: RecordDecoder;
  readonly #index: RecordIndex;
  readonly #located: Located;
  readonly #tables: QueryTables;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #isLines: boolean;
  #fileSize: number;
  #sampledBytes = 0;
  #deleted = false;
  #checkedAt = 0;
  #reportedAt = 0;
  #peek: Promise<void> | null = null;
  /** Reads under way, and what the index waits for while there are any. */
  #readers = 0;
  #reading: PromiseWithResolvers<unknown> | null = null;

  constructor(parts: JsonShardParts) {
    this.#parts = parts;
    this.#fileSize = parts.fileSize;
    this.#isLines = parts.shape.layout === 'lines';
    this.#signal = AbortSignal.any([parts.context.signal, this.#stop.signal]);
    const noun = this.#isLines ? 'line' : 'element';
    this.#notices = new LineNotices(noun);
    this.#decoder = new RecordDecoder(parts.source, this.#columns, this.#notices, noun);
    this.#index = new RecordIndex({
      source: parts.source,
      scanner: (at) => (this.#isLines ? new LineScanner(at) : new ElementScanner(at, 'start')),
      start: parts.start,
      signal: this.#signal,
      busy: () => this.#reading?.promise ?? null,
      advanced: () => this.#advanced(),
      wants: (row, start, size) => this.#wants(row, start, size),
      sample: (record) => this.#sample(record),
    });
    this.#located = { source: parts.source, index: this.#index, scanner: (at) => this.#scannerAt(at), lines: this.#isLines };
    this.#tables = new QueryTables(this.#tableSource(), parts.context);
    this.rewriter = this.#newRewriter();
    this.#index.start();
  }

  #tableSource(): JsonTableSource {
    return new JsonTableSource({
      bytes: this.#parts.source,
      index: this.#index,
      columns: this.#columns,
      located: this.#located,
      whole: (signal) => this.#whole(signal),
      progress: () => this.#progress(),
      readRows: (request, signal) => this.readRows(request, signal),
    });
  }

  #newRewriter(): JsonRewriter {
    return new JsonRewriter({
      located: this.#located,
      compression: this.#parts.shape.compression,
      columns: () => this.#columns.sources(),
      isSequence: () => this.#rowLayout() === 'sequence',
      whole: (signal) => this.#whole(signal),
      place: (record) => this.#decoder.place(record),
    });
  }

  /** Waits until every row is known, and looks whether they are those of the file. */
  async #whole(signal: AbortSignal): Promise<void> {
    await this.#index.whole(signal);
    await this.#checkFile(Infinity);
    await this.#index.whole(signal);
    if (this.#index.failure !== null) throw this.#index.failure;
  }

  /** Resolves when the first rows are known, or it is plain that they take long. */
  async firstRows(): Promise<void> {
    await this.#index.reached(() => this.#index.rows > 0 || this.#index.scanned > PATIENCE, this.#signal);
    await this.#peek;
  }

  state(): ShardState {
    const { source, shape } = this.#parts;
    const progress = this.#progress();
    return {
      path: source.path,
      format: this.#isLines ? 'jsonl' : 'json',
      compression: shape.compression,
      fileSize: this.#fileSize,
      rows: this.#index.rows,
      rowsComplete: this.#index.complete,
      columns: this.#columns.list(),
      notices: this.#allNotices(),
      bytesRead: source.bytesRead,
      ...(progress === null ? {} : { progress }),
    };
  }

  async read(request: ReadRequest, signal: AbortSignal): Promise<Value[][]> {
    await this.#ready(request.end, signal);
    const result: Value[][] = request.columns.map(() => []);
    const before = this.#columns.version + this.#notices.version;
    const budget = RecordDecoder.budget(request.limits);
    let turn = performance.now();
    const visit = async (record: LocatedRecord): Promise<void> => {
      const { cells, absent } = await this.#decoder.decode(record, request.limits, budget, false, signal);
      request.columns.forEach((column, index) => result[index]?.push(cells.get(column) ?? (cells.has(column) ? null : absent)));
      if (performance.now() - turn < TURN) return;
      await setImmediate();
      signal.throwIfAborted();
      turn = performance.now();
    };
    await this.#visit(request.start, request.end, visit, signal);
    if (this.#columns.version + this.#notices.version !== before) this.#parts.context.changed();
    return result;
  }

  readRows(request: RowsRequest, signal: AbortSignal): Promise<Value[][]> {
    return readRuns((run, until) => this.read(run, until), request, signal);
  }

  relation(columns: readonly ColumnRef[], report: ReportWork, signal: AbortSignal): Promise<Relation> {
    return this.#tables.relation(columns, report, signal);
  }

  lint(): Promise<readonly LintFinding[]> {
    return Promise.resolve([]);
  }

  async place(row: number, signal: AbortSignal): Promise<string> {
    return this.#decoder.place(await this.#one(row, signal));
  }

  async raw(row: number, signal: AbortSignal): Promise<string> {
    const record = await this.#one(row, signal);
    const text = (await this.#bytesOf({ ...record, bytes: null })).toString('utf8');
    return this.#isLines ? (text.split(/\r?\n|\r$/, 1)[0] ?? '') : text;
  }

  async rawRows(rows: readonly number[], signal: AbortSignal): Promise<Buffer[]> {
    const found = new Map<number, Buffer>();
    const wanted = new Set(rows);
    const take = async (record: LocatedRecord): Promise<void> => {
      if (wanted.has(record.row)) found.set(record.row, recordBytes(await this.#bytesOf(record), this.#isLines));
    };
    for (const [start, end] of runs([...wanted].sort((a, b) => a - b))) {
      await this.#ready(end, signal);
      await this.#visit(start, end, take, signal);
    }
    return rows.map((row) => {
      const record = found.get(row);
      if (record === undefined) throw new LoupeError('invalid-request', `${this.#name} has no row ${row + 1}.`, { path: this.#parts.source.path });
      return record;
    });
  }

  members(): Promise<readonly Member[] | null> {
    return Promise.resolve(null);
  }

  async metadata(signal: AbortSignal): Promise<ShardMetadata> {
    signal.throwIfAborted();
    return jsonMetadata({ ...this.#parts, state: this.state(), scanner: this.#index.scanner, notices: this.#notices, schema: this.#columns.schema(), sampled: this.#columns.sampled });
  }

  async settled(): Promise<void> {
    await this.#index.settled();
    await this.#peek;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#tables.close();
    await this.settled();
    await this.#parts.source.close();
  }

  get #name(): string {
    return basename(this.#parts.source.path);
  }

  #scannerAt(at: Checkpoint): Scanner {
    if (this.#isLines) return new LineScanner(at);
    return new ElementScanner(at, this.#rowLayout());
  }

  /** What rows are in this document: known once there is one. */
  #rowLayout(): Layout {
    const { scanner } = this.#index;
    return scanner instanceof ElementScanner && scanner.rowsAreElements ? 'elements' : 'sequence';
  }

  #wants(row: number, start: number, size: number): boolean {
    const early = row < SAMPLE_ROWS && this.#sampledBytes < SAMPLE_BYTES;
    if (!early && this.#sampledBytes + size > SAMPLE_BYTES + start / SAMPLE_SHARE) return false;
    this.#sampledBytes += size;
    return true;
  }

  #sample({ row, line, bytes }: PassingRecord): void {
    const record = { row, line, start: 0, end: bytes.length, bytes };
    this.#decoder.take({ ...readJson(bytes, SAMPLE_LIMITS, Infinity), cutAt: null }, record, SAMPLE_LIMITS, true);
  }

  #advanced(): void {
    if (this.#peek === null && this.#index.rows > 0) {
      // A first record longer than a piece of the index was not sampled as it passed.
      this.#peek = this.#columns.count > 0 ? Promise.resolve() : this.#peekFirst();
    }
    if (!this.#index.complete && Date.now() - this.#reportedAt < REPORT_INTERVAL) return;
    this.#reportedAt = Date.now();
    this.#parts.context.changed();
  }

  async #peekFirst(): Promise<void> {
    const budget = RecordDecoder.budget(GRID_LIMITS);
    const visit = async (record: LocatedRecord): Promise<void> => {
      await this.#decoder.decode(record, GRID_LIMITS, budget, true, this.#signal);
    };
    await this.#visit(0, 1, visit, this.#signal).catch(() => undefined);
    this.#parts.context.changed();
  }

  /** Waits until rows up to `end` are indexed, after a look at whether the file is still the one that was opened. */
  async #ready(end: number, signal: AbortSignal): Promise<void> {
    await this.#checkFile(end);
    await this.#index.reached(() => this.#index.rows >= end, signal);
    if (this.#index.failure !== null && this.#index.rows < end) throw this.#index.failure;
  }

  async #checkFile(end: number): Promise<void> {
    // While the index runs, the first rows must not wait for what is being appended behind.
    if (!this.#index.complete) return;
    if (end <= this.#index.rows && Date.now() - this.#checkedAt < GUARD_INTERVAL) return;
    const news = await this.#parts.guard.check();
    this.#checkedAt = Date.now();
    if (news === 'deleted' && !this.#deleted) {
      this.#deleted = true;
      this.#parts.context.changed();
    }
    if (news === 'grown') await this.#grow();
  }

  /** Takes in what was appended. */
  async #grow(): Promise<void> {
    const { source } = this.#parts;
    const { scanned, tail } = this.#index;
    if (!tail.equals(await source.slice(scanned - tail.length, scanned))) {
      throw new LoupeError('changed', `${this.#name} was rewritten while it was open; open it again.`, { path: source.path });
    }
    await source.refresh();
    this.#fileSize = source.byteLength;
    this.#index.resume();
    this.#parts.context.changed();
  }

  async #visit(start: number, end: number, visit: (record: LocatedRecord) => Promise<void>, signal: AbortSignal): Promise<void> {
    this.#readers++;
    this.#reading ??= Promise.withResolvers();
    try {
      await visitRecords(this.#located, start, Math.min(end, this.#index.rows), visit, signal);
    } finally {
      if (--this.#readers === 0) {
        this.#reading.resolve(null);
        this.#reading = null;
      }
    }
  }

  /** @throws LoupeError `too-large` */
  async #bytesOf({ row, line, start, end, bytes }: LocatedRecord): Promise<Buffer> {
    // The window that it was read with goes on to other bytes.
    if (bytes !== null) return Buffer.from(bytes);
    if (end - start <= RAW_LIMIT) return this.#parts.source.slice(start, end);
    const place = this.#decoder.place({ row, line });
    throw new LoupeError('too-large', `${capital(place)} of ${this.#name} is ${byteText(end - start)} long; records are shown whole up to ${byteText(RAW_LIMIT)}.`, { path: this.#parts.source.path, place });
  }

  async #one(row: number, signal: AbortSignal): Promise<LocatedRecord> {
    await this.#ready(row + 1, signal);
    const found: LocatedRecord[] = [];
    const visit = (record: LocatedRecord): Promise<void> => {
      found.push(record);
      return Promise.resolve();
    };
    await this.#visit(row, row + 1, visit, signal);
    const [record] = found;
    if (record === undefined) throw new LoupeError('invalid-request', `${this.#name} has no row ${row + 1}.`, { path: this.#parts.source.path });
    return record;
  }

  #progress(): Progress | null {
    if (this.#index.complete) return null;
    const copy = copyOf(this.#parts.source);
    if (copy !== null && !copy.complete) return { label: 'Decompressing', done: copy.consumed, total: copy.total };
    const share = this.#index.scanned / Math.max(1, this.#parts.source.byteLength);
    return { label: this.#isLines ? 'Indexing lines' : 'Indexing elements', done: Math.round(share * this.#fileSize), total: this.#fileSize };
  }

  #allNotices(): Notice[] {
    const notices: Notice[] = [];
    const problem = copyOf(this.#parts.source)?.problem ?? null;
    if (problem !== null && problem.code !== 'cancelled') notices.push({ severity: 'error', message: problem.message });
    if (this.#index.failure !== null) notices.push({ severity: 'error', message: this.#index.failure.message });
    const { scanner } = this.#index;
    if (scanner instanceof ElementScanner && scanner.fault !== null) {
      notices.push({ severity: 'error', message: `${this.#name}, byte ${scanner.fault.byte}: ${scanner.fault.message}. The ${this.#index.rows} elements before are shown.` });
    }
    if (this.#deleted) notices.push({ severity: 'warning', message: `${this.#name} was deleted; what is shown is the file as it was opened.` });
    return [...notices, ...this.#notices.list()];
  }
}

/** A line without its end. */
function recordBytes(bytes: Buffer, isLine: boolean): Buffer {
  const end = isLine ? bytes.indexOf(LINE_FEED) : -1;
  const line = end < 0 ? bytes : bytes.subarray(0, end);
  return isLine && line.at(-1) === RETURN ? line.subarray(0, -1) : line;
}

const LINE_FEED = 10;
const RETURN = 13;

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
