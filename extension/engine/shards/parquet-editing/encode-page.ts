import { crc32 } from 'node:zlib';
import type { Slot } from '../parquet-pages/decoded-page.ts';
import { MAX_PAGE_BYTES, type Leaf } from '../parquet-pages/layout.ts';
import { bitWidth, encodeRuns } from '../parquet-pages/level-runs.ts';
import { THRIFT, ThriftStruct } from '../parquet-pages/thrift.ts';
import { compressPage } from './compress-page.ts';
import { EditFault } from './edit-fault.ts';

const [DATA_PAGE, DATA_PAGE_V2] = [0, 3];
const [PLAIN, RLE] = [0, 3];

/** What a page is like that another one takes the place of. */
export interface PageStyle {
  readonly isSecond: boolean;
  readonly hasChecksum: boolean;
  readonly codec: string;
}

export interface EncodedPage {
  /** Header and body. */
  readonly bytes: Buffer;
  /** Bytes of header and expanded body. */
  readonly expanded: number;
}

/** A data page of PLAIN values. @throws EditFault for one that is too large */
export async function encodePage(places: readonly Slot[], leaf: Pick<Leaf, 'physical' | 'maxRepetition' | 'maxDefinition'>, style: PageStyle): Promise<EncodedPage> {
  const repetition = levels(places, leaf.maxRepetition, ({ repetition: level }) => level);
  const definition = levels(places, leaf.maxDefinition, ({ definition: level }) => level);
  const values = plainValues(places, leaf.physical);
  const { codec, hasChecksum } = style;
  const [outside, inside] = style.isSecond ? [Buffer.concat([repetition, definition]), values] : [Buffer.alloc(0), Buffer.concat([sized(repetition), sized(definition), values])];
  const packed = await compressPage(codec, inside);
  const body = Buffer.concat([outside, packed]);
  const expanded = outside.length + inside.length;
  if (expanded > MAX_PAGE_BYTES || body.length > MAX_PAGE_BYTES) throw new EditFault(`the page that holds it would have more than ${MAX_PAGE_BYTES} bytes`);
  const header = new ThriftStruct().setInteger(1, style.isSecond ? DATA_PAGE_V2 : DATA_PAGE, THRIFT.i32).setInteger(2, expanded, THRIFT.i32).setInteger(3, body.length, THRIFT.i32);
  if (hasChecksum) header.setInteger(4, crc32(body) | 0, THRIFT.i32);
  const own = style.isSecond ? secondHeader(places, repetition.length, definition.length) : firstHeader(places.length);
  const head = header.setStruct(style.isSecond ? 8 : 5, own).encode();
  return { bytes: Buffer.concat([head, body]), expanded: head.length + expanded };
}

function firstHeader(values: number): ThriftStruct {
  return integers([[1, values], [2, PLAIN], [3, RLE], [4, RLE]]);
}

function secondHeader(places: readonly Slot[], repetitionBytes: number, definitionBytes: number): ThriftStruct {
  let [nulls, rows] = [0, 0];
  for (const { bytes, repetition } of places) {
    if (bytes === null) nulls++;
    if (repetition === 0) rows++;
  }
  return integers([[1, places.length], [2, nulls], [3, rows], [4, PLAIN], [5, definitionBytes], [6, repetitionBytes]]).setBoolean(7, true);
}

function integers(fields: readonly (readonly [id: number, value: number])[]): ThriftStruct {
  const struct = new ThriftStruct();
  for (const [id, value] of fields) struct.setInteger(id, value, THRIFT.i32);
  return struct;
}

function levels(places: readonly Slot[], maximum: number, level: (slot: Slot) => number): Buffer {
  return maximum === 0 ? Buffer.alloc(0) : encodeRuns(Uint8Array.from(places, level), bitWidth(maximum));
}

/** Before a first version's levels stands how many bytes they take. */
function sized(encoded: Buffer): Buffer {
  if (encoded.length === 0) return encoded;
  const size = Buffer.alloc(4);
  size.writeUInt32LE(encoded.length);
  return Buffer.concat([size, encoded]);
}

function plainValues(places: readonly Slot[], physical: string): Buffer {
  const held = places.flatMap(({ bytes }) => (bytes === null ? [] : [bytes]));
  if (physical === 'BOOLEAN') {
    const bits = Buffer.alloc(Math.ceil(held.length / 8));
    for (const [at, bytes] of held.entries()) bits[at >> 3] = (bits[at >> 3] ?? 0) | ((bytes[0] ?? 0) << (at & 7));
    return bits;
  }
  if (physical !== 'BYTE_ARRAY') return Buffer.concat(held);
  const whole = Buffer.allocUnsafe(held.reduce((sum, { length }) => sum + 4 + length, 0));
  let at = 0;
  for (const bytes of held) {
    at = whole.writeUInt32LE(bytes.length, at);
    whole.set(bytes, at);
    at += bytes.length;
  }
  return whole;
}
