import { MIN_VECTOR_DIMENSION, type Value } from '../../../protocol/values.ts';

/** An array or object while it is read. */
export interface Container {
  readonly isList: boolean;
  /** Items or entries that are kept at most; 0 once one was left out. */
  limit: number;
  readonly items: Value[];
  readonly entries: [string, Value][];
  /** Items or entries there are, kept or not. */
  length: number;
  /** The key whose value comes next. */
  key: string;
  /** Every item so far is a number. */
  numbersOnly: boolean;
  /** At least one item is written as a float. */
  hasFloat: boolean;
  /** Sum of squares of the numbers. */
  squares: number;
}

/** A container that keeps its first `limit` items, or none where it is not kept itself. */
export function containerOf(isList: boolean, limit: number, kept: boolean): Container {
  return { isList, limit: kept ? limit : 0, items: [], entries: [], length: 0, key: '', numbersOnly: isList, hasFloat: false, squares: 0 };
}

/** Whether the next item will be kept. */
export function keepsNext(container: Container): boolean {
  return container.length < container.limit;
}

/** Notes a number on the way into a list that may be a vector. */
export function recordNumber(container: Container, text: string, wanted: boolean): void {
  if (!wanted || !container.numbersOnly) return;
  const number = Number(text);
  container.squares += number * number;
  container.hasFloat ||= /[.eEN]/.test(text);
}

/** The finished value; a long list of floats becomes its dimension and norm where that is wanted. */
export function closeContainer(container: Container, summariseVectors: boolean): Value {
  const { length } = container;
  if (!container.isList) return { type: 'struct', entries: container.entries, length };
  if (summariseVectors && container.numbersOnly && container.hasFloat && length >= MIN_VECTOR_DIMENSION) {
    return { type: 'vector', dimension: length, norm: Math.sqrt(container.squares) };
  }
  return { type: 'list', items: container.items, length };
}
