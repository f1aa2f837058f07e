import { basename } from 'node:path';
import { ARRAY, DuckDBArrayValue, DuckDBDataChunk, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import { LoupeError } from '../../rpc/failure.ts';
import { query, withConnection } from '../duckdb/session.ts';
import type { Relation, ReportWork } from '../queries/relation.ts';
import { SharedWork } from '../query-tables/shared-work.ts';
import type { NumpyArray } from '../numpy/numpy-array.ts';

/** Rows of one chunk; DuckDB's vectors hold no more. */
const CHUNK_ROWS = 2_048;
/** DuckDB's arrays have so many items at most. */
const MAX_ITEMS = 100_000;
/** Bytes of the file that are read at a time. */
const PIECE = 1024 * 1024;

/** Tables are named by it, for all of this process: they live in its only database. */
let nextTable = 1;

interface Filling {
  readonly name: string;
  readonly work: SharedWork;
}

/**
 * NumPy arrays as tables of DuckDB's, one for each array that a query asks for. They are in memory, which DuckDB spills
 * to its folder on disk, and go when the file is closed.
 */
export class ArrayColumns {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #tables = new Map<NumpyArray, Filling>();

  constructor(path: string, maxBytes: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
  }

  /** @throws LoupeError `unsupported`, `too-large`, `cancelled` */
  async relation(arrays: readonly NumpyArray[], rows: number, report: ReportWork, signal: AbortSignal): Promise<Relation> {
    const tables: string[] = [];
    for (const array of arrays) tables.push(await this.#table(array, report, signal));
    const from = tables.map((table, i) => `${table} AS t${i}`).join(' POSITIONAL JOIN ');
    const columns = arrays.map((_, i) => `, t${i}.v AS v${i}, false AS m${i}`).join('');
    return {
      from: tables.length === 0 ? `(SELECT range AS row FROM range(${rows}))` : `(SELECT t0.rowid AS row${columns} FROM ${from})`,
      types: arrays.map(typeOf),
      rows,
    };
  }

  async close(): Promise<void> {
    for (const { name, work } of this.#tables.values()) {
      await work.settled();
      await drop(name);
    }
  }

  async #table(array: NumpyArray, report: ReportWork, signal: AbortSignal): Promise<string> {
    for (;;) {
      const filling = this.#tables.get(array) ?? this.#start(array);
      try {
        await filling.work.join(report, signal);
        if (await exists(filling.name)) return filling.name;
        // The database was lost with its tables, or whoever asked first gave up.
        signal.throwIfAborted();
        this.#forget(array, filling);
      } catch (error) {
        if (!signal.aborted) this.#forget(array, filling);
        throw error;
      }
    }
  }

  #start(array: NumpyArray): Filling {
    this.#check(array);
    const name = `loupe_array_${nextTable++}`;
    const label = `Reading ${array.name} of ${basename(this.#path)}`;
    const work = new SharedWork((report, signal) => fill(name, array, (done, total) => report(label, done, total), signal).catch((error: unknown) => drop(name).then(() => Promise.reject(error as Error))));
    const filling = { name, work };
    this.#tables.set(array, filling);
    return filling;
  }

  #forget(array: NumpyArray, filling: Filling): void {
    if (this.#tables.get(array) === filling) this.#tables.delete(array);
  }

  #check({ name, header }: NumpyArray): void {
    const refuse = (code: 'unsupported' | 'too-large', what: string): never => {
      throw new LoupeError(code, `${basename(this.#path)}: ${name} ${what}.`, { path: this.#path });
    };
    if (header.rowShape.length > 0 && (header.rowItems > MAX_ITEMS || header.rowItems === 0)) refuse('unsupported', `has rows of ${header.rowItems} items; up to ${MAX_ITEMS} can be queried`);
    if (header.rows * header.rowBytes > this.#maxBytes) refuse('too-large', `is larger than the cache may be (setting loupe.cache.maximumSize) and cannot be queried`);
  }
}

function typeOf({ header }: NumpyArray): DuckDBType {
  return header.rowShape.length === 0 ? header.item.duckdb : ARRAY(header.item.duckdb, header.rowItems);
}

async function fill(name: string, array: NumpyArray, done: (bytes: number, total: number) => void, signal: AbortSignal): Promise<void> {
  const { rows, rowBytes } = array.header;
  const type = typeOf(array);
  const together = Math.min(CHUNK_ROWS, Math.max(1, Math.floor(PIECE / Math.max(1, rowBytes))));
  await withConnection(
    async (connection) => {
      await connection.run(`CREATE OR REPLACE TABLE ${name} (v ${type.toString()})`);
      const appender = await connection.createAppender(name);
      try {
        for (let row = 0; row < rows; row += together) {
          signal.throwIfAborted();
          const count = Math.min(together, rows - row);
          const bytes = await array.bytes(row, count * rowBytes);
          const chunk = DuckDBDataChunk.create([type], count);
          chunk.setColumnValues(0, rowValues(array, bytes, count));
          appender.appendDataChunk(chunk);
          done((row + count) * rowBytes, rows * rowBytes);
        }
        appender.flushSync();
      } finally {
        appender.closeSync();
      }
    },
    { signal },
  );
}

function rowValues({ header }: NumpyArray, bytes: Buffer, count: number): DuckDBValue[] {
  const { item, rowShape, rowItems, rowBytes } = header;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (rowShape.length === 0) return Array.from({ length: count }, (_, row) => item.raw(view, row * rowBytes));
  return Array.from({ length: count }, (_, row) => new DuckDBArrayValue(Array.from({ length: rowItems }, (_each, i) => item.raw(view, row * rowBytes + i * item.size))));
}

async function exists(name: string): Promise<boolean> {
  return query(`SELECT 1 FROM ${name} LIMIT 0`, []).then(
    () => true,
    () => false,
  );
}

async function drop(name: string): Promise<void> {
  await query(`DROP TABLE IF EXISTS ${name}`, []).catch(() => undefined);
}
