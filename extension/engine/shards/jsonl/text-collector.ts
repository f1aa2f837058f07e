import type { CutText } from '../../../protocol/values.ts';

/** A UTF-16 unit takes at most three bytes of UTF-8. */
const BYTES_PER_UNIT = 3;

/**
 * One JSON string while it is read: the beginning up to a limit, and the true length in UTF-16 units. Text
 * beyond the limit is counted and never held.
 */
export class TextCollector {
  #text = '';
  #units = 0;
  #limit = 0;

  /** Begins a new string of which at most `limit` units are kept. */
  begin(limit: number): void {
    this.#text = '';
    this.#units = 0;
    this.#limit = limit;
  }

  /** Takes bytes `[from, to)`, which hold no escape and do not end inside a UTF-8 sequence; `valid` where they are UTF-8. */
  add(bytes: Buffer, from: number, to: number, ascii: boolean, valid: boolean): void {
    const room = this.#limit - this.#text.length;
    if (ascii) {
      if (room > 0) this.#text += bytes.toString('latin1', from, Math.min(to, from + room));
      this.#units += to - from;
      return;
    }
    // Decoding only what is kept matters: a slice of a long string would keep all of it in memory.
    const cut = room > 0 ? sequenceStart(bytes, from, Math.min(to, from + room * BYTES_PER_UNIT)) : from;
    if (cut > from) {
      const head = bytes.toString('utf8', from, cut);
      this.#text += head.length > room ? head.slice(0, room) : head;
      this.#units += head.length;
    }
    if (cut < to) this.#units += valid ? unitsOf(bytes, cut, to) : bytes.toString('utf8', cut, to).length;
  }

  /** Takes one UTF-16 unit that was written as an escape. */
  addUnit(unit: number): void {
    if (this.#text.length < this.#limit) this.#text += String.fromCharCode(unit);
    this.#units++;
  }

  get units(): number {
    return this.#units;
  }

  /** The string, cut where it is longer than the limit; a surrogate pair is never cut in two. */
  value(): string | CutText {
    if (this.#text.length === this.#units) return this.#text;
    return { type: 'text', text: withoutHalfPair(this.#text), length: this.#units };
  }
}

/** The last place at or before `at` where a UTF-8 sequence begins; `at` itself at the end of the bytes. */
function sequenceStart(bytes: Buffer, from: number, at: number): number {
  let start = at;
  while (start > from && start > at - BYTES_PER_UNIT && ((bytes[start] ?? 0) & 0xc0) === 0x80) start--;
  return start;
}

/** UTF-16 units of valid UTF-8, without decoding it. */
function unitsOf(bytes: Buffer, from: number, to: number): number {
  let units = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}

function withoutHalfPair(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last < 0xdc00 ? text.slice(0, -1) : text;
}
