import { basename } from 'node:path';
import type { Column, Compression, Member, Notice, Progress, ShardMetadata, ShardState } from '../../../protocol/shards.ts';
import type { Value } from '../../../protocol/values.ts';
import { LoupeError, toLoupeError } from '../../../rpc/failure.ts';
import { fileError } from '../file-error.ts';
import type { FileGuard } from '../file-guard.ts';
import type { ReadRequest, RowsRequest, Shard, ShardContext } from '../shard.ts';
import { readRuns } from '../single-rows.ts';
import { QueryTables } from '../../query-tables/query-tables.ts';
import type { ColumnRef, Relation, ReportWork } from '../../queries/relation.ts';
import type { LintFinding } from '../../../protocol/lint.ts';
import type { ByteSource, GrowingSource } from '../source.ts';
import { Waiters } from '../../waiters.ts';
import { ArchiveIndex } from './archive-index.ts';
import { columnKind, fieldKind } from './field-kind.ts';
import { lintSamples } from './lint.ts';
import { MEMBER_COLUMNS, readMembers } from './member-rows.ts';
import { MemberReader } from './member-reader.ts';
import { KEY_COLUMN, readSamples } from './sample-rows.ts';
import { splitKey } from './sample-key.ts';
import { ArchiveScan, type ScanEnd } from './scan.ts';
import { isRegular, memberType } from './tar-header.ts';
import { TarRewriter } from './rewriter.ts';
import { TarTableSource } from './table-source.ts';
import { tarMetadata } from './tar-metadata.ts';

/** `changed` is called at most this often, in milliseconds. */
const CHANGED_INTERVAL = 100;
/** Members of one sample that are listed. */
const MAX_LISTED = 5_000;

export interface TarFile {
  readonly source: ByteSource | GrowingSource;
  readonly compression: Compression;
  /** Bytes of the file on disk. */
  readonly fileSize: number;
  /** Knows when the file was changed, which does not matter to a decompressed copy until it is saved. */
  readonly guard: FileGuard;
}

/** An open tar archive, WebDataset or not. The index is built in the background; rows can be read as they appear. */
export class TarShard implements Shard {
  readonly rewriter: TarRewriter;
  readonly #file: TarFile;
  readonly #context: ShardContext;
  readonly #index = new ArchiveIndex();
  readonly #reader: MemberReader;
  readonly #tables: QueryTables;
  readonly #closing = new AbortController();
  readonly #waiters = new Waiters();
  readonly #scan: Promise<void>;
  #columns: readonly Column[] = [];
  #end: ScanEnd | null = null;
  #failure: LoupeError | null = null;
  #told = 0;
  #news: Notice | null = null;

  constructor(file: TarFile, context: ShardContext) {
    this.#file = file;
    this.#context = context;
    this.#reader = new MemberReader(file.source, this.#index);
    this.#tables = new QueryTables(this.#tableSource(), context);
    this.rewriter = this.#newRewriter();
    this.#index.onProgress = () => this.#progressed();
    this.#scan = this.#buildIndex();
  }

