import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Column, ShardMetadata, ShardState } from '../../../protocol/shards.ts';
import type { Value } from '../../../protocol/values.ts';
import { duckdbBytesRead } from '../../duckdb/session.ts';
import type { ReadRequest, RowsRequest, Shard, ShardContext } from '../shard.ts';
import type { ColumnRef, Relation } from '../../queries/relation.ts';
import type { LintFinding } from '../../../protocol/lint.ts';
import { FileSource } from '../source.ts';
import { CellPages } from '../parquet-pages/cell-pages.ts';
import { ParquetRewriter } from '../parquet-editing/rewriter.ts';
import { kindOfType, kindOfValues } from './columns.ts';
import { checkEnds } from './file-ends.ts';
import { readFooter } from './footer.ts';
import { ListChecks } from './list-checks.ts';
import { readMetadata } from './metadata.ts';
import { readPage, readSingleRows, type PageSource } from './page.ts';
import { parquetRelation } from './relation.ts';
import { checkPageMarks } from './page-marks.ts';
import { planRowGroups, type RowCounts } from './row-groups.ts';
import { ParquetFile, type ParquetTable } from './table.ts';

/** Milliseconds after a read before its bytes are counted. */
const COUNT_DELAY = 100;

/** Milliseconds in which a file must be open; a sound footer takes a few. Large footers get more. */
const OPEN_DEADLINE = 4_000;
const FOOTER_BYTES_PER_MS = 10_000;

/**
 * Opens a Parquet file in place: only its footer is read.
 * @throws LoupeError `not-found`, `no-permission`, `malformed`, `encrypted`, `unsupported`, `timeout`, `cancelled`
 */
export async function openParquet(path: string, context: ShardContext): Promise<Shard> {
  const full = resolve(path);
  const source = await FileSource.open(full);
  try {
    const { footerLength, tail } = await checkEnds(source);
    const deadline = OPEN_DEADLINE + footerLength / FOOTER_BYTES_PER_MS;
    const file = await ParquetFile.at(full);
    const table = await file.table({ signal: context.signal, deadline });
    await checkPageMarks(file, tail, context.signal);
    return new ParquetShard(file, table, source, context);
  } finally {
    await source.close();
  }
}

class ParquetShard implements Shard {
  readonly #file: ParquetFile;
  readonly #table: ParquetTable;
  readonly #context: ShardContext;
  readonly #fileSize: number;
  readonly #ownBytes: number;
  #columns: readonly Column[];
  /** Columns whose kind the values have not told yet. */
  readonly #undecided: Set<number>;
  #duckdbBytes = 0;
  /** What the state that was announced last counted. */
  #toldBytes = 0;
  #counting: Promise<void> | null = null;
  readonly #closed = new AbortController();
  readonly #lists: ListChecks;
  readonly #cells: CellPages;
  readonly rewriter: ParquetRewriter;
  #rowCounts: Promise<RowCounts> | null = null;

