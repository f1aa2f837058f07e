/**
 * Turns offsets in code points, as Python counts them, into offsets in UTF-16 units, as JavaScript does. The text is
 * walked once; afterwards an offset costs a binary search among its characters beyond U+FFFF.
 */
export class CodePoints {
  /** Code points of the text. A lone surrogate is one, as in Python. */
  readonly length: number;
  /** Where, in code points, each character of two units stands. */
  readonly #astral: readonly number[];

  constructor(text: string) {
    const astral: number[] = [];
    for (let i = 0; i < text.length - 1; i++) {
      if ((text.charCodeAt(i) & 0xfc00) !== 0xd800 || (text.charCodeAt(i + 1) & 0xfc00) !== 0xdc00) continue;
      astral.push(i - astral.length);
      i++;
    }
    this.#astral = astral;
    this.length = text.length - astral.length;
  }

  /** UTF-16 units before a code point. */
  units(offset: number): number {
    return offset + this.#astralBefore(offset);
  }

  #astralBefore(offset: number): number {
    let low = 0;
    let high = this.#astral.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#astral[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
