/** A place as editors count: line and UTF-16 code unit in the line, both from 0. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** Offsets to lines and back, by halving. */
export class LineIndex {
  private readonly starts: number[] = [0];
  readonly text: string;

  constructor(text: string) {
    this.text = text;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  get count(): number {
    return this.starts.length;
  }

  position(offset: number): Position {
    let low = 0;
    let high = this.starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low, character: Math.max(0, Math.min(offset, this.text.length) - (this.starts[low] ?? 0)) };
  }

  range({ start, end }: { readonly start: number; readonly end: number }): Range {
    return { start: this.position(start), end: this.position(end) };
  }

  offset({ line, character }: Position): number {
    return Math.min(this.start(line) + character, this.end(line));
  }

  /** Offset of a line's first character; the end of the text behind the last line. */
  start(line: number): number {
    return this.starts[line] ?? this.text.length;
  }

  /** Offset behind a line's last character, its line break left out. */
  end(line: number): number {
    const next = this.starts[line + 1];
    if (next === undefined) return this.text.length;
    return this.text[next - 2] === '\r' ? next - 2 : next - 1;
  }

  line(line: number): string {
    return this.text.slice(this.start(line), this.end(line));
  }
}

/** The parser counts the blank lines behind a block to it. */
export function trimmedEnd(text: string, end: number): number {
  let at = end;
  while (at > 0 && /\s/.test(text[at - 1] ?? '')) at--;
  return at;
}
