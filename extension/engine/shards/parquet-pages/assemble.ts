import { isUtf8 } from 'node:buffer';
import type { Value, ValueLimits } from '../../../protocol/values.ts';
import { limitBytes, limitText } from '../parquet/cut.ts';
import type { ColumnShape } from './column-shape.ts';
import type { Slot } from './decoded-page.ts';
import { PageFault } from './page-fault.ts';

/** The places of one leaf in one row, taken one after the other. */
class Places {
  #at = 0;
  readonly #slots: readonly Slot[];

  constructor(slots: readonly Slot[]) {
    this.#slots = slots;
  }

  /** The next place. @throws PageFault where the row has no more */
  get next(): Slot {
    const slot = this.#slots[this.#at];
    if (slot === undefined) throw new PageFault('a row ends early');
    return slot;
  }

  take(): Slot {
    const slot = this.next;
    this.#at++;
    return slot;
  }

  /** Whether the list of this repetition level goes on. */
  continues(repetition: number): boolean {
    return this.#slots[this.#at]?.repetition === repetition;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#slots.length;
  }
}

/**
 * A column's value in one row, from the places of its leaves.
 * @throws PageFault where the leaves do not agree on what is there, or text is none
 */
export function assemble(shape: ColumnShape, leaves: readonly (readonly Slot[])[], limits: ValueLimits): Value {
  const places = leaves.map((slots) => new Places(slots));
  const value = valueAt(shape);
  if (!places.every((leaf) => leaf.isAtEnd)) throw new PageFault('the parts of a row do not have the same length');
  return value;

  function valueAt(part: ColumnShape): Value {
    switch (part.kind) {
      case 'text':
      case 'bytes': {
        const bytes = placesOf(part.leaf).take().bytes;
        return bytes === null ? null : leafValue(part.kind, bytes, limits);
      }
      case 'struct': {
        if (!isThere(part, part.definition)) return skip(part);
        const values = part.fields.map(([name, field]) => [name, valueAt(field)] as const);
        return { type: 'struct', entries: values.slice(0, limits.items), length: values.length };
      }
      case 'list':
        return listAt(part);
    }
  }

  function listAt(part: ColumnShape & { readonly kind: 'list' }): Value {
    if (!isThere(part, part.definition)) {
      const isEmpty = isThere(part, part.definition - 1);
      skip(part);
      return isEmpty ? { type: 'list', items: [], length: 0 } : null;
    }
    const items: Value[] = [];
    let length = 0;
    do {
      const item = valueAt(part.item);
      if (length++ < limits.items) items.push(item);
    } while (agree(part, (leaf) => leaf.continues(part.repetition)));
    return { type: 'list', items, length };
  }

  function isThere(part: ColumnShape, definition: number): boolean {
    return agree(part, (leaf) => leaf.next.definition >= definition);
  }

  function agree(part: ColumnShape, ask: (leaf: Places) => boolean): boolean {
    const [first, ...others] = leavesOf(part).map((leaf) => ask(placesOf(leaf)));
    if (others.some((other) => other !== first)) throw new PageFault('the parts of a row do not fit each other');
    return first ?? false;
  }

  function skip(part: ColumnShape): null {
    for (const leaf of leavesOf(part)) placesOf(leaf).take();
    return null;
  }

  function placesOf(leaf: number): Places {
    const found = places[leaf];
    if (found === undefined) throw new PageFault('a part of the column is missing');
    return found;
  }
}

function leavesOf(shape: ColumnShape): number[] {
  switch (shape.kind) {
    case 'text':
    case 'bytes':
      return [shape.leaf];
    case 'struct':
      return shape.fields.flatMap(([, field]) => leavesOf(field));
    case 'list':
      return leavesOf(shape.item);
  }
}

function leafValue(kind: 'text' | 'bytes', bytes: Uint8Array, limits: ValueLimits): Value {
  if (kind === 'bytes') return limitBytes(bytes, limits.bytes);
  if (!isUtf8(bytes)) throw new PageFault('a text is not valid UTF-8');
  return limitText(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'), limits.text);
}
