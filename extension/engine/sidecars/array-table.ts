import type { Column } from '../../protocol/shards.ts';
import type { Value } from '../../protocol/values.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { ColumnRef, Relation, ReportWork } from '../queries/relation.ts';
import { fileError } from '../shards/file-error.ts';
import { FileGuard } from '../shards/file-guard.ts';
import type { ReadRequest, RowsRequest, ShardContext } from '../shards/shard.ts';
import { readRuns } from '../shards/single-rows.ts';
import { ArrayColumns } from './array-columns.ts';
import { openArrays, type OpenArrays } from '../numpy/open.ts';
import type { NumpyArray } from '../numpy/numpy-array.ts';
import type { SideTable } from './side-table.ts';

/** NumPy arrays of one file as the columns of a table; rows are read by seeking. */
export class ArrayTable implements SideTable {
  readonly arrays: readonly NumpyArray[];
  readonly #open: OpenArrays;
  readonly #columns: readonly Column[];
  readonly #rows: number;
  readonly #queried: ArrayColumns;
  readonly #guard: FileGuard;

  private constructor(open: OpenArrays, rows: number, guard: FileGuard, { cacheBytes }: ShardContext) {
    this.#guard = guard;
    this.arrays = open.arrays;
    this.#open = open;
    this.#rows = rows;
    this.#columns = open.arrays.map((array, index) => array.column(index));
    this.#queried = new ArrayColumns(open.path, cacheBytes);
  }

  /**
   * @param name what the array of an `.npy` file is called
   * @throws LoupeError `not-found`, `no-permission`, `malformed`, `unsupported`, `encrypted`, `too-large`
   */
  static async open(path: string, name: string, context: ShardContext): Promise<ArrayTable> {
    const guard = await FileGuard.of(path, false).catch((error: unknown) => {
      throw fileError(path, error);
    });
    const open = await openArrays(path, name, context);
    const [first] = open.arrays;
    const other = open.arrays.find(({ header }) => header.rows !== first?.header.rows);
    if (first === undefined || other !== undefined) {
      await open.close();
      throw new LoupeError('malformed', `The arrays of one file have different lengths: ${first?.name ?? ''} has ${first?.header.rows ?? 0} rows, ${other?.name ?? ''} has ${other?.header.rows ?? 0}.`, { path });
    }
    return new ArrayTable(open, first.header.rows, guard, context);
  }

  state() {
    return { columns: this.#columns, rows: this.#rows, rowsComplete: true, bytesRead: this.#open.bytesRead() };
  }

  async read({ start, end, columns, limits }: ReadRequest, signal: AbortSignal): Promise<Value[][]> {
    await this.#guard.check();
    return Promise.all(columns.map((index) => this.#array(index).read(start, end, limits, signal)));
  }

  readRows(request: RowsRequest, signal: AbortSignal): Promise<Value[][]> {
    return readRuns((run, until) => this.read(run, until), request, signal);
  }

  async relation(columns: readonly ColumnRef[], report: ReportWork, signal: AbortSignal): Promise<Relation> {
    await this.#guard.check();
    const arrays = columns.map(({ index, fields }) => {
      if (fields.length > 0) throw new LoupeError('invalid-request', `The array ${this.#array(index).name} has no fields.`);
      return this.#array(index);
    });
    return this.#queried.relation(arrays, this.#rows, report, signal);
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await this.#queried.close();
    await this.#open.close();
  }

  #array(index: number): NumpyArray {
    const array = this.arrays[index];
    if (array === undefined) throw new LoupeError('invalid-request', `There is no array ${index}.`, { path: this.#open.path });
    return array;
  }
}
