import { stat } from 'node:fs/promises';
import { VARCHAR } from '@duckdb/node-api';
import { DiskCache } from '../cache/disk-cache.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { ColumnRef, Relation, ReportWork } from '../queries/relation.ts';
import { fileError } from '../shards/file-error.ts';
import type { ShardContext } from '../shards/shard.ts';
import { fieldId, fieldOf, type TableField } from './field.ts';
import { fillTable } from './fill.ts';
import { NARROW } from './fill-sql.ts';
import { SharedWork } from './shared-work.ts';
import { openTable, TABLE_FORMAT, type TableFile } from './table-file.ts';
import type { TableSource } from './table-source.ts';

/** Every column is filled at once where the text is no larger than this share of the cache; else those asked for. */
const WHOLE_SHARE = 4;
/** How often a file may change while it is filled before that is an error. */
const ATTEMPTS = 3;

/** The content of a shard at one time, and the tables that there are of it. */
interface Content {
  readonly key: string;
  /** What the disk said of the file then, and the reader of its rows. */
  seen: string;
  readonly rows: number;
  readonly tables: TableFile[];
}

/** The cached tables of one shard whose format DuckDB cannot query in place. */
export class QueryTables {
  readonly #source: TableSource;
  readonly #context: ShardContext;
  readonly #closing = new AbortController();
  #cache: Promise<DiskCache> | null = null;
  #content: Content | null = null;
  #presenting: Promise<Content> | null = null;
  #work: SharedWork | null = null;

  constructor(source: TableSource, context: ShardContext) {
    this.#source = source;
    this.#context = context;
  }

  /** @throws LoupeError */
  async relation(columns: readonly ColumnRef[], report: ReportWork, signal: AbortSignal): Promise<Relation> {
    const until = AbortSignal.any([signal, this.#closing.signal, this.#context.signal]);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await this.#source.prepare(report, until);
      const fields = columns.map((column) => fieldOf(this.#source.columns(), column));
      const content = await this.#cover(fields, report, until);
      if (content !== null) return relationOf(content, fields);
    }
    const { path } = this.#source.bytes;
    throw new LoupeError('changed', `${path} is written to faster than it can be read; try again when it stays as it is.`, { path });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    // What is being looked at would be held after its end.
    await this.#presenting?.catch(() => undefined);
    await this.#work?.settled();
    await this.#let(this.#content);
    this.#content = null;
  }

  /** The present content with tables that have all the fields; null where it changed meanwhile. */
  async #cover(fields: readonly TableField[], report: ReportWork, signal: AbortSignal): Promise<Content | null> {
    for (;;) {
      signal.throwIfAborted();
      let work = this.#work;
      if (work === null) {
        const content = await this.#present();
        const missing = fields.filter((field) => tableWith(content, field) === undefined);
        if (missing.length === 0 || content.rows === 0) return content;
        work = this.#work ??= this.#fill(content, missing);
      }
      await work.join(report, signal);
      if (this.#content === null) return null;
    }
  }

  #fill(content: Content, missing: readonly TableField[]): SharedWork {
    return new SharedWork(async (report, signal) => {
      const cache = await this.#openCache();
      const fields = this.#withOthers(content, missing);
      const job = { source: this.#source, cache, cacheBytes: this.#context.cacheBytes, key: content.key, fields, report, signal };
      try {
        const held = await fillTable(job);
        const table = held === null ? null : await openTable(cache, held, content.rows);
        if (table !== null) content.tables.push(table);
        else await this.#forget(content);
      } finally {
        this.#work = null;
      }
    });
  }

  /** What is filled beside what is missing: one pass over the file costs the same for all columns. */
  #withOthers(content: Content, missing: readonly TableField[]): TableField[] {
    const wanted = new Map(missing.map((field) => [fieldId(field), field]));
    if (this.#source.size().textBytes > this.#context.cacheBytes / WHOLE_SHARE) return [...wanted.values()];
    for (const [index, column] of this.#source.columns().entries()) {
      const field: TableField = { index, column, fields: [] };
      if (wanted.size >= NARROW) break;
      if (column.place.kind === 'key' && tableWith(content, field) === undefined) wanted.set(fieldId(field), field);
    }
    return [...wanted.values()];
  }

  /** The content as it is now, with the tables that the cache has of it. */
  #present(): Promise<Content> {
    this.#presenting ??= this.#look().finally(() => (this.#presenting = null));
    return this.#presenting;
  }

  async #look(): Promise<Content> {
    const { rows } = this.#source.size();
    const { bytes } = this.#source;
    const failed = (error: unknown): never => {
      throw fileError(bytes.path, error);
    };
    const { size, mtimeMs } = await stat(bytes.path).catch(failed);
    const seen = `${rows} ${size} ${mtimeMs}`;
    const before = this.#content;
    // A file of that size and time was read for its key already: it is the one that the reader has open.
    if (before?.seen === seen) return before;
    const key = await DiskCache.keyOf(bytes, `table ${TABLE_FORMAT} ${rows}`).catch(failed);
    if (before?.key === key) {
      before.seen = seen;
      return before;
    }
    const cache = await this.#openCache();
    const tables: TableFile[] = [];
    for (const held of rows === 0 ? [] : await cache.holdAll(key, 'table')) {
      const table = await openTable(cache, held, rows);
      if (table !== null) tables.push(table);
    }
    this.#content = { key, seen, rows, tables };
    await this.#let(before);
    return this.#content;
  }

  async #forget(content: Content): Promise<void> {
    if (this.#content === content) this.#content = null;
    await this.#let(content);
  }

  async #let(content: Content | null): Promise<void> {
    for (const table of content?.tables ?? []) await table.release();
  }

