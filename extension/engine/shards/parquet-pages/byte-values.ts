import { decodeDeltas, decodeLongDeltas } from './delta-integers.ts';
import { MAX_PAGE_BYTES } from './layout.ts';
import { decodeRuns } from './level-runs.ts';
import { PageFault } from './page-fault.ts';

/** Values of a page that are not null, in their order. */
export interface ByteValues {
  readonly count: number;
  /** Bytes of memory that they hold. */
  readonly memory: number;
  /** The bytes of a value; a view, not a copy. */
  at(index: number): Uint8Array;
}

/** Values that lie in one buffer, from `bounds[i]` to `bounds[i] + lengths[i]`. */
class SlicedValues implements ByteValues {
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;

  constructor(bytes: Uint8Array, starts: Int32Array, ends: Int32Array) {
    this.count = starts.length;
    this.#bytes = bytes;
    this.#starts = starts;
    this.#ends = ends;
  }

  get memory(): number {
    return this.#bytes.length + 8 * this.count;
  }

  at(index: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[index], this.#ends[index]);
  }
}

/** Values that name entries of the chunk's dictionary. */
class NamedValues implements ByteValues {
  readonly count: number;
  readonly #indices: Int32Array;
  readonly #dictionary: ByteValues;

  constructor(indices: Int32Array, dictionary: ByteValues) {
    this.count = indices.length;
    this.#indices = indices;
    this.#dictionary = dictionary;
  }

  get memory(): number {
    return 4 * this.count;
  }

  at(index: number): Uint8Array {
    const entry = this.#indices[index] ?? -1;
    if (entry < 0 || entry >= this.#dictionary.count) throw new PageFault(`it names entry ${entry} of a dictionary of ${this.#dictionary.count}`);
    return this.#dictionary.at(entry);
  }
}

/** How the values of a leaf are stored. */
export interface StoredAs {
  readonly physical: string;
  readonly typeLength: number;
}

/** `count` values in the encoding that the page header names. @throws PageFault */
export function decodeValues(encoding: string, bytes: Uint8Array, count: number, stored: StoredAs, dictionary: ByteValues | null): ByteValues {
  if (count === 0) return new SlicedValues(bytes, new Int32Array(0), new Int32Array(0));
  switch (encoding) {
    case 'PLAIN':
      return plainValues(bytes, count, stored);
    case 'RLE':
      return runValues(bytes, count, stored);
    case 'DELTA_BINARY_PACKED':
      return deltaNumbers(bytes, count, stored);
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY':
      return namedValues(bytes, count, dictionary);
    case 'DELTA_LENGTH_BYTE_ARRAY':
      return deltaLengthValues(bytes, count);
    case 'DELTA_BYTE_ARRAY':
      return deltaValues(bytes, count);
    case 'BYTE_STREAM_SPLIT':
      return splitValues(bytes, count, stored);
    default:
      throw new PageFault(`its values are encoded as ${encoding}`, 'unsupported');
  }
}

/** Bytes of each value, where all have as many; null where they have lengths of their own, or fewer bits. @throws PageFault */
export function valueWidth({ physical, typeLength }: StoredAs): number | null {
  switch (physical) {
    case 'INT32':
    case 'FLOAT':
      return 4;
    case 'INT64':
    case 'DOUBLE':
      return 8;
    case 'INT96':
      return 12;
    case 'FIXED_LEN_BYTE_ARRAY':
      return typeLength;
    default:
      return null;
  }
}

function plainValues(bytes: Uint8Array, count: number, stored: StoredAs): ByteValues {
  if (stored.physical === 'BOOLEAN') {
    if (Math.ceil(count / 8) > bytes.length) throw endsEarly();
    return fixedValues(Uint8Array.from({ length: count }, (_, i) => ((bytes[i >> 3] ?? 0) >> (i & 7)) & 1), count, 1);
  }
  const width = valueWidth(stored);
  return width === null ? sizedValues(bytes, count) : fixedValues(bytes, count, width);
}

/** Booleans in runs, before which stands how many bytes they take. */
function runValues(bytes: Uint8Array, count: number, { physical }: StoredAs): ByteValues {
  if (physical !== 'BOOLEAN') throw new PageFault(`its values of type ${physical} are encoded as RLE`, 'unsupported');
  const values = new Uint8Array(count);
  decodeRuns(bytes.subarray(4), 1, values);
  return fixedValues(values, count, 1);
}

function deltaNumbers(bytes: Uint8Array, count: number, { physical }: StoredAs): ByteValues {
  if (physical !== 'INT32' && physical !== 'INT64') throw new PageFault(`its values of type ${physical} are encoded as DELTA_BINARY_PACKED`, 'unsupported');
  const { values } = physical === 'INT32' ? decodeDeltas(bytes, 0, count) : decodeLongDeltas(bytes, 0, count);
  return fixedValues(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), count, physical === 'INT32' ? 4 : 8);
}

