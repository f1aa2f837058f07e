import type { Checkpoint, RecordSink, Scanner } from './scanner.ts';

const NEWLINE = 10;
const RETURN = 13;
/** Lines shorter than this on average are faster looked for byte by byte than by `indexOf`. */
const SHORT_LINE = 96;

/**
 * Splits JSON Lines. A record is a line that holds more than blanks; blank lines count as lines, not as rows.
 * The offsets leave out the newline and keep a carriage return, which JSON takes as a blank.
 */
export class LineScanner implements Scanner {
  rows: number;
  /** Lines ended so far, blank ones among them. */
  lines: number;
  offset: number;
  longest = 0;
  blankLines = 0;
  crlfLines = 0;
  #lineStart: number;
  /** Only blanks so far in the line that is not ended yet. */
  #blank = true;
  #lastByte = 0;
  #averageLine = SHORT_LINE;
  /** The last line as it was before `end` ended it without a newline. */
  #openLine: { readonly start: number; readonly blank: boolean } | null = null;

  constructor(at: Checkpoint) {
    this.rows = at.row;
    this.lines = at.line - 1;
    this.offset = at.offset;
    this.#lineStart = at.offset;
  }

  /** The text's last line has a newline, or there is none. */
  get endsWithNewline(): boolean {
    return this.#openLine === null;
  }

  get pending(): Checkpoint {
    return { row: this.rows, line: this.lines + 1, offset: this.#lineStart };
  }

  push(bytes: Buffer, length: number, sink: RecordSink): void {
    const before = this.lines;
    let from = 0;
    while (from < length) {
      const newline = this.#averageLine < SHORT_LINE ? nextNewline(bytes, from, length) : bytes.indexOf(NEWLINE, from);
      if (newline < 0 || newline >= length) break;
      this.#blank &&= isBlank(bytes, from, newline);
      if ((newline > 0 ? bytes[newline - 1] : this.#lastByte) === RETURN) this.crlfLines++;
      this.#endLine(this.offset + newline, sink);
      from = newline + 1;
      this.#lineStart = this.offset + from;
    }
    this.#blank &&= isBlank(bytes, from, length);
    this.#lastByte = bytes[length - 1] ?? 0;
    this.#averageLine = length / (this.lines - before + 1);
    this.offset += length;
  }

  end(sink: RecordSink): void {
    if (this.offset === this.#lineStart) return;
    this.#openLine = { start: this.#lineStart, blank: this.#blank };
    this.#endLine(this.offset, sink);
    this.#lineStart = this.offset;
  }

  reopen(): void {
    if (this.#openLine === null) return;
    this.lines--;
    if (this.#openLine.blank) this.blankLines--;
    else this.rows--;
    this.#lineStart = this.#openLine.start;
    this.#blank = this.#openLine.blank;
    this.#openLine = null;
  }

  #endLine(end: number, sink: RecordSink): void {
    this.lines++;
    if (end - this.#lineStart > this.longest) this.longest = end - this.#lineStart;
    if (this.#blank) this.blankLines++;
    else sink(this.rows++, this.lines, this.#lineStart, end);
    this.#blank = true;
  }
}

function nextNewline(bytes: Buffer, from: number, to: number): number {
  for (let at = from; at < to; at++) if (bytes[at] === NEWLINE) return at;
  return -1;
}

function isBlank(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte !== 32 && byte !== 9 && byte !== RETURN) return false;
  }
  return true;
}
