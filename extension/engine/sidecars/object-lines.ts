import { BACKSLASH, CLOSE_LIST, CLOSE_OBJECT, COLON, COMMA, OPEN_LIST, OPEN_OBJECT, QUOTE } from '../shards/jsonl/json-bytes.ts';

const KEY = Buffer.from('{"key":"');
const VALUE = Buffer.from(',"value":');
const END = Buffer.from('}\n');
const SPACE = Buffer.from(' ');
const NOTHING = Buffer.alloc(0);
/** What one byte becomes at most. */
const MAX_GROWTH = VALUE.length;
const BLANK = 0x20;

/**
 * Turns one JSON object into lines: `{"a": 1, "b": 2}` becomes `{"key":"a","value":1}` and `{"key":"b","value":2}`. It
 * counts brackets and knows text, no more: whether a value is JSON is told when its line is read.
 */
export class ObjectLines {
  #state: 'before' | 'key' | 'colon' | 'value' | 'after' = 'before';
  #level = 0;
  #inText = false;
  #escaped = false;
  #entries = 0;
  #position = 0;

  /** Whether the object was closed. */
  get complete(): boolean {
    return this.#state === 'after';
  }

  /** What the next bytes become. @throws SyntaxError where they are no object */
  push(bytes: Buffer): Buffer {
    const output = Buffer.allocUnsafe(bytes.length * MAX_GROWTH);
    let length = 0;
    for (const byte of bytes) {
      const instead = this.#step(byte);
      this.#position++;
      if (instead === null) output[length++] = byte;
      else length += instead.copy(output, length);
    }
    return output.subarray(0, length);
  }

  /** What is written instead of a byte; null where it stays. */
  #step(byte: number): Buffer | null {
    if (this.#inText) return this.#text(byte);
    if (byte <= BLANK) return this.#state === 'value' ? SPACE : NOTHING;
    if (this.#level > 0 || this.#state === 'value') return this.#value(byte);
    if (this.#state === 'before' && byte === OPEN_OBJECT) {
      this.#state = 'key';
      return NOTHING;
    }
    if (this.#state === 'key' && byte === QUOTE) {
      this.#inText = true;
      return KEY;
    }
    if (this.#state === 'colon' && byte === COLON) {
      this.#state = 'value';
      return VALUE;
    }
    if (this.#state === 'key' && byte === CLOSE_OBJECT && this.#entries === 0) {
      this.#state = 'after';
      return NOTHING;
    }
    throw new SyntaxError(`it is no JSON object: ${JSON.stringify(String.fromCharCode(byte))} at byte ${this.#position}`);
  }

  #text(byte: number): null {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) {
      this.#inText = false;
      if (this.#state === 'key') this.#state = 'colon';
    }
    return null;
  }

  #value(byte: number): Buffer | null {
    if (byte === QUOTE) this.#inText = true;
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#level++;
    else if (this.#level > 0 && (byte === CLOSE_OBJECT || byte === CLOSE_LIST)) this.#level--;
    else if (this.#level === 0 && (byte === COMMA || byte === CLOSE_OBJECT)) {
      this.#state = byte === COMMA ? 'key' : 'after';
      this.#entries++;
      return END;
    }
    return null;
  }
}
