import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { LoupeError } from '../../rpc/failure.ts';
import type { DiskCache, HeldFile } from '../cache/disk-cache.ts';
import { newAlias } from '../duckdb/attachments.ts';
import { quoteText } from '../duckdb/quote.ts';
import { query } from '../duckdb/session.ts';
import type { ReportWork } from '../queries/relation.ts';
import { decideType } from './column-type.ts';
import { kindsOf, kindsSql, numberFactsOf, numberFactsSql } from './facts-sql.ts';
import { fieldId, type TableField } from './field.ts';
import { fillSql } from './fill-sql.ts';
import { copyLines, LONGEST_LINE } from './lines-copy.ts';
import { patchRows } from './patch.ts';
import { cacheFull, watchRoom } from './room.ts';
import { factsSql, TABLE_FORMAT } from './table-file.ts';
import type { LinesFile, TableSource } from './table-source.ts';

export interface FillJob {
  readonly source: TableSource;
  readonly cache: DiskCache;
  readonly cacheBytes: number;
  /** What the cache knows the content by. */
  readonly key: string;
  readonly fields: readonly TableField[];
  readonly report: ReportWork;
  readonly signal: AbortSignal;
}

/**
 * Fills one table of the cache with fields of every row. It is written under another name and renamed when it is
 * whole; whatever goes wrong leaves nothing behind. Null where the content changed meanwhile, which shows in its rows.
 * @throws LoupeError `too-large` when cache or disk are full, `cancelled`
 */
export async function fillTable(job: FillJob): Promise<HeldFile | null> {
  const filling = new Filling(job);
  try {
    return await filling.run();
  } catch (error) {
    throw filling.failure(error);
  } finally {
    await filling.clear();
  }
}

class Filling {
  readonly #job: FillJob;
  readonly #alias = newAlias();
  readonly #part: string;
  readonly #linesPart: string;
  readonly #full = new AbortController();
  readonly #ended = new AbortController();
  readonly #signal: AbortSignal;

  constructor(job: FillJob) {
    this.#job = job;
    this.#part = job.cache.partPath(job.key);
    this.#linesPart = job.cache.partPath(job.key);
    this.#signal = AbortSignal.any([job.signal, this.#full.signal]);
  }

