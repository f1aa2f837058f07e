import type * as vscode from 'vscode';

const KEY = 'loupe.sqlHistory';

/** Statements that are remembered, and how long one may be in UTF-16 units. */
const MAX_STATEMENTS = 100;
const MAX_LENGTH = 20_000;

/** Statements that were run in this workspace, the newest first. */
export class SqlHistory {
  readonly #storage: vscode.Memento;

  constructor(storage: vscode.Memento) {
    this.#storage = storage;
  }

  get statements(): readonly string[] {
    return this.#storage.get<readonly string[]>(KEY, []);
  }

  /** One that was run before comes to the front. */
  add(sql: string): void {
    const statement = sql.trim();
    if (statement === '' || statement.length > MAX_LENGTH) return;
    const others = this.statements.filter((each) => each !== statement);
    void this.#storage.update(KEY, [statement, ...others].slice(0, MAX_STATEMENTS));
  }
}
