/** A walk through earlier statements, the newest first; before them stands what the user was writing. */
export class HistoryWalk {
  readonly #statements: () => readonly string[];
  #position = -1;
  #draft = '';
  #shown: string | null = null;

  constructor(statements: () => readonly string[]) {
    this.#statements = statements;
  }

  /** The statement `by` further back than `text`; null at either end. */
  step(by: 1 | -1, text: string): string | null {
    // What was changed is a draft of its own.
    if (text !== this.#shown) this.#restart(text);
    const statements = this.#statements();
    const skip = this.#position === -1 && by === 1 && statements[0]?.trim() === text.trim() ? 2 : 1;
    const position = this.#position + by * skip;
    const statement = position === -1 ? this.#draft : statements[position];
    if (statement === undefined) return null;
    this.#position = position;
    this.#shown = statement;
    return statement;
  }

  #restart(text: string): void {
    this.#position = -1;
    this.#draft = text;
  }
}
