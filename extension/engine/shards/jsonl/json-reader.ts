import { isUtf8 } from 'node:buffer';
import { MAX_DEPTH, type NumberValue, type Value, type ValueLimits } from '../../../protocol/values.ts';
import { BACKSLASH, CLOSE_LIST, CLOSE_OBJECT, COLON, COMMA, OPEN_LIST, OPEN_OBJECT, QUOTE } from './json-bytes.ts';
import { type Container, closeContainer, containerOf, keepsNext, recordNumber } from './container.ts';
import { TextCollector } from './text-collector.ts';

/** Where JSON breaks its grammar: offset in bytes from the record's start. */
export interface Fault {
  readonly byte: number;
  readonly message: string;
}

/** One JSON text, read. */
export interface JsonRecord {
  /** The value as far as it was read; null where nothing was. */
  readonly value: Value;
  /** Set when the text is no JSON. */
  readonly fault: Fault | null;
  /** Holds bytes that are no UTF-8; they read as U+FFFD. */
  readonly badUtf8: boolean;
  /** Holds `NaN`, `Infinity` or `-Infinity`, which Python writes and RFC 8259 refuses. */
  readonly extended: boolean;
}

/** Key names longer than this many UTF-16 units are cut. */
export const KEY_LIMIT = 4096;
/** Longest number whose digits are kept. */
const NUMBER_LIMIT = 1024 * 1024;
/** A bare word that is no number is refused after this many bytes. */
const WORD_LIMIT = 64;
/** Containers open at once at most; a text that nests deeper is refused. */
const DEPTH_LIMIT = 1_000_000;
/** Text kept of one cell in all, in units of the limit of one text. */
const CELL_BUDGET = 16;

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const NUMBER_START = /^-?[0-9]/;
const EXTENDED = new Set(['NaN', 'Infinity', '-Infinity']);
const ESCAPES: Readonly<Record<number, number>> = { 34: 34, 92: 92, 47: 47, 98: 8, 102: 12, 110: 10, 114: 13, 116: 9 };

type State = 'value' | 'firstItem' | 'firstKey' | 'key' | 'colon' | 'after' | 'done' | 'text' | 'escape' | 'unicode' | 'word';

/**
 * A strict RFC 8259 reader of our own that takes a text in pieces of any size and keeps no more of it than
 * the limits ask for. Numbers stay text, every duplicate key stays, lone surrogates stay; `JSON.parse` keeps
 * none of the three. Nothing recurses, so no nesting can overflow the stack.
 */
export class JsonReader {
  #state: State = 'value';
  #fault: Fault | null = null;
  #base = 0;
  #badUtf8 = false;
  #extended = false;
  #root: Value = null;
  readonly #limits: ValueLimits;
  readonly #topEntries: number;
  readonly #stack: Container[] = [];
  /** Kinds of the containers below `MAX_DEPTH`, which are checked and not kept. */
  readonly #deep: boolean[] = [];
  readonly #text = new TextCollector();
  #isKey = false;
  #discard = false;
  #unicode = 0;
  #unicodeHave = 0;
  #word = '';
  #wordSize = 0;
  #wordStart = 0;
  #budget: number;

  /** @param topEntries entries kept of a top-level object; nested ones follow `limits.items` */
  constructor(limits: ValueLimits, topEntries = limits.items) {
    this.#limits = limits;
    this.#topEntries = topEntries;
    this.#budget = limits.text * CELL_BUDGET;
  }

