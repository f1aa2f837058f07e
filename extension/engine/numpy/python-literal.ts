/** A value of the few kinds that a NumPy header has. */
export type PythonLiteral = string | number | boolean | readonly PythonLiteral[] | ReadonlyMap<string, PythonLiteral>;

/** Deeper nesting is no header. */
const MAX_DEPTH = 8;

/**
 * Reads a dictionary, tuple, list, text, whole number or truth value as Python writes them. Nothing is evaluated.
 * @throws SyntaxError with the position
 */
export function parsePythonLiteral(text: string): PythonLiteral {
  const parser = new LiteralParser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

class LiteralParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): PythonLiteral {
    if (depth > MAX_DEPTH) throw this.#unexpected();
    const sign = this.#peek();
    if (sign === '{') return this.#dictionary(depth);
    if (sign === '(') return this.#sequence(')', depth);
    if (sign === '[') return this.#sequence(']', depth);
    if (sign === "'" || sign === '"') return this.#string(sign);
    return this.#word();
  }

  end(): void {
    if (this.#peek() !== '') throw this.#unexpected();
  }

  #dictionary(depth: number): ReadonlyMap<string, PythonLiteral> {
    const entries = new Map<string, PythonLiteral>();
    this.#at++;
    while (this.#peek() !== '}') {
      const key = this.value(depth + 1);
      if (typeof key !== 'string' || entries.has(key)) throw this.#unexpected();
      this.#take(':');
      entries.set(key, this.value(depth + 1));
      if (this.#peek() !== '}') this.#take(',');
    }
    this.#at++;
    return entries;
  }

  #sequence(close: string, depth: number): readonly PythonLiteral[] {
    const items: PythonLiteral[] = [];
    this.#at++;
    while (this.#peek() !== close) {
      items.push(this.value(depth + 1));
      if (this.#peek() !== close) this.#take(',');
    }
    this.#at++;
    return items;
  }

  #string(quote: string): string {
    const end = this.#text.indexOf(quote, this.#at + 1);
    const inner = this.#text.slice(this.#at + 1, end);
    if (end === -1 || inner.includes('\\') || inner.includes('\n')) throw this.#unexpected();
    this.#at = end + 1;
    return inner;
  }

  #word(): number | boolean {
    const [word = ''] = /^[A-Za-z0-9]*/.exec(this.#text.slice(this.#at, this.#at + 32)) ?? [];
    this.#at += word.length;
    if (word === 'True' || word === 'False') return word === 'True';
    // Python 2 wrote long numbers with an L.
    if (!/^\d+L?$/.test(word)) throw this.#unexpected();
    return Number.parseInt(word, 10);
  }

  #peek(): string {
    while (/^\s$/.test(this.#text.charAt(this.#at))) this.#at++;
    return this.#text.charAt(this.#at);
  }

  #take(sign: string): void {
    if (this.#peek() !== sign) throw this.#unexpected();
    this.#at++;
  }

  #unexpected(): SyntaxError {
    return new SyntaxError(`unexpected ${JSON.stringify(this.#text.charAt(this.#at)) || 'end'} at character ${this.#at}`);
  }
}
