import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineRequests } from '../../extension/protocol/engine.ts';
import type { Condition, Query, ResultState, SortKey } from '../../extension/protocol/queries.ts';
import type { ShardState } from '../../extension/protocol/shards.ts';
import { closeDuckdb, query } from '../../extension/engine/duckdb/session.ts';
import { quoteText } from '../../extension/engine/duckdb/quote.ts';
import { LoupeError } from '../../extension/rpc/failure.ts';
import { createEngine, type EngineService } from '../../extension/engine/service.ts';
import { poll } from './poll.ts';

/** Milliseconds for one query of the largest file of the corpus on a busy machine. */
const PATIENCE = 120_000;

const LIMITS = { duckdbMemory: 1024, duckdbThreads: 2, cacheSize: 256, openTimeout: 20 };

/** The engine's service in this process, with what it told of results. */
export class QueryEngine {
  readonly folder: string;
  readonly states = new Map<number, ResultState>();
  readonly told: ResultState[] = [];
  readonly #service: EngineService;

  private constructor(folder: string) {
    this.folder = folder;
    this.#service = createEngine((method, params) => {
      if (method !== 'shard/result' || !('state' in params) || !('result' in params.state)) return;
      this.states.set(params.state.result, params.state);
      this.told.push(params.state);
    });
  }

  static async start(): Promise<QueryEngine> {
    const engine = new QueryEngine(await mkdtemp(join(tmpdir(), 'loupe-queries-')));
    await engine.request('engine/configure', { cacheFolder: join(engine.folder, 'cache'), limits: LIMITS });
    return engine;
  }

  async request<K extends keyof EngineRequests>(method: K, params: EngineRequests[K]['params'], signal = new AbortController().signal): Promise<EngineRequests[K]['result']> {
    return this.#service.handlers[method](params, signal);
  }

  /** Writes what a SELECT gives as a Parquet file. */
  async parquet(name: string, select: string, options = ''): Promise<string> {
    const path = join(this.folder, name);
    await query(`COPY (${select}) TO ${quoteText(path)} (FORMAT parquet${options})`, []);
    return path;
  }

  async open(path: string): Promise<{ shard: number; state: ShardState }> {
    return this.request('shard/open', { location: { kind: 'file', path } });
  }

  /** Row numbers of a query's whole result; it is closed again. */
  async rows(shard: number, conditions: readonly Condition[], sort: readonly SortKey[] = []): Promise<number[]> {
    const state = await this.finish(shard, { conditions, sort });
    const rows: number[] = [];
    while (rows.length < state.rows) {
      const page = await this.request('shard/page', { shard, result: state.result, start: rows.length, end: rows.length + 10_000, columns: [0] });
      rows.push(...(page.rows ?? []));
    }
    await this.request('shard/closeResult', { shard, result: state.result });
    return rows;
  }

  /** Runs a query to its end. @throws what ended it before */
  async finish(shard: number, asked: Query, replaces?: number): Promise<ResultState> {
    const first = await this.request('shard/query', { shard, query: asked, ...(replaces === undefined ? {} : { replaces }) });
    // As an editor does: the rest is looked for when the first rows were read.
    if (!first.complete) await this.request('shard/page', { shard, result: first.result, start: 0, end: 1, columns: [] });
    const last = first.complete ? first : await this.ended(first.result);
    if (last.error !== undefined) throw LoupeError.fromData(last.error);
    return last;
  }

  /** What was told last of a result that was not complete when it was answered. */
  ended(result: number): Promise<ResultState> {
    return poll(`the end of result ${result}`, () => {
      const state = this.states.get(result);
      return state !== undefined && (state.complete || state.error !== undefined) ? state : null;
    }, PATIENCE);
  }

  async stop(): Promise<void> {
    await this.#service.close();
    await closeDuckdb();
    await rm(this.folder, { recursive: true, force: true });
  }
}