  /** Reads bytes `[from, to)`, which continue the text and do not end inside a UTF-8 sequence; false after a fault. */
  push(bytes: Buffer, from = 0, to = bytes.length): boolean {
    if (!this.#badUtf8 && !isUtf8(bytes.subarray(from, to))) this.#badUtf8 = true;
    let at = from;
    const offset = this.#base - from;
    while (at < to && this.#fault === null) {
      if (this.#state === 'text') at = this.#inText(bytes, at, to, offset);
      else if (this.#state === 'word') at = this.#inWord(bytes, at, to);
      else this.#step(bytes[at] ?? 0, offset + at++);
    }
    this.#base += to - from;
    return this.#fault === null;
  }

  /** Ends the text. */
  finish(): JsonRecord {
    if (this.#fault === null && this.#state === 'word') this.#endWord();
    if (this.#fault === null && this.#state !== 'done') this.#fail(this.#base, this.#endMessage());
    return { value: this.#root, fault: this.#fault, badUtf8: this.#badUtf8, extended: this.#extended };
  }

  /**
   * What there is of a text that is too long to be read whole: the fields of a top-level object that were read
   * to their end, and nothing of the one under way; an `InvalidValue` for any other text.
   */
  partial(): JsonRecord {
    const top = this.#stack[0];
    const value: Value =
      top === undefined || top.isList
        ? { type: 'invalid', text: '', message: 'too long to be read whole' }
        : { type: 'struct', entries: top.entries, length: top.length };
    return { value, fault: this.#fault, badUtf8: this.#badUtf8, extended: this.#extended };
  }

  #endMessage(): string {
    if (this.#state === 'text' || this.#state === 'escape' || this.#state === 'unicode') return 'ends inside a text';
    if (this.#stack.length === 0) return 'ends where a value is expected';
    const top = this.#deep.at(-1) ?? this.#stack.at(-1)?.isList;
    return `ends inside ${top === true ? 'an array' : 'an object'}`;
  }

  #fail(byte: number, message: string): void {
    this.#fault ??= { byte, message };
  }

  #step(byte: number, at: number): void {
    if (this.#state === 'escape') { this.#escape(byte, at); return; }
    if (this.#state === 'unicode') { this.#hexDigit(byte, at); return; }
    if (byte === 32 || byte === 10 || byte === 13 || byte === 9) return;
    switch (this.#state) {
      case 'firstItem':
        if (byte === CLOSE_LIST) this.#close();
        else this.#beginValue(byte, at);
        break;
      case 'value':
        this.#beginValue(byte, at);
        break;
      case 'firstKey':
        if (byte === CLOSE_OBJECT) this.#close();
        else this.#beginKey(byte, at);
        break;
      case 'key':
        this.#beginKey(byte, at);
        break;
      case 'colon':
        if (byte === COLON) this.#state = 'value';
        else this.#fail(at, `expected ':' after a key, found ${shown(byte)}`);
        break;
      case 'after':
        this.#afterValue(byte, at);
        break;
      default:
        this.#fail(at, `expected the end, found ${shown(byte)}`);
    }
  }

  #beginValue(byte: number, at: number): void {
    if (byte === QUOTE) { this.#beginText(false); return; }
    if (byte === OPEN_LIST || byte === OPEN_OBJECT) { this.#open(byte === OPEN_LIST, at); return; }
    if (byte === CLOSE_LIST || byte === CLOSE_OBJECT || byte === COMMA || byte === COLON) {
      this.#fail(at, `expected a value, found ${shown(byte)}`); return;
    }
    this.#word = String.fromCharCode(byte);
    this.#wordSize = 1;
    this.#wordStart = at;
    this.#state = 'word';
  }

  #beginKey(byte: number, at: number): void {
    if (byte === QUOTE) this.#beginText(true);
    else this.#fail(at, `expected a key in double quotes, found ${shown(byte)}`);
  }

  #afterValue(byte: number, at: number): void {
    const isList = this.#deep.length > 0 ? this.#deep.at(-1) : this.#stack.at(-1)?.isList;
    if (byte === COMMA) this.#state = isList === true ? 'value' : 'key';
    else if (byte === (isList === true ? CLOSE_LIST : CLOSE_OBJECT)) this.#close();
    else this.#fail(at, `expected ',' or '${isList === true ? ']' : '}'}', found ${shown(byte)}`);
  }

  #open(isList: boolean, at: number): void {
    this.#state = isList ? 'firstItem' : 'firstKey';
    if (this.#stack.length < MAX_DEPTH) {
      const top = this.#stack.at(-1);
      const limit = this.#stack.length === 0 && !isList ? this.#topEntries : this.#limits.items;
      this.#stack.push(containerOf(isList, limit, top === undefined || (keepsNext(top) && this.#budget > 0)));
    } else if (this.#deep.length < DEPTH_LIMIT) this.#deep.push(isList);
    else this.#fail(at, `nested deeper than ${DEPTH_LIMIT} levels`);
  }

  #close(): void {
    if (this.#deep.length > 0) {
      const isList = this.#deep.pop() === true;
      if (this.#deep.length > 0) this.#state = 'after';
      else this.#add({ type: 'invalid', text: isList ? '[…]' : '{…}', message: `nested deeper than ${MAX_DEPTH} levels` });
      return;
    }
    const container = this.#stack.pop();
    if (container !== undefined) this.#add(closeContainer(container, this.#limits.summariseVectors));
  }

  #beginText(isKey: boolean): void {
    const top = this.#stack.at(-1);
    this.#isKey = isKey;
    this.#state = 'text';
    this.#discard = this.#deep.length > 0 || (top !== undefined && !keepsNext(top));
    this.#text.begin(isKey ? KEY_LIMIT : Math.max(0, Math.min(this.#limits.text, this.#budget)));
  }

  #inText(bytes: Buffer, from: number, to: number, offset: number): number {
    let at = from;
    let bits = 0;
    let byte = 0;
    while (at < to) {
      byte = bytes[at] ?? 0;
      if (byte === QUOTE || byte === BACKSLASH || byte < 32) break;
      bits |= byte;
      at++;
    }
    if (!this.#discard && at > from) this.#text.add(bytes, from, at, bits < 128, !this.#badUtf8);
    if (at === to) return at;
    if (byte === QUOTE) this.#endText();
    else if (byte === BACKSLASH) return this.#beginEscape(bytes, at + 1, to);
    else this.#fail(offset + at, `${shown(byte)} inside a text must be written as an escape`);
    return at + 1;
  }

  /** Takes a short escape at once where both its bytes are at hand; the rest goes byte by byte. */
  #beginEscape(bytes: Buffer, at: number, to: number): number {
    const unit = at < to ? ESCAPES[bytes[at] ?? 0] : undefined;
    if (unit === undefined) {
      this.#state = 'escape';
      return at;
    }
    if (!this.#discard) this.#text.addUnit(unit);
    return at + 1;
  }

  #endText(): void {
    if (!this.#isKey) {
      if (!this.#discard) this.#budget -= Math.min(this.#text.units, this.#limits.text) + 1;
      this.#add(this.#text.value()); return;
    }
    this.#state = 'colon';
    const top = this.#stack.at(-1);
    if (top === undefined || this.#discard) return;
    // A record's own fields are cells: what one cell keeps takes nothing from the next.
    if (this.#stack.length === 1) this.#budget = this.#limits.text * CELL_BUDGET;
    const key = this.#text.value();
    top.key = typeof key === 'string' ? key : `${key.text}… (${key.length} characters)`;
    if (this.#stack.length > 1) this.#budget -= top.key.length;
  }

  #escape(byte: number, at: number): void {
    const unit = ESCAPES[byte];
    if (unit !== undefined) {
      if (!this.#discard) this.#text.addUnit(unit);
      this.#state = 'text';
    } else if (byte === 117) {
      this.#unicode = 0;
      this.#unicodeHave = 0;
      this.#state = 'unicode';
    } else this.#fail(at, `no such escape: \\ and ${shown(byte)}`);
  }

  #hexDigit(byte: number, at: number): void {
    const digit = byte <= 57 ? byte - 48 : (byte | 32) - 87;
    if (digit < 0 || digit > 15 || (byte > 57 && digit < 10)) { this.#fail(at, `expected four hexadecimal digits after \\u, found ${shown(byte)}`); return; }
    this.#unicode = this.#unicode * 16 + digit;
    if (++this.#unicodeHave < 4) return;
    if (!this.#discard) this.#text.addUnit(this.#unicode);
    this.#state = 'text';
  }

  #inWord(bytes: Buffer, from: number, to: number): number {
    let at = from;
    while (at < to && !endsWord(bytes[at] ?? 0)) at++;
    const room = NUMBER_LIMIT - this.#word.length;
    if (room > 0) this.#word += bytes.toString('latin1', from, Math.min(at, from + room));
    this.#wordSize += at - from;
    if (at < to) this.#endWord();
    else if (this.#wordSize > WORD_LIMIT && !NUMBER_START.test(this.#word)) this.#failWord();
    return at;
  }

  #failWord(): void {
    const word = this.#word.length > 24 ? `${this.#word.slice(0, 24)}…` : this.#word;
    this.#fail(this.#wordStart, `${JSON.stringify(word)} is no JSON value`);
  }

  #endWord(): void {
    const word = this.#word;
    if (word === 'true' || word === 'false') this.#add(word === 'true');
    else if (word === 'null') this.#add(null);
    else if (this.#wordSize > NUMBER_LIMIT && NUMBER_START.test(word)) {
      this.#add({ type: 'invalid', text: `${word.slice(0, 64)}…`, message: `a number of ${this.#wordSize} characters` });
    } else if (NUMBER.test(word)) this.#addNumber(word);
    else if (EXTENDED.has(word)) {
      this.#extended = true;
      this.#addNumber(word);
    } else this.#failWord();
  }

  #addNumber(text: string): void {
    const number: NumberValue = { type: 'number', text };
    const top = this.#deep.length === 0 ? this.#stack.at(-1) : undefined;
    if (top !== undefined) recordNumber(top, text, this.#limits.summariseVectors);
    this.#budget -= text.length;
    this.#add(number);
  }

  #add(value: Value): void {
    if (this.#deep.length > 0) {
      this.#state = 'after';
      return;
    }
    const top = this.#stack.at(-1);
    if (top === undefined) {
      this.#root = value;
      this.#state = 'done';
      return;
    }
    this.#state = 'after';
    const kept = keepsNext(top) && (this.#budget > 0 || this.#stack.length === 1);
    top.length++;
    if (typeof value !== 'object' || value?.type !== 'number') top.numbersOnly = false;
    if (!kept) {
      // Items are kept as a beginning: once one is left out, so are all that follow.
      top.limit = 0;
      return;
    }
    if (top.isList) top.items.push(value);
    else top.entries.push([top.key, value]);
  }
}

function endsWord(byte: number): boolean {
  return byte <= 32 || byte === COMMA || byte === COLON || byte === CLOSE_LIST || byte === CLOSE_OBJECT || byte === QUOTE || byte === OPEN_LIST || byte === OPEN_OBJECT;
}

/** A byte for a person: the character in quotes, or its number where it cannot be seen. */
function shown(byte: number): string {
  if (byte > 32 && byte < 127) return `'${String.fromCharCode(byte)}'`;
  return byte < 128 ? `the control character U+${byte.toString(16).toUpperCase().padStart(4, '0')}` : `the byte 0x${byte.toString(16).toUpperCase()}`;
}

/** Reads a JSON text that is in memory whole. */
export function readJson(bytes: Buffer, limits: ValueLimits, topEntries?: number): JsonRecord {
  const reader = new JsonReader(limits, topEntries);
  reader.push(bytes);
  return reader.finish();
}