  #openCache(): Promise<DiskCache> {
    const { cacheFolder, cacheBytes } = this.#context;
    this.#cache ??= DiskCache.open(cacheFolder, cacheBytes).catch((error: unknown) => {
      this.#cache = null;
      const why = error instanceof Error ? error.message : String(error);
      const { path } = this.#source.bytes;
      throw new LoupeError('internal', `The cache folder ${cacheFolder}, which queries need, cannot be used (${why}).`, { path, cause: error });
    });
    return this.#cache;
  }
}

function tableWith(content: Content, field: TableField): TableFile | undefined {
  const id = fieldId(field);
  return content.tables.find(({ fields }) => fields.includes(id));
}

/** Tables of one content have the same rows at the same places. */
function relationOf({ rows, tables }: Content, fields: readonly TableField[]): Relation {
  const places = fields.map((field) => {
    const id = fieldId(field);
    const table = tables.find((one) => one.fields.includes(id));
    return { table, position: table?.fields.indexOf(id) ?? -1 };
  });
  const used = [...new Set(places.flatMap(({ table }) => table ?? []))];
  if (used.length === 0) return withoutTable(rows, fields.length);
  const cells = places.map(({ table, position }, at) => {
    const name = table === undefined ? '' : `t${used.indexOf(table)}`;
    return `${name}.c${position} AS v${at}, ${name}.k${position} IS NULL AS m${at}`;
  });
  const from = used.map(({ alias }, at) => `${alias}.rows AS t${at}`).join(' POSITIONAL JOIN ');
  const types = places.map(({ table, position }) => table?.types[position] ?? VARCHAR);
  return { from: `(SELECT ${['t0.rowid AS row', ...cells].join(', ')} FROM ${from})`, types, rows };
}

/** No rows, or no columns. */
function withoutTable(rows: number, columns: number): Relation {
  const types = Array.from({ length: columns }, () => VARCHAR);
  const cells = types.map((_, at) => `NULL::VARCHAR AS v${at}, true AS m${at}`);
  return { from: `(SELECT ${['range AS row', ...cells].join(', ')} FROM range(${rows}))`, types, rows };
}
