import { basename } from 'node:path';
import { MIN_VECTOR_DIMENSION, type Value, type ValueLimits } from '../../protocol/values.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { Column, ColumnKind } from '../../protocol/shards.ts';
import type { ByteSource } from '../shards/source.ts';
import type { ArrayHeader } from './npy-header.ts';

/** Bytes that are read at a time. */
const PIECE = 4 * 1024 * 1024;

/** A NumPy array by rows: each is read from its place in the file. */
export class NumpyArray {
  readonly name: string;
  readonly header: ArrayHeader;
  readonly #source: ByteSource;

  constructor(name: string, header: ArrayHeader, source: ByteSource) {
    this.name = name;
    this.header = header;
    this.#source = source;
  }

  get type(): string {
    const { item, rowShape } = this.header;
    return rowShape.length === 0 ? item.name : `${item.name}[${rowShape.join(', ')}]`;
  }

  get kind(): ColumnKind {
    const { item, rowShape } = this.header;
    if (rowShape.length === 0) return item.kind;
    return this.#isVector ? 'vector' : 'list';
  }

  column(index: number): Column {
    return { index, name: this.name, type: this.type, kind: this.kind };
  }

  /** Values of rows `[start, end)`; rows outside are left out. @throws LoupeError */
  async read(start: number, end: number, limits: ValueLimits, signal: AbortSignal): Promise<Value[]> {
    const { rows, rowBytes } = this.header;
    const last = Math.min(end, rows);
    const wanted = this.#bytesWanted(limits);
    const together = wanted < rowBytes ? 1 : Math.max(1, Math.floor(PIECE / Math.max(1, rowBytes)));
    const values: Value[] = [];
    for (let row = Math.max(0, start); row < last; row += together) {
      signal.throwIfAborted();
      const count = Math.min(together, last - row);
      const bytes = await this.bytes(row, count === 1 ? wanted : count * rowBytes);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      for (let i = 0; i < count; i++) values.push(this.#value(view, i * rowBytes, limits));
    }
    return values;
  }

  /** The first `length` bytes from a row on. @throws LoupeError `changed` where they are gone */
  async bytes(row: number, length: number): Promise<Buffer> {
    const { start, rowBytes } = this.header;
    const position = start + row * rowBytes;
    const bytes = await this.#source.slice(position, position + length);
    if (bytes.length === length) return bytes;
    throw new LoupeError('changed', `${basename(this.#source.path)} became shorter while it was open; open it again.`, { path: this.#source.path, place: `row ${row + 1}` });
  }

  get #isVector(): boolean {
    const { item, rowItems, rowShape } = this.header;
    return item.float !== null && rowShape.length > 0 && rowItems >= MIN_VECTOR_DIMENSION;
  }

  /** Of a row that is told by its first items only, no more than these are read. */
  #bytesWanted({ items, summariseVectors }: ValueLimits): number {
    const { item, rowShape, rowItems, rowBytes } = this.header;
    if (rowShape.length === 0) return rowBytes;
    if (summariseVectors && this.#isVector && rowBytes <= PIECE) return rowBytes;
    return Math.min(items, rowItems) * item.size;
  }

  #value(view: DataView, at: number, limits: ValueLimits): Value {
    const { item, rowShape, rowItems, rowBytes } = this.header;
    if (rowShape.length === 0) return cut(item.value(item.raw(view, at)), limits);
    if (limits.summariseVectors && this.#isVector && rowBytes <= PIECE) return { type: 'vector', dimension: rowItems, norm: this.#norm(view, at) };
    const items = Array.from({ length: Math.min(rowItems, limits.items) }, (_, i) => cut(item.value(item.raw(view, at + i * item.size)), limits));
    return { type: 'list', items, length: rowItems };
  }

  #norm(view: DataView, at: number): number {
    const { item, rowItems } = this.header;
    let sum = 0;
    for (let i = 0; i < rowItems; i++) sum += (item.float?.(view, at + i * item.size) ?? 0) ** 2;
    return Math.sqrt(sum);
  }
}

function cut(value: Value, { text }: ValueLimits): Value {
  return typeof value === 'string' && value.length > text ? { type: 'text', text: value.slice(0, text), length: value.length } : value;
}
