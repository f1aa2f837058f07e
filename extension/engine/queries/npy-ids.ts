import { basename } from 'node:path';
import { DuckDBDataChunk, DuckDBTypeId, UUID, uuidValue, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import { LoupeError } from '../../rpc/failure.ts';
import { UID } from '../numpy/dtype.ts';
import { readArrayHeader, type ArrayHeader } from '../numpy/npy-header.ts';
import { FileSource } from '../shards/source.ts';
import { isInteger } from './number-sql.ts';

/** Rows of one chunk; DuckDB's vectors hold no more. */
const CHUNK_ROWS = 2_048;
/** Chunks that are read together, in bytes. */
const READ_BYTES = 1024 * 1024;
/** Longer items are no ids, in bytes. */
const MAX_ITEM = 4_096;

/** A NumPy array of ids that is read as it is asked for. */
export interface IdArray {
  readonly type: DuckDBType;
  /** Its rows, with the bytes of the file that were read up to there. */
  chunks(signal: AbortSignal): AsyncGenerator<{ readonly chunk: DuckDBDataChunk; readonly bytes: number }>;
  close(): Promise<void>;
}

interface Items {
  readonly type: DuckDBType;
  readonly read: (view: DataView, at: number) => DuckDBValue;
}

/** @throws LoupeError `malformed`, `unsupported` for another dtype than integers, text, or two uint64 a row (uids) */
export async function readIdArray(path: string): Promise<IdArray> {
  const source = await FileSource.open(path);
  try {
    const header = await readArrayHeader(source, basename(path));
    const items = itemsOf(header);
    if (items === null) {
      throw new LoupeError('unsupported', `${basename(path)} is an array of ${described(header)}, which are no ids; whole numbers, texts, and two uint64 a row are.`, { path });
    }
    return { type: items.type, chunks: (signal) => readChunks(source, items, header, signal), close: () => source.close() };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function* readChunks(source: FileSource, { type, read }: Items, { rows, rowBytes: size, start }: ArrayHeader, signal: AbortSignal) {
  const together = Math.max(1, Math.floor(READ_BYTES / (size * CHUNK_ROWS))) * CHUNK_ROWS;
  for (let row = 0; row < rows; row += together) {
    signal.throwIfAborted();
    const count = Math.min(together, rows - row);
    const position = start + row * size;
    const buffer = await source.slice(position, position + count * size);
    if (buffer.length < count * size) throw new LoupeError('changed', `${basename(source.path)} became shorter while it was read.`, { path: source.path });
    const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    for (let first = 0; first < count; first += CHUNK_ROWS) {
      const length = Math.min(CHUNK_ROWS, count - first);
      const chunk = DuckDBDataChunk.create([type], length);
      chunk.setColumnValues(0, Array.from({ length }, (_, i) => read(view, (first + i) * size)));
      yield { chunk, bytes: position + (first + length) * size };
    }
  }
}

/** Null where the items are no ids. */
function itemsOf({ item, rowItems, rowBytes }: ArrayHeader): Items | null {
  if (item === UID) return { type: UUID, read: (view, at) => uuidValue((view.getBigUint64(at, true) << 64n) | view.getBigUint64(at + 8, true)) };
  const isText = item.duckdb.typeId === DuckDBTypeId.VARCHAR;
  const isId = isText ? rowBytes > 0 && rowBytes <= MAX_ITEM : isInteger(item.duckdb);
  return rowItems === 1 && isId ? { type: item.duckdb, read: item.raw } : null;
}

function described({ item, rowShape }: ArrayHeader): string {
  return rowShape.length === 0 ? item.name : `${item.name} in rows of ${rowShape.join(' × ')}`;
}
