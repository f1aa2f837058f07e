import { BOOLEAN } from '@duckdb/node-api';
import type { Column } from '../../protocol/shards.ts';
import type { Value, ValueLimits } from '../../protocol/values.ts';
import { IdTables } from '../queries/id-tables.ts';
import { idsSql } from '../queries/ids-sql.ts';
import type { ColumnRef, ReportWork } from '../queries/relation.ts';
import type { Shard, ShardContext } from '../shards/shard.ts';
import type { IdList } from './id-list.ts';
import { keyPages, type JoinSql, type SideCarJoin } from './join.ts';
import type { ShardKeys } from './shard-keys.ts';

/** Whether a row's id is in a list of ids. */
export class MembershipJoin implements SideCarJoin {
  readonly columns: readonly Column[];
  readonly remark = null;
  readonly isRowByRow = false;
  unmatched: number | null = null;
  orphans: number | null = null;
  readonly #path: string;
  readonly #shard: Shard;
  readonly #keys: ShardKeys;
  readonly #ids: IdList;
  readonly #tables: IdTables;

  constructor(path: string, shard: Shard, ids: IdList, keys: ShardKeys, name: string, context: ShardContext) {
    this.#path = path;
    this.#shard = shard;
    this.#keys = keys;
    this.#ids = ids;
    this.columns = [{ index: 0, name, type: 'boolean', kind: 'boolean' }];
    this.#tables = new IdTables(() => context);
  }

  get key(): string {
    return this.#keys.name;
  }

  get goesByNumber(): boolean {
    return this.#keys.ref === null;
  }

  fault(): null {
    return null;
  }

  async read(rows: readonly number[], columns: readonly number[], _limits: ValueLimits, signal: AbortSignal): Promise<Value[][]> {
    const keys = await this.#keys.of(rows, signal);
    const found = await this.#ids.find(keys, signal);
    const values = found.map((place, i) => (keys[i] === null ? null : place >= 0));
    return columns.map(() => values);
  }

  async count(pause: () => Promise<void>, signal: AbortSignal): Promise<void> {
    await this.#ids.verify(pause, signal);
    await this.#shard.settled();
    const { rows } = this.#shard.state();
    const matched = new Set<number>();
    let unmatched = 0;
    for await (const page of keyPages(rows, pause, signal)) {
      for (const place of await this.#ids.find(await this.#keys.of(page, signal), signal)) {
        if (place < 0) unmatched++;
        else matched.add(place);
      }
    }
    this.unmatched = unmatched;
    this.orphans = (await this.#ids.size(signal)) - matched.size;
  }

  async sql(columns: readonly ColumnRef[], report: ReportWork, signal: AbortSignal): Promise<JoinSql> {
    const { ref, name } = this.#keys;
    const table = await this.#tables.load({ type: 'ids', column: [name], file: this.#path }, report, signal);
    return {
      shardColumn: ref,
      clause: () => '',
      values: (_, { sql, type }) => {
        const test = `CASE WHEN ${sql} IS NOT NULL THEN coalesce(${idsSql({ sql, type, name }, table, false)}, false) END`;
        return columns.map(() => ({ value: test, missing: 'false' }));
      },
      types: columns.map(() => BOOLEAN),
    };
  }

  close(): Promise<void> {
    return this.#tables.close();
  }
}
