import { basename } from 'node:path';
import type { Column } from '../../protocol/shards.ts';
import type { Value, ValueLimits } from '../../protocol/values.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { ColumnRef, ReportWork } from '../queries/relation.ts';
import type { Shard } from '../shards/shard.ts';
import { joinedValues, keyPages, MISSING, type JoinSql, type SideCarJoin } from './join.ts';
import { KEY_LIMITS, keyText } from './keys.ts';
import type { ShardKeys } from './shard-keys.ts';
import type { SideTable } from './side-table.ts';

/** Both have this, and it must be equal in each row. */
export interface RowCheck {
  readonly keys: ShardKeys;
  readonly sideCar: Column;
}

/** Row by row: as many rows on both sides, and the same ids where there are any. */
export class RowJoin implements SideCarJoin {
  readonly key: string;
  readonly columns: readonly Column[];
  readonly remark = null;
  readonly isRowByRow = true;
  readonly goesByNumber = true;
  readonly #path: string;
  readonly #shard: Shard;
  readonly #table: SideTable;
  readonly #check: RowCheck | null;
  #mismatch: LoupeError | null = null;

  constructor(path: string, shard: Shard, table: SideTable, check: RowCheck | null) {
    this.#path = path;
    this.#shard = shard;
    this.#table = table;
    this.#check = check;
    this.key = check === null ? 'row number' : `row number and ${check.sideCar.name}`;
    this.columns = table.state().columns.filter(({ index }) => index !== check?.sideCar.index);
  }

  get unmatched(): number | null {
    return this.#lengths() === 'equal' ? 0 : null;
  }

  get orphans(): number | null {
    return this.unmatched;
  }

  fault(): LoupeError | null {
    if (this.#lengths() !== 'different') return this.#mismatch;
    const [own, other] = [this.#shard.state(), this.#table.state()];
    return new LoupeError(
      'malformed',
      `${basename(this.#path)} has ${other.rows} rows, ${basename(own.path)} has ${own.rows}. They are joined by row number, so nothing of it can be trusted and it is not shown.`,
      { path: this.#path },
    );
  }

  async read(rows: readonly number[], columns: readonly number[], limits: ValueLimits, signal: AbortSignal): Promise<Value[][]> {
    const values = await this.#table.readRows({ rows, columns, limits }, signal);
    const { rows: known, rowsComplete } = this.#table.state();
    const wrong = await this.#wrongRows(rows, signal);
    return values.map((column) => column.map((value, i) => wrong.get(i) ?? (rowsComplete && (rows[i] ?? 0) >= known ? MISSING : value)));
  }

  async partners(rows: readonly number[], signal: AbortSignal): Promise<readonly number[]> {
    const wrong = await this.#wrongRows(rows, signal);
    return rows.map((row, i) => (wrong.has(i) || row >= this.#table.state().rows ? -1 : row));
  }

  async count(pause: () => Promise<void>, signal: AbortSignal): Promise<void> {
    await Promise.all([this.#shard.settled(), this.#table.settled()]);
    const { rows } = this.#shard.state();
    if (this.#check === null || this.#lengths() !== 'equal') return;
    for await (const page of keyPages(rows, pause, signal)) {
      const [first] = await this.#wrongRows(page, signal);
      if (first === undefined) continue;
      const [position, { message }] = first;
      this.#mismatch = new LoupeError('malformed', `${basename(this.#path)} is of another file: ${message}`, { path: this.#path, place: `row ${(page[position] ?? 0) + 1}` });
      return;
    }
  }

  async sql(columns: readonly ColumnRef[], report: ReportWork, signal: AbortSignal): Promise<JoinSql> {
    const check = this.#check;
    const refs = check === null ? columns : [...columns, { index: check.sideCar.index, fields: [] }];
    const { from, types } = await this.#table.relation(refs, report, signal);
    return {
      shardColumn: check?.keys.ref ?? null,
      clause: (alias, key) => `LEFT JOIN ${from} AS ${alias} ON ${alias}.row = b.row${check === null ? '' : ` AND ${alias}.v${columns.length}::VARCHAR = ${check.keys.sql(key)}`}`,
      values: (alias) => joinedValues(alias, columns),
      types: types.slice(0, columns.length),
    };
  }

  /** Rows whose ids differ, by their position among `rows`. */
  async #wrongRows(rows: readonly number[], signal: AbortSignal): Promise<Map<number, Extract<Value, { type: 'invalid' }>>> {
    const wrong = new Map<number, Extract<Value, { type: 'invalid' }>>();
    if (this.#check === null) return wrong;
    const [own, [other = []]] = await Promise.all([this.#check.keys.of(rows, signal), this.#table.readRows({ rows, columns: [this.#check.sideCar.index], limits: KEY_LIMITS }, signal)]);
    for (const [i, row] of rows.entries()) {
      const theirs = keyText(other[i]);
      if (theirs === own[i]) continue;
      const text = theirs ?? '';
      wrong.set(i, { type: 'invalid', text, message: `In row ${row + 1} it has the ${this.#check.sideCar.name} ${shown(theirs)}, the shard has ${shown(own[i] ?? null)}.` });
    }
    return wrong;
  }

  #lengths(): 'equal' | 'different' | 'unknown' {
    const [own, other] = [this.#shard.state(), this.#table.state()];
    if (own.rowsComplete && other.rowsComplete) return own.rows === other.rows ? 'equal' : 'different';
    const tooMany = (own.rowsComplete && other.rows > own.rows) || (other.rowsComplete && own.rows > other.rows);
    return tooMany ? 'different' : 'unknown';
  }
}

function shown(key: string | null): string {
  return key === null ? 'nothing' : JSON.stringify(key.slice(0, 80));
}
