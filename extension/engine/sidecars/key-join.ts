import { basename } from 'node:path';
import type { Column } from '../../protocol/shards.ts';
import type { Value, ValueLimits } from '../../protocol/values.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { ColumnRef, ReportWork } from '../queries/relation.ts';
import type { Shard } from '../shards/shard.ts';
import { joinedValues, KEY_PAGE, keyPages, MISSING, type JoinSql, type SideCarJoin } from './join.ts';
import { KEY_LIMITS, keyText } from './keys.ts';
import { KeyIndex, MAX_KEYS } from './key-index.ts';
import { Once } from './once.ts';
import type { ShardKeys } from './shard-keys.ts';
import type { SideTable } from './side-table.ts';

interface Indexed {
  readonly index: KeyIndex;
  /** Rows whose key an earlier row has. */
  readonly duplicates: number;
  /** One of them. */
  readonly example: string;
}

/** By a key that both have: an index of the side-car's keys is made when a row is asked for. */
export class KeyJoin implements SideCarJoin {
  readonly key: string;
  readonly columns: readonly Column[];
  readonly isRowByRow = false;
  unmatched: number | null = null;
  orphans: number | null = null;
  readonly #path: string;
  readonly #shard: Shard;
  readonly #keys: ShardKeys;
  readonly #table: SideTable;
  readonly #keyColumn: Column;
  readonly #index: Once<Indexed>;
  #indexed: Indexed | null = null;

  constructor(path: string, shard: Shard, table: SideTable, keys: ShardKeys, keyColumn: Column, signal: AbortSignal) {
    this.#path = path;
    this.#shard = shard;
    this.#keys = keys;
    this.#table = table;
    this.#keyColumn = keyColumn;
    this.key = keys.name === keyColumn.name ? keys.name : `${keys.name} = ${keyColumn.name}`;
    this.columns = table.state().columns.filter(({ index }) => index !== keyColumn.index);
    this.#index = new Once(() => this.#makeIndex(signal));
  }

  get goesByNumber(): boolean {
    return this.#keys.ref === null;
  }

  get remark(): string | null {
    const { duplicates = 0, example = '' } = this.#indexed ?? {};
    if (duplicates === 0) return null;
    return `${basename(this.#path)}: ${duplicates} rows have a ${this.#keyColumn.name} that an earlier row has, such as ${JSON.stringify(example.slice(0, 80))}; the first one is shown.`;
  }

  fault(): null {
    return null;
  }

  async read(rows: readonly number[], columns: readonly number[], limits: ValueLimits, signal: AbortSignal): Promise<Value[][]> {
    const { index } = await this.#index.get(signal);
    const keys = await this.#keys.of(rows, signal);
    const partners = keys.map((key) => (key === null ? -1 : index.get(key)));
    const there = [...new Set(partners.filter((row) => row >= 0))];
    const [found, [theirs = []]] = await Promise.all([
      this.#table.readRows({ rows: there, columns, limits }, signal),
      this.#table.readRows({ rows: there, columns: [this.#keyColumn.index], limits: KEY_LIMITS }, signal),
    ]);
    const position = new Map(there.map((row, at) => [row, at]));
    return found.map((column) =>
      partners.map((row, i) => {
        const at = position.get(row);
        // The index knows hashes only.
        return at === undefined || keyText(theirs[at]) !== keys[i] ? MISSING : (column[at] ?? null);
      }),
    );
  }

  async partners(rows: readonly number[], signal: AbortSignal): Promise<readonly number[]> {
    const { index } = await this.#index.get(signal);
    const keys = await this.#keys.of(rows, signal);
    const found = keys.map((key) => (key === null ? -1 : index.get(key)));
    const there = [...new Set(found.filter((row) => row >= 0))];
    const [theirs = []] = await this.#table.readRows({ rows: there, columns: [this.#keyColumn.index], limits: KEY_LIMITS }, signal);
    const keyOf = new Map(there.map((row, at) => [row, keyText(theirs[at])]));
    return found.map((row, i) => (keyOf.get(row) === keys[i] ? row : -1));
  }

  async count(pause: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const { index, duplicates } = await this.#index.get(signal);
    await this.#shard.settled();
    const { rows } = this.#shard.state();
    const used = new Uint8Array(this.#table.state().rows);
    let [unmatched, matched] = [0, 0];
    for await (const page of keyPages(rows, pause, signal)) {
      for (const key of await this.#keys.of(page, signal)) {
        const partner = key === null ? -1 : index.get(key);
        if (partner < 0) unmatched++;
        else if (used[partner] === 0) {
          used[partner] = 1;
          matched++;
        }
      }
    }
    this.unmatched = unmatched;
    this.orphans = this.#table.state().rows - duplicates - matched;
  }

  async sql(columns: readonly ColumnRef[], report: ReportWork, signal: AbortSignal): Promise<JoinSql> {
    const { duplicates } = await this.#index.get(signal);
    const relation = await this.#table.relation([...columns, { index: this.#keyColumn.index, fields: [] }], report, signal);
    const key = `v${columns.length}`;
    const from = duplicates === 0 ? relation.from : `(SELECT * FROM ${relation.from} QUALIFY row_number() OVER (PARTITION BY ${key}::VARCHAR ORDER BY row) = 1)`;
    return {
      shardColumn: this.#keys.ref,
      clause: (alias, position) => `LEFT JOIN ${from} AS ${alias} ON ${alias}.${key}::VARCHAR = ${this.#keys.sql(position)}`,
      values: (alias) => joinedValues(alias, columns),
      types: relation.types.slice(0, columns.length),
    };
  }

  async #makeIndex(signal: AbortSignal): Promise<Indexed> {
    await this.#table.settled();
    const { rows } = this.#table.state();
    if (rows > MAX_KEYS) throw new LoupeError('too-large', `${basename(this.#path)} has ${rows} rows; up to ${MAX_KEYS} are joined by a key.`, { path: this.#path });
    const index = new KeyIndex();
    let [duplicates, example] = [0, ''];
    for (let start = 0; start < rows; start += KEY_PAGE) {
      const [column = []] = await this.#table.read({ start, end: start + KEY_PAGE, columns: [this.#keyColumn.index], limits: KEY_LIMITS }, signal);
      for (const [i, value] of column.entries()) {
        const key = keyText(value);
        if (key === null || index.add(key, start + i)) continue;
        if (duplicates++ === 0) example = key;
      }
    }
    this.#indexed = { index, duplicates, example };
    return this.#indexed;
  }
}
