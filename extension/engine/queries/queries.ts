import type { ShardTarget } from '../../protocol/engine.ts';
import type { Query, ResultId, ResultState } from '../../protocol/queries.ts';
import type { ShardId } from '../../protocol/shards.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { Shard } from '../shards/shard.ts';
import { Counts } from './count.ts';
import type { IdTables } from './id-tables.ts';
import { ResultShard } from './result-shard.ts';
import { RunningResult } from './running-result.ts';

/** Results of one shard that may be open at a time: a view needs one, or two while it changes. */
const MAX_RESULTS = 64;

interface OpenResult {
  readonly running: RunningResult;
  readonly shard: ResultShard;
}

export interface QueriesParts {
  /** @throws LoupeError for a shard that is not open */
  readonly shard: (id: ShardId) => Shard;
  readonly idTables: IdTables;
  readonly tell: (shard: ShardId, state: ResultState) => void;
}

/** The queries' results that are open in this engine. */
export class Queries {
  readonly #parts: QueriesParts;
  readonly #results = new Map<ShardId, Map<ResultId, OpenResult>>();
  readonly #counts = new Map<ShardId, Counts>();
  #nextId = 1;

  constructor(parts: QueriesParts) {
    this.#parts = parts;
  }

  /** What a request is about: a shard, or a result of it. @throws LoupeError `invalid-request` */
  target({ shard, result }: ShardTarget): Shard {
    return result === undefined ? this.#parts.shard(shard) : this.#get(shard, result).shard;
  }

  /** @throws LoupeError `invalid-request` */
  result(shard: ShardId, result: ResultId): RunningResult {
    return this.#get(shard, result).running;
  }

  /** Counts of one shard, which remember its last one. @throws LoupeError `invalid-request` */
  counts(shard: ShardId): Counts {
    this.#parts.shard(shard);
    const counts = this.#counts.get(shard) ?? new Counts();
    this.#counts.set(shard, counts);
    return counts;
  }

  /**
   * Runs a query; the work of the one that it replaces ends at once, and it is closed when this one is answered.
   * @throws LoupeError
   */
  async start(shard: ShardId, query: Query, replaces: ResultId | undefined, signal: AbortSignal): Promise<ResultState> {
    const base = this.#parts.shard(shard);
    const open = this.#results.get(shard) ?? new Map<ResultId, OpenResult>();
    this.#results.set(shard, open);
    const older = replaces === undefined ? undefined : open.get(replaces);
    void older?.running.stop();
    if (open.size >= MAX_RESULTS) throw new LoupeError('too-large', `At most ${MAX_RESULTS} results of one shard can be open; close one first.`);
    const id = this.#nextId++;
    const { idTables } = this.#parts;
    const running = new RunningResult({ id, shard: base, query, idTables, tell: (state) => this.#parts.tell(shard, state) });
    open.set(id, { running, shard: new ResultShard(base, running, idTables) });
    try {
      const state = await running.first(signal);
      if (replaces !== undefined) open.delete(replaces);
      return state;
    } catch (error) {
      await this.close(shard, id);
      throw error;
    }
  }

  /** Ends the work and forgets the rows; one that is not open is closed already. */
  async close(shard: ShardId, result: ResultId): Promise<void> {
    const found = this.#results.get(shard)?.get(result);
    this.#results.get(shard)?.delete(result);
    await found?.running.stop();
  }

  async closeShard(shard: ShardId): Promise<void> {
    const open = [...(this.#results.get(shard)?.keys() ?? [])];
    await Promise.all(open.map((result) => this.close(shard, result)));
    this.#results.delete(shard);
    await this.#counts.get(shard)?.clear();
    this.#counts.delete(shard);
  }

  async closeAll(): Promise<void> {
    const shards = new Set([...this.#results.keys(), ...this.#counts.keys()]);
    await Promise.all([...shards].map((shard) => this.closeShard(shard)));
  }

  #get(shard: ShardId, result: ResultId): OpenResult {
    const found = this.#results.get(shard)?.get(result);
    if (found === undefined) throw new LoupeError('invalid-request', "This query's result is not open any more.");
    return found;
  }
}