function sizedValues(bytes: Uint8Array, count: number): ByteValues {
  if (count * 4 > bytes.length) throw endsEarly();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [starts, ends] = [new Int32Array(count), new Int32Array(count)];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 4 > bytes.length) throw endsEarly();
    const start = at + 4;
    at = start + view.getUint32(at, true);
    if (at > bytes.length) throw endsEarly();
    starts[i] = start;
    ends[i] = at;
  }
  return new SlicedValues(bytes, starts, ends);
}

function fixedValues(bytes: Uint8Array, count: number, width: number): ByteValues {
  if (width <= 0) throw new PageFault('its values have a fixed length that the footer does not tell');
  if (count * width > bytes.length) throw endsEarly();
  const starts = Int32Array.from({ length: count }, (_, i) => i * width);
  return new SlicedValues(bytes, starts, starts.map((start) => start + width));
}

function namedValues(bytes: Uint8Array, count: number, dictionary: ByteValues | null): ByteValues {
  if (dictionary === null) throw new PageFault('it names entries of a dictionary that the column does not have');
  const indices = new Int32Array(count);
  decodeRuns(bytes.subarray(1), bytes[0] ?? 0, indices);
  return new NamedValues(indices, dictionary);
}

function deltaLengthValues(bytes: Uint8Array, count: number): ByteValues {
  const { values: lengths, end } = decodeDeltas(bytes, 0, count);
  return consecutiveValues(bytes, end, lengths);
}

function consecutiveValues(bytes: Uint8Array, from: number, lengths: Int32Array): ByteValues {
  const [starts, ends] = [new Int32Array(lengths.length), new Int32Array(lengths.length)];
  let at = from;
  for (const [i, length] of lengths.entries()) {
    if (length < 0 || at + length > bytes.length) throw endsEarly();
    starts[i] = at;
    at += length;
    ends[i] = at;
  }
  return new SlicedValues(bytes, starts, ends);
}

/** Each value shares its first bytes with the one before it. */
function deltaValues(bytes: Uint8Array, count: number): ByteValues {
  const prefixes = decodeDeltas(bytes, 0, count);
  const suffixes = decodeDeltas(bytes, prefixes.end, count);
  const rest = consecutiveValues(bytes, suffixes.end, suffixes.values);
  const lengths = prefixes.values.map((prefix, i) => prefix + (suffixes.values[i] ?? 0));
  let size = 0;
  for (const [i, length] of lengths.entries()) {
    const shared = prefixes.values[i] ?? 0;
    if (shared < 0 || shared > (i === 0 ? 0 : (lengths[i - 1] ?? 0))) throw new PageFault('a value repeats more of the one before it than there is');
    size += length;
    if (size > MAX_PAGE_BYTES) throw new PageFault(`its values have more than ${MAX_PAGE_BYTES} bytes`, 'too-large');
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const [i, length] of lengths.entries()) {
    const shared = prefixes.values[i] ?? 0;
    const before = at - (i === 0 ? 0 : (lengths[i - 1] ?? 0));
    whole.copyWithin(at, before, before + shared);
    whole.set(rest.at(i), at + shared);
    at += length;
  }
  return consecutiveValues(whole, 0, lengths);
}

/** The first bytes of all values, then all second bytes, and so on. */
function splitValues(bytes: Uint8Array, count: number, stored: StoredAs): ByteValues {
  const width = valueWidth(stored);
  if (width === null) throw new PageFault(`its values of type ${stored.physical} are encoded as BYTE_STREAM_SPLIT`, 'unsupported');
  if (count * width > bytes.length) throw endsEarly();
  const whole = new Uint8Array(count * width);
  for (let byte = 0; byte < width; byte++) {
    for (let i = 0; i < count; i++) whole[i * width + byte] = bytes[byte * count + i] ?? 0;
  }
  return fixedValues(whole, count, width);
}

function endsEarly(): PageFault {
  return new PageFault('its values end early');
}
