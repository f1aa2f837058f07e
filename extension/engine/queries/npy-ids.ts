import { basename } from 'node:path';
import { BIGINT, DuckDBDataChunk, UBIGINT, UUID, VARCHAR, uuidValue, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import { LoupeError } from '../../rpc/failure.ts';
import { FileSource } from '../shards/source.ts';

/** Rows of one chunk; DuckDB's vectors hold no more. */
const CHUNK_ROWS = 2_048;
/** Chunks that are read together, in bytes. */
const READ_BYTES = 1024 * 1024;
/** A longer header is no array of ids. */
const MAX_HEADER = 65_536;
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
  readonly size: number;
  readonly read: (buffer: Buffer, at: number) => DuckDBValue;
}

export function isNpy(head: Buffer): boolean {
  return head.length >= 8 && head.toString('latin1', 0, 6) === '\x93NUMPY';
}

/** @throws LoupeError `malformed`, `unsupported` for another dtype than integers, text, or two uint64 a row (uids) */
export async function readIdArray(path: string): Promise<IdArray> {
  const source = await FileSource.open(path);
  try {
    const { descr, rows, columns, start } = await readHeader(source);
    const items = itemsOf(descr, columns);
    if (items === null) {
      throw new LoupeError('unsupported', `${basename(path)} is an array of ${descr.slice(0, 80)}, which are no ids; whole numbers, texts, and two uint64 a row are.`, { path });
    }
    if (source.byteLength < start + rows * items.size) {
      throw new LoupeError('malformed', `${basename(path)} ends at byte ${source.byteLength}, before its ${rows} rows do.`, { path });
    }
    return { type: items.type, chunks: (signal) => readChunks(source, items, start, rows, signal), close: () => source.close() };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function* readChunks(source: FileSource, { type, size, read }: Items, start: number, rows: number, signal: AbortSignal) {
  const together = Math.max(1, Math.floor(READ_BYTES / (size * CHUNK_ROWS))) * CHUNK_ROWS;
  for (let row = 0; row < rows; row += together) {
    signal.throwIfAborted();
    const count = Math.min(together, rows - row);
    const position = start + row * size;
    const buffer = await source.slice(position, position + count * size);
    for (let first = 0; first < count; first += CHUNK_ROWS) {
      const length = Math.min(CHUNK_ROWS, count - first);
      const chunk = DuckDBDataChunk.create([type], length);
      chunk.setColumnValues(0, Array.from({ length }, (_, i) => read(buffer, (first + i) * size)));
      yield { chunk, bytes: position + (first + length) * size };
    }
  }
}

interface Header {
  /** The dtype as NumPy writes it. */
  readonly descr: string;
  readonly rows: number;
  readonly columns: number;
  /** Where the data begins. */
  readonly start: number;
}

async function readHeader(source: FileSource): Promise<Header> {
  const malformed = (what: string): LoupeError => new LoupeError('malformed', `${basename(source.path)} ${what}.`, { path: source.path });
  const head = await source.slice(0, 12);
  if (!isNpy(head) || head.length < 12) throw malformed('is no NumPy array');
  const wide = (head[6] ?? 0) > 1;
  const begin = wide ? 12 : 10;
  const length = wide ? head.readUInt32LE(8) : head.readUInt16LE(8);
  if (length > MAX_HEADER) throw malformed(`has a header of ${length} bytes`);
  const text = (await source.slice(begin, begin + length)).toString('latin1');
  const [, descr] = /'descr':\s*('[^']*'|\[.*?\])\s*,\s*'fortran_order'/.exec(text) ?? [];
  const [, shape] = /'shape':\s*\(([\d\s,]*)\)/.exec(text) ?? [];
  if (descr === undefined || shape === undefined) throw malformed('has a header that is not NumPy’s');
  const lengths = shape.split(',').filter((part) => part.trim() !== '').map(Number);
  const [rows = 1, columns = 1, ...more] = lengths;
  if (more.length > 0 || !Number.isSafeInteger(rows)) throw malformed(`has the shape (${shape.trim()}), which is no list of ids`);
  if (columns > 1 && /'fortran_order':\s*True/.test(text)) throw malformed('is stored by column');
  return { descr, rows, columns, start: begin + length };
}

function itemsOf(descr: string, columns: number): Items | null {
  const dtype = descr.replaceAll("'", '');
  const pair = /^\[\('[^']*',\s*'<u8'\),\s*\('[^']*',\s*'<u8'\)\]$/.test(descr);
  if ((pair && columns === 1) || (dtype === '<u8' && columns === 2)) {
    return { type: UUID, size: 16, read: (buffer, at) => uuidValue((buffer.readBigUInt64LE(at) << 64n) | buffer.readBigUInt64LE(at + 8)) };
  }
  return columns === 1 ? (integers(dtype) ?? texts(dtype)) : null;
}

function integers(dtype: string): Items | null {
  const [, sign, digits] = /^[<|]([iu])([1248])$/.exec(dtype) ?? [];
  if (sign === undefined) return null;
  const size = Number(digits);
  if (sign === 'u') return { type: UBIGINT, size, read: (buffer, at) => (size === 8 ? buffer.readBigUInt64LE(at) : BigInt(buffer.readUIntLE(at, size))) };
  return { type: BIGINT, size, read: (buffer, at) => (size === 8 ? buffer.readBigInt64LE(at) : BigInt(buffer.readIntLE(at, size))) };
}

/** Texts of a fixed length, filled up with zeros: `S` of bytes, `U` of code points. */
function texts(dtype: string): Items | null {
  const [, kind, digits] = /^[<|]([SU])(\d+)$/.exec(dtype) ?? [];
  if (kind === undefined) return null;
  const size = Number(digits) * (kind === 'U' ? 4 : 1);
  if (size === 0 || size > MAX_ITEM) return null;
  const read = (buffer: Buffer, at: number): string => {
    if (kind === 'S') return buffer.toString('utf8', at, at + size).replace(/\0+$/, '');
    const points = Array.from({ length: size / 4 }, (_, i) => buffer.readUInt32LE(at + i * 4));
    return points.map((point) => (point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd')).join('').replace(/\0+$/, '');
  };
  return { type: VARCHAR, size, read };
}
