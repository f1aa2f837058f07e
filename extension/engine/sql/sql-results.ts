import type { SqlResult, SqlResultId } from '../../protocol/queries.ts';
import type { ShardId } from '../../protocol/shards.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { Shard } from '../shards/shard.ts';
import { dropTable, runStatement, type ResultLimits, type ResultTable, type Run } from './run-statement.ts';

/** What the console keeps of a result. */
const LIMITS: ResultLimits = { rows: 1_000_000, bytes: 512 * 1024 * 1024 };

/** Results of one shard that are kept; with one more the oldest goes, for a view that is gone closes none. */
const MAX_RESULTS = 4;

/** The results of statements that are open in this engine. */
export class SqlResults {
  readonly #limits: ResultLimits;
  readonly #open = new Map<ShardId, Map<SqlResultId, ResultTable>>();
  #nextId = 1;

  constructor(limits = LIMITS) {
    this.#limits = limits;
  }

  /** @throws LoupeError as `runStatement` */
  async run(id: ShardId, shard: Shard, sql: string, { report, signal }: Omit<Run, 'limits'>): Promise<SqlResult> {
    const open = this.#open.get(id) ?? new Map<SqlResultId, ResultTable>();
    this.#open.set(id, open);
    const begun = performance.now();
    const table = await runStatement(shard, sql, { limits: this.#limits, report, signal });
    const milliseconds = Math.round(performance.now() - begun);
    const sqlResult = this.#nextId++;
    // The shard was closed meanwhile.
    if (this.#open.get(id) !== open) await dropTable(table.table);
    else open.set(sqlResult, table);
    const [oldest] = open.keys();
    if (open.size > MAX_RESULTS && oldest !== undefined) await this.close(id, oldest);
    const columns = table.names.map((name, at) => ({ name, type: table.types[at]?.toString() ?? '' }));
    return { sqlResult, columns, rows: table.rows, complete: table.complete, milliseconds };
  }

  /** @throws LoupeError `invalid-request` */
  get(shard: ShardId, sqlResult: SqlResultId): ResultTable {
    const found = this.#open.get(shard)?.get(sqlResult);
    if (found === undefined) throw new LoupeError('invalid-request', 'This result is not kept any more; run the statement again.');
    return found;
  }

  /** One that is not open is closed already. */
  async close(shard: ShardId, sqlResult: SqlResultId): Promise<void> {
    const found = this.#open.get(shard)?.get(sqlResult);
    this.#open.get(shard)?.delete(sqlResult);
    if (found !== undefined) await dropTable(found.table);
  }

  async closeShard(shard: ShardId): Promise<void> {
    const open = [...(this.#open.get(shard)?.keys() ?? [])];
    await Promise.all(open.map((sqlResult) => this.close(shard, sqlResult)));
    this.#open.delete(shard);
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((shard) => this.closeShard(shard)));
  }
}