  async run(): Promise<HeldFile | null> {
    const { source, cache, fields, key } = this.#job;
    const { rows, textBytes } = source.size();
    await cache.makeRoom(textBytes / 2);
    await this.#query(`ATTACH ${quoteText(this.#part)} AS ${this.#alias}`);
    void watchRoom(cache, () => this.#full.abort(), AbortSignal.any([this.#signal, this.#ended.signal]));
    if (!(await this.#fill(rows))) return null;
    await this.#patch('odd', 'Reading odd rows again');
    await this.#decideTypes();
    await this.#query(factsSql(this.#alias, { format: TABLE_FORMAT, rows, fields: fields.map(fieldId) }));
    await this.#query(`CHECKPOINT ${this.#alias}`);
    await this.#detach();
    await source.prepare(this.#job.report, this.#signal);
    if (source.size().rows !== rows) return null;
    if ((await cache.makeRoom(0)) < 0) throw cacheFull(source.bytes.path, this.#job.cacheBytes);
    const tag = createHash('sha256').update(JSON.stringify(fields.map(fieldId))).digest('hex').slice(0, 16);
    return (await cache.complete(this.#part, key, tag, 'table')) ?? cache.hold(key, 'table');
  }

  /** Fills the rows; answers whether they are as many as the reader has. */
  async #fill(rows: number): Promise<boolean> {
    const { source, fields, report } = this.#job;
    const own = source.lines();
    if (own !== null && own.longest <= LONGEST_LINE) {
      if ((await this.#fillFrom(own)) === rows) return true;
      await source.prepare(report, this.#signal);
      if (source.size().rows !== rows) return false;
      await this.#query(`DROP TABLE ${this.#alias}.rows`);
    }
    const full = (): LoupeError => cacheFull(source.bytes.path, this.#job.cacheBytes);
    const { cache, cacheBytes } = this.#job;
    const lines = await copyLines(source, fields.map(({ index }) => index), { cache, path: this.#linesPart, cacheBytes, full }, report, this.#signal);
    const filled = await this.#fillFrom(lines);
    await rm(this.#linesPart, { force: true });
    return filled === rows;
  }

  async #fillFrom(lines: LinesFile): Promise<number> {
    const { source, fields, report, signal } = this.#job;
    const { textBytes } = source.size();
    const progress = (share: number): void => {
      if (!signal.aborted) report('Preparing for queries', Math.round(share * textBytes), textBytes);
    };
    progress(0);
    await query(fillSql(`${this.#alias}.rows`, lines, fields, source.columns()), [], { signal: this.#signal, progress });
    const { columns } = await this.#query(`SELECT count(*)::INTEGER FROM ${this.#alias}.rows`);
    return Number(columns[0]?.[0]);
  }

  /** Reads rows again that a condition names. */
  async #patch(condition: string, label: string): Promise<void> {
    const { source, fields, report } = this.#job;
    const { columns } = await this.#query(`SELECT rowid FROM ${this.#alias}.rows WHERE ${condition} ORDER BY rowid`);
    const rows = (columns[0] ?? []).map(Number);
    const { textBytes } = source.size();
    const done = (count: number): void => report(label, Math.round((count / rows.length) * textBytes), textBytes);
    await patchRows(this.#alias, rows, { source, fields, signal: this.#signal, done });
  }

  /** Gives each column the type that holds all its values. */
  async #decideTypes(): Promise<void> {
    const { fields } = this.#job;
    if (fields.length === 0) return;
    const rows = `${this.#alias}.rows`;
    const kinds = kindsOf(await this.#query(kindsSql(rows, fields.length)));
    const own: number[] = [];
    for (const [at, held] of kinds.entries()) {
      const type = decideType(numberFactsOf(held, await this.#query(numberFactsSql(rows, at))));
      if (type.ownNumbers) own.push(at);
      if (type.sql !== 'VARCHAR') await this.#query(`ALTER TABLE ${rows} ALTER c${at} SET DATA TYPE ${type.sql}`);
    }
    if (own.length > 0) await this.#patch(own.map((at) => `k${at} = 'DOUBLE'`).join(' OR '), 'Reading mixed columns again');
  }

  #query(sql: string) {
    return query(sql, [], { signal: this.#signal });
  }

  async #detach(): Promise<void> {
    await query(`DETACH DATABASE IF EXISTS ${this.#alias}`, []);
  }

  /** Takes away what is not finished. Never throws. */
  async clear(): Promise<void> {
    this.#ended.abort();
    await this.#detach().catch(() => undefined);
    for (const path of [this.#part, `${this.#part}.wal`, this.#linesPart]) await rm(path, { force: true }).catch(() => undefined);
  }

  /** What went wrong in words that name the file. */
  failure(error: unknown): unknown {
    const { path } = this.#job.source.bytes;
    if (this.#full.signal.aborted) return cacheFull(path, this.#job.cacheBytes);
    if (error instanceof LoupeError || this.#job.signal.aborted) return error;
    const message = error instanceof Error ? error.message : String(error);
    const name = basename(path);
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
    if (code === 'ENOSPC' || code === 'EDQUOT' || /no space left|disk.*full|quota/i.test(message)) {
      return new LoupeError('too-large', `${name} cannot be queried: the disk that holds the table for it is full. Make room, or set another cache folder.`, { path, cause: error });
    }
    if (/^Out of Memory/i.test(message)) {
      return new LoupeError('too-large', `${name} cannot be queried: DuckDB needs more memory than the setting loupe.engine.duckdbMemory allows.`, { path, cause: error });
    }
    return new LoupeError('internal', `${name} cannot be queried: ${message.split('\n')[0] ?? ''}`, { path, cause: error });
  }
}