  #tableSource(): TarTableSource {
    return new TarTableSource({
      bytes: this.#file.source,
      index: this.#index,
      columns: () => this.#currentColumns(),
      whole: (signal) => this.#whole(signal),
      progress: () => this.#progress(),
      read: (request, signal) => this.read(request, signal),
      readRows: (request, signal) => this.readRows(request, signal),
    });
  }

  #newRewriter(): TarRewriter {
    return new TarRewriter({
      source: this.#file.source,
      compression: this.#file.compression,
      index: this.#index,
      reader: this.#reader,
      columns: () => this.#currentColumns(),
      whole: (signal) => this.#wholeAndUnchanged(signal),
    });
  }

  /** Waits for the whole index, and looks whether it is that of the file. @throws LoupeError `changed`, `malformed` */
  async #wholeAndUnchanged(signal: AbortSignal): Promise<void> {
    await this.#whole(signal);
    const { source, guard } = this.#file;
    const name = basename(source.path);
    if ('problem' in source && source.problem !== null) throw new LoupeError('malformed', `${name} cannot be saved: it was not read to its end. ${source.problem.message}`, { path: source.path });
    if ((await guard.check()) !== 'same' || this.#news !== null) throw new LoupeError('changed', `${name} was changed while it was open; open it again.`, { path: source.path });
  }

  /** Waits for the whole index. */
  async #whole(signal: AbortSignal): Promise<void> {
    await this.#until(() => false, signal);
    if (this.#failure !== null) throw this.#failure;
    await this.#lookAtFile();
  }

  /**
   * Resolves when it is known what the archive holds.
   * @throws LoupeError `malformed` when there is no tar header in it, or what its reading failed with
   */
  async ready(signal: AbortSignal): Promise<void> {
    await this.#until(() => this.#index.layout !== null, signal);
    if (this.#index.members.length > 0) return;
    if (this.#failure !== null) throw this.#failure;
    const { path } = this.#file.source;
    const [first] = this.#index.notices;
    if (this.#end?.endMark === null && first !== undefined) {
      throw new LoupeError('malformed', `${basename(path)} has no tar member that can be read. ${first.message}`, { path, place: 'byte 0' });
    }
  }

  async #buildIndex(): Promise<void> {
    const { source } = this.#file;
    const signal = AbortSignal.any([this.#closing.signal, this.#context.signal]);
    try {
      this.#end = await new ArchiveScan(source, this.#index, signal).run();
      if ('problem' in source && source.problem !== null) this.#index.notices.unshift({ severity: 'error', message: source.problem.message });
    } catch (error) {
      if (!signal.aborted) {
        this.#failure = fileError(source.path, toLoupeError(error));
        this.#index.notices.unshift({ severity: 'error', message: `${this.#failure.message} The members before byte ${this.#index.position} are shown.` });
      }
    }
    this.#index.finish();
    this.#context.changed();
  }

  #progressed(): void {
    this.#waiters.check();
    const now = Date.now();
    if (this.#index.complete || this.#index.layout === null || now - this.#told < CHANGED_INTERVAL) return;
    this.#told = now;
    this.#context.changed();
  }

  /** Waits for the index to come far enough; ends in any case when the index is complete. */
  #until(reached: () => boolean, signal: AbortSignal): Promise<void> {
    return this.#waiters.until(() => reached() || this.#index.complete, signal);
  }

  state(): ShardState {
    const { source, compression, fileSize } = this.#file;
    const index = this.#index;
    const progress = this.#progress();
    return {
      path: source.path,
      format: index.layout ?? 'tar',
      compression,
      fileSize,
      rows: index.rows,
      rowsComplete: index.complete,
      columns: this.#currentColumns(),
      notices: [...index.notices, ...(this.#news === null ? [] : [this.#news]), ...this.#remarks()],
      bytesRead: source.bytesRead,
      ...(progress === null ? {} : { progress }),
    };
  }

  #progress(): Progress | null {
    if (this.#index.complete) return null;
    const { source, fileSize } = this.#file;
    if ('grown' in source) return { label: 'Decompressing and indexing', done: source.consumed, total: source.total };
    return { label: 'Indexing members', done: Math.min(this.#index.position, fileSize), total: fileSize };
  }

  /** What a person should know about members that the table leaves out. */
  #remarks(): Notice[] {
    const index = this.#index;
    const remarks: Notice[] = [];
    const remark = (count: number, message: string): void => {
      if (count > 0) remarks.push({ severity: 'info', message: `${count} ${message}` });
    };
    if (index.complete && index.members.length === 0) remarks.push({ severity: 'info', message: 'The archive has no members.' });
    if (index.layout !== 'webdataset') return remarks;
    remark(index.unnamedMembers, 'members have no field in their name (no dot after the key) and belong to no sample.');
    remark(index.unshownMembers, 'members have a field beyond the 512 that get a column.');
    let links = 0;
    for (const [flag, count] of index.flags) if (flag === '1' || flag === '2') links += count;
    remark(links, 'members are links; they have no bytes and belong to no sample.');
    return remarks;
  }

  #currentColumns(): readonly Column[] {
    const { layout, fields } = this.#index;
    if (layout === 'webdataset') {
      if (this.#columns.length !== fields.length + 1) {
        const key: Column = { index: 0, name: KEY_COLUMN, type: 'text', kind: 'text' };
        this.#columns = [key, ...fields.map(({ name }, at) => fieldColumn(name, at + 1))];
      }
    } else if (this.#columns.length === 0 && layout === 'tar') {
      this.#columns = MEMBER_COLUMNS.map(([name, type, kind], index) => ({ index, name, type, kind }));
    }
    return this.#columns;
  }

  async read(request: ReadRequest, signal: AbortSignal): Promise<Value[][]> {
    await this.#until(() => this.#index.rows >= request.end, signal);
    await this.#lookAtFile();
    const read = this.#index.layout === 'webdataset' ? readSamples : readMembers;
    return read(this.#index, this.#reader, request, AbortSignal.any([signal, this.#closing.signal]));
  }

  /** @throws LoupeError `changed` when the file is another one now */
  async #lookAtFile(): Promise<void> {
    // A decompressed copy stays what it is whatever becomes of the file.
    const news = this.#file.compression === 'none' ? await this.#file.guard.check() : 'same';
    if (news === 'same' || this.#news !== null) return;
    const what = news === 'grown' ? 'grew while it was open; what was added shows when it is opened again' : 'was deleted; it stays readable until it is closed';
    this.#news = { severity: 'warning', message: `${basename(this.#file.source.path)} ${what}.` };
    this.#context.changed();
  }

  readRows(request: RowsRequest, signal: AbortSignal): Promise<Value[][]> {
    return readRuns((run, until) => this.read(run, until), request, signal);
  }

  relation(columns: readonly ColumnRef[], report: ReportWork, signal: AbortSignal): Promise<Relation> {
    return this.#tables.relation(columns, report, signal);
  }

  async lint(signal: AbortSignal): Promise<readonly LintFinding[]> {
    await this.settled();
    if (this.#index.layout !== 'webdataset') return [];
    const source = { index: this.#index, reader: this.#reader, notices: this.state().notices };
    return lintSamples(source, AbortSignal.any([signal, this.#closing.signal]));
  }

  async place(row: number, signal: AbortSignal): Promise<string> {
    const { entry } = await this.#firstHeader(row, signal);
    const name = this.#index.layout === 'webdataset' ? `sample ${splitKey(entry.name)?.key ?? ''}` : `member ${entry.name}`;
    return `${name} (byte ${entry.start})`;
  }

  async #firstHeader(row: number, signal: AbortSignal) {
    await this.#until(() => this.#index.rows > row, signal);
    const [header] = row >= 0 && row < this.#index.rows ? await this.#reader.headers([this.#index.span(row)[0]], signal) : [];
    if (header !== undefined) return header;
    const { path } = this.#file.source;
    throw new LoupeError('invalid-request', `${basename(path)} has no row ${row + 1}.`, { path });
  }

  raw(): Promise<null> {
    return Promise.resolve(null);
  }

  async members(row: number, signal: AbortSignal): Promise<readonly Member[]> {
    await this.#until(() => this.#index.rows > row, signal);
    if (row < 0 || row >= this.#index.rows) return [];
    const index = this.#index;
    const [first, end] = index.span(row);
    const members: number[] = [];
    for (let member = first; member < end && members.length < MAX_LISTED; member++) if (index.layout === 'tar' || index.members.inSample(member)) members.push(member);
    const headers = await this.#reader.headers(members, signal);
    return headers.map(({ entry }) => ({
      name: entry.name,
      field: index.layout === 'tar' ? '' : (splitKey(entry.name)?.field ?? ''),
      size: entry.size,
      offset: isRegular(entry.flag) || entry.size > 0 ? entry.dataOffset : -1,
      type: memberType(entry.flag),
    }));
  }

  async metadata(signal: AbortSignal): Promise<ShardMetadata> {
    return tarMetadata({ ...this.#file, index: this.#index, reader: this.#reader, end: this.#end }, signal);
  }

  async settled(): Promise<void> {
    await this.#scan;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#tables.close();
    await this.#scan;
    await this.#file.source.close();
  }
}

function fieldColumn(name: string, index: number): Column {
  const kind = fieldKind(name);
  return { index, name, type: kind.decoding + (kind.gzip ? ' in gzip' : ''), kind: columnKind(kind) };
}