  constructor(file: ParquetFile, table: ParquetTable, source: FileSource, context: ShardContext) {
    this.#file = file;
    this.#table = table;
    this.#context = context;
    this.#fileSize = source.byteLength;
    this.#ownBytes = source.bytesRead;
    this.#columns = table.columns.map(({ name, type, typeName }, index) => ({ index, name, type: typeName, kind: kindOfType(type) }));
    this.#undecided = new Set(this.#columns.filter(({ kind }) => kind === 'bytes' || kind === 'list').map(({ index }) => index));
    this.#lists = new ListChecks(file.path, table, () => this.#loadRowCounts(), context.signal);
    this.#cells = new CellPages(file, table, AbortSignal.any([context.signal, this.#closed.signal]));
    this.rewriter = new ParquetRewriter({ file, table, read: (request, signal) => this.read(request, signal), readRows: (request, signal) => this.readRows(request, signal), signal: this.#closed.signal });
    this.#countBytes();
  }

  state(): ShardState {
    return {
      path: this.#file.path,
      format: 'parquet',
      compression: 'none',
      fileSize: this.#fileSize,
      rows: this.#table.rows,
      rowsComplete: true,
      columns: this.#columns,
      notices: [],
      bytesRead: this.#ownBytes + this.#duckdbBytes + this.#cells.bytesRead,
    };
  }

  async read(request: ReadRequest, signal: AbortSignal): Promise<Value[][]> {
    const end = Math.min(request.end, this.#table.rows);
    if (request.start >= end) return request.columns.map(() => []);
    const values = await readPage(this.#source, { ...request, end }, AbortSignal.any([signal, this.#context.signal]));
    this.#decideKinds(request.columns, values);
    this.#countBytes();
    return values;
  }

  async readRows(request: RowsRequest, signal: AbortSignal): Promise<Value[][]> {
    const values = await readSingleRows(this.#source, request, AbortSignal.any([signal, this.#context.signal]));
    this.#decideKinds(request.columns, values);
    this.#countBytes();
    return values;
  }

  relation(columns: readonly ColumnRef[]): Promise<Relation> {
    return parquetRelation(this.#file, this.#table, columns);
  }

  lint(): Promise<readonly LintFinding[]> {
    return Promise.resolve([]);
  }

  async place(row: number): Promise<string> {
    const [part] = planRowGroups(await this.#loadRowCounts(), row, row + 1);
    return part === undefined ? `row ${row + 1}` : `row group ${part.group + 1}, row ${part.start + 1}`;
  }

  raw(): Promise<null> {
    return Promise.resolve(null);
  }

  members(): Promise<null> {
    return Promise.resolve(null);
  }

  metadata(signal: AbortSignal): Promise<ShardMetadata> {
    return readMetadata(this.#file, signal);
  }

  async settled(): Promise<void> {
    while (this.#counting) await this.#counting;
  }

  close(): Promise<void> {
    this.#closed.abort();
    return Promise.resolve();
  }

  get #source(): PageSource {
    return { file: this.#file, table: this.#table, lists: this.#lists, cells: this.#cells };
  }

  /** Read once for all who ask, so that only the shard's own end stops it. */
  #loadRowCounts(): Promise<RowCounts> {
    this.#rowCounts ??= readFooter(this.#file.path, this.#context.signal).then((footer) => footer?.rowCounts ?? []);
    return this.#rowCounts;
  }

  /** Types alone do not tell pictures from bytes or embeddings from lists: the first values read do. */
  #decideKinds(columns: readonly number[], values: readonly (readonly Value[])[]): void {
    const found = new Map<number, Column['kind']>();
    for (const [position, index] of columns.entries()) {
      const column = this.#columns[index];
      if (!column || !this.#undecided.has(index)) continue;
      const kind = kindOfValues(column.kind, values[position] ?? []);
      if (kind === null) continue;
      this.#undecided.delete(index);
      if (kind !== column.kind) found.set(index, kind);
    }
    if (found.size === 0) return;
    this.#columns = this.#columns.map((column) => ({ ...column, kind: found.get(column.index) ?? column.kind }));
    this.#context.changed();
  }

  /** Asks for DuckDB's count behind the page's back: it takes a few milliseconds, which no page should share its cores with. */
  #countBytes(): void {
    this.#counting ??= setTimeout(COUNT_DELAY, undefined, { signal: this.#closed.signal })
      .then(() => duckdbBytesRead(this.#file.path))
      .then((bytes) => {
        const total = Math.max(bytes, this.#duckdbBytes) + this.#cells.bytesRead;
        const grown = total > this.#toldBytes;
        this.#duckdbBytes = Math.max(bytes, this.#duckdbBytes);
        this.#toldBytes = total;
        if (grown && !this.#context.signal.aborted) this.#context.changed();
      })
      .catch(() => undefined)
      .finally(() => (this.#counting = null));
  }
}
