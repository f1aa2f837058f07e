import { BACKSLASH, CLOSE_LIST, CLOSE_OBJECT, COLON, COMMA, OPEN_LIST, OPEN_OBJECT, QUOTE } from './json-bytes.ts';
import type { Checkpoint, RecordSink, Scanner } from './scanner.ts';

/** Wrapper keys that are remembered for the metadata view. */
const MAX_MEMBERS = 64;
/** The wrapper's key whose array holds the rows. */
const ROWS_KEY = 'data';

/**
 * What the scanner is inside of.
 *
 * - `start`: before the first value
 * - `members`: inside a top-level object, which may hold `"data": [...]`
 * - `elements`: inside the array whose elements are the rows
 * - `sequence`: one top-level value after the other, each a row
 * - `after`: behind the end of the array or of its wrapper
 */
export type Layout = 'start' | 'members' | 'elements' | 'sequence' | 'after';

/**
 * Splits one JSON document into rows: the elements of a top-level array, of the array in `{"data": [...]}`, or
 * else its top-level values. It counts brackets and knows text, no more: whether an element is JSON is told
 * when it is read.
 */
export class ElementScanner implements Scanner {
  rows: number;
  offset: number;
  longest = 0;
  layout: Layout;
  /** Bytes of the wrapper's other members, `"key": value` each. */
  readonly members: { readonly start: number; readonly end: number }[] = [];
  /** What is wrong with the document around its rows. */
  fault: { readonly byte: number; readonly message: string } | null = null;
  /** Open brackets, and how many are open around a row. */
  #level: number;
  #base: number;
  #inText = false;
  #escaped = false;
  /** Where the record or member under way begins, -1 between two; and where its last byte so far ends. */
  #first = -1;
  #last = -1;
  #afterComma = false;
  /** The member's key, while it may still be the one of the rows. */
  #keyFrom = -1;
  #isRowsKey = false;
  #sawColon = false;
  #key: number[] = [];
  /** Where the wrapper object begins, for the case that it turns out to be a row. */
  #wrapper = -1;
  #foundArray = false;

  constructor(at: Checkpoint, layout: Layout) {
    this.rows = at.row;
    this.offset = at.offset;
    this.layout = layout;
    this.#base = layout === 'elements' ? 1 : 0;
    this.#level = this.#base;
  }

  /** Rows are elements of an array; else they are top-level values. */
  get rowsAreElements(): boolean {
    return this.#foundArray;
  }

