/**
 * One value exactly as a shard holds it, in a form that survives structured clone and JSON alike.
 *
 * A JavaScript number cannot carry 64-bit identifiers, 38-digit decimals or `1e400`, so every number
 * travels as the text that the file (or its exact decimal form) has. Text and containers may be cut to
 * the limits of a request; what is cut always carries its true size.
 */
export type Value =
  | null
  | boolean
  | string
  | NumberValue
  | TemporalValue
  | CutText
  | ListValue
  | StructValue
  | MapValue
  | BytesValue
  | VectorValue
  | MissingValue
  | InvalidValue;

/** A number of any width: `text` is what the file says (JSON) or the exact decimal form (Parquet). */
export interface NumberValue {
  readonly type: 'number';
  readonly text: string;
}

/** A date, time, timestamp or interval in DuckDB's text form, which keeps unit and zone. */
export interface TemporalValue {
  readonly type: 'temporal';
  readonly text: string;
}

/** Text longer than the request's limit: its beginning, and its true length in UTF-16 units. */
export interface CutText {
  readonly type: 'text';
  readonly text: string;
  readonly length: number;
}

/** A list; `items` may be shorter than `length` when cut. */
export interface ListValue {
  readonly type: 'list';
  readonly items: readonly Value[];
  readonly length: number;
}

/** A struct or JSON object in file order. Duplicate keys of a JSON object are all here. */
export interface StructValue {
  readonly type: 'struct';
  readonly entries: readonly (readonly [name: string, value: Value])[];
  readonly length: number;
}

/** A Parquet map, in file order. */
export interface MapValue {
  readonly type: 'map';
  readonly entries: readonly (readonly [key: Value, value: Value])[];
  readonly length: number;
}

/** Bytes: the first ones, and the true size. Whole when `head.length === size`. */
export interface BytesValue {
  readonly type: 'bytes';
  readonly size: number;
  readonly head: Uint8Array;
}

/** An embedding, told by its dimension and Euclidean norm instead of a thousand floats. */
export interface VectorValue {
  readonly type: 'vector';
  readonly dimension: number;
  readonly norm: number;
}

/** The record has no such field at all, which is not the same as null. */
export interface MissingValue {
  readonly type: 'missing';
}

/** A place that cannot be read: the raw text as far as there is one, and why. */
export interface InvalidValue {
  readonly type: 'invalid';
  readonly text: string;
  readonly message: string;
}

/** A place inside a value: field names of structs, indices of lists and maps. */
export type ValuePath = readonly (string | number)[];

/** How much of each value a request wants. */
export interface ValueLimits {
  /** UTF-16 units of one text. */
  readonly text: number;
  /** Bytes of one binary value. */
  readonly bytes: number;
  /** Items of one list, struct or map. */
  readonly items: number;
  /** Whether float lists of at least `MIN_VECTOR_DIMENSION` come as `VectorValue`. */
  readonly summariseVectors: boolean;
}

/** A list of floats this long or longer is an embedding; shorter ones (boxes, scores) are lists. */
export const MIN_VECTOR_DIMENSION = 16;

/** Containers nested deeper than this are given as an `InvalidValue` that says so. */
export const MAX_DEPTH = 512;

/** Cells of the grid: one line high. */
export const GRID_LIMITS: ValueLimits = { text: 256, bytes: 64, items: 24, summariseVectors: true };

/** The row inspector: enough to read, small enough to cross the network. */
export const ROW_LIMITS: ValueLimits = { text: 65_536, bytes: 256, items: 1_000, summariseVectors: true };

/** A whole value: copying, opening in a text editor, decoding an image. */
export const WHOLE_LIMITS: ValueLimits = {
  text: 128 * 1024 * 1024,
  bytes: 256 * 1024 * 1024,
  items: 10_000_000,
  summariseVectors: false,
};