  get pending(): Checkpoint {
    return { row: this.rows, line: 0, offset: this.#first < 0 ? this.offset : this.#first };
  }

  push(bytes: Buffer, length: number, sink: RecordSink): void {
    for (let at = 0; at < length; at++) {
      if (this.#inText) {
        at = this.#scanText(bytes, at, length, sink);
        continue;
      }
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) {
        this.#begin(at);
        this.#inText = true;
        if (this.layout === 'members' && this.#level === 1 && !this.#sawColon) this.#keyFrom = at + 1;
      } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#open(byte, at);
      else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) this.#close(byte, at, sink);
      else if (this.#level <= this.#base || this.layout === 'members') this.#outside(byte, at, sink);
    }
    this.offset += length;
  }

  end(sink: RecordSink): void {
    if (this.layout === 'after') return;
    const where = this.offset;
    if (this.layout === 'elements') {
      this.fault = { byte: where, message: 'the array is not closed' };
      if (this.#first >= 0) this.#record(sink, where);
    } else if (this.layout === 'members') this.#wrapperIsRow(sink, where);
    else if (this.#first >= 0) this.#record(sink, where);
  }

  /** Runs to the end of a text; answers the place of its last byte seen. */
  #scanText(bytes: Buffer, from: number, length: number, sink: RecordSink): number {
    let at = from;
    for (; at < length; at++) {
      const byte = bytes[at];
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) break;
      if (this.#keyFrom >= 0 && this.#key.length <= ROWS_KEY.length) this.#key.push(byte ?? 0);
    }
    if (at === length) return at;
    this.#inText = false;
    if (this.#keyFrom >= 0) {
      this.#isRowsKey = String.fromCharCode(...this.#key) === ROWS_KEY;
      this.#key = [];
      this.#keyFrom = -1;
    }
    this.#touch(at);
    if (this.layout === 'sequence' && this.#level === 0) this.#record(sink, this.#last);
    return at;
  }

  #begin(at: number): void {
    if (this.layout === 'start') this.layout = 'sequence';
    if (this.layout === 'after') this.#trailing(at);
    if (this.#first < 0 && this.#level === this.#base) this.#first = this.offset + at;
  }

  #touch(at: number): void {
    if (this.#level === this.#base) this.#last = this.offset + at + 1;
  }

  #open(byte: number, at: number): void {
    if (this.layout === 'start' && byte === OPEN_LIST) { this.#enterRows(1); return; }
    if (this.layout === 'start') {
      this.layout = 'members';
      this.#wrapper = this.offset + at;
      this.#level = 1;
      this.#base = 1;
      return;
    }
    const rowsHere = this.layout === 'members' && this.#level === 1 && byte === OPEN_LIST && this.#isRowsKey && this.#sawColon;
    if (rowsHere && this.#wrapper >= 0) {
      this.#wrapper = -1;
      this.#enterRows(2); return;
    }
    this.#begin(at);
    this.#level++;
  }

  #enterRows(base: number): void {
    this.#foundArray = true;
    this.layout = 'elements';
    this.#base = base;
    this.#level = base;
    this.#first = -1;
    this.#afterComma = false;
  }

  #close(byte: number, at: number, sink: RecordSink): void {
    if (this.#level > this.#base) {
      this.#level--;
      this.#touch(at);
      if (this.layout === 'sequence' && this.#level === 0) this.#record(sink, this.#last);
      return;
    }
    if (this.layout === 'elements') this.#endRows(byte, at, sink);
    else if (this.layout === 'members') this.#endWrapper(at, sink);
    else {
      this.#begin(at);
      this.#touch(at);
    }
  }

  #endRows(byte: number, at: number, sink: RecordSink): void {
    if (byte !== CLOSE_LIST) this.fault ??= { byte: this.offset + at, message: "expected ']' at the end of the array, found '}'" };
    if (this.#first >= 0 || this.#afterComma) {
      if (this.#first < 0) this.#first = this.#last = this.offset + at;
      this.#record(sink, this.#last);
    }
    this.#afterComma = false;
    this.layout = this.#base === 2 ? 'members' : 'after';
    this.#base = this.#level = this.#base - 1;
    this.#resetMember();
  }

  #endWrapper(at: number, sink: RecordSink): void {
    this.#endMember();
    this.#base = this.#level = 0;
    if (this.#wrapper >= 0) this.#wrapperIsRow(sink, this.offset + at + 1);
    else this.layout = 'after';
  }

  /** The top-level object holds no `data` array: it is itself the first row. */
  #wrapperIsRow(sink: RecordSink, end: number): void {
    if (this.#wrapper < 0) {
      this.fault ??= { byte: end, message: 'the object around the array is not closed' };
      return;
    }
    this.layout = 'sequence';
    this.#base = this.#level = 0;
    this.#first = this.#wrapper;
    this.#wrapper = -1;
    this.members.length = 0;
    this.#record(sink, end);
  }

  #outside(byte: number, at: number, sink: RecordSink): void {
    if (byte === 32 || byte === 10 || byte === 13 || byte === 9) {
      if (this.layout === 'sequence' && this.#first >= 0) this.#record(sink, this.#last);
      return;
    }
    if (this.layout === 'members') {
      if (this.#level !== 1) return;
      if (byte === COMMA) { this.#endMember(); return; }
      if (byte === COLON) this.#sawColon = true;
    } else if (this.layout === 'elements' && byte === COMMA) {
      if (this.#first < 0) this.#first = this.#last = this.offset + at;
      this.#record(sink, this.#last);
      this.#afterComma = true;
      return;
    }
    this.#begin(at);
    this.#touch(at);
  }

  #record(sink: RecordSink, end: number): void {
    const start = this.#first;
    this.#first = -1;
    this.#afterComma = false;
    if (end - start > this.longest) this.longest = end - start;
    sink(this.rows++, 0, start, end);
  }

  #endMember(): void {
    if (this.#first >= 0 && this.members.length < MAX_MEMBERS) this.members.push({ start: this.#first, end: this.#last });
    this.#resetMember();
  }

  #resetMember(): void {
    this.#first = -1;
    this.#isRowsKey = false;
    this.#sawColon = false;
  }

  #trailing(at: number): void {
    this.fault ??= { byte: this.offset + at, message: 'more follows after the end of the document' };
  }
}
