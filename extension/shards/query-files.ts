import * as vscode from 'vscode';

/** Results that were opened as tables of their own and are kept; the oldest goes first. */
const MAX_FILES = 50;

/** Names of the results of one shard are numbered up to here. */
const MAX_NUMBER = 10_000;

/** Parquet files of results that were opened as tables. */
export class QueryFiles {
  readonly #folder: vscode.Uri;

  constructor(folder: vscode.Uri) {
    this.#folder = folder;
  }

  /** A file that is not there yet, called after the shard: `gallery query 1.parquet`. Old ones are removed. */
  async next(shardName: string): Promise<vscode.Uri> {
    await vscode.workspace.fs.createDirectory(this.#folder);
    const names = (await vscode.workspace.fs.readDirectory(this.#folder)).map(([name]) => name);
    await this.#removeOldest(names);
    const taken = new Set(names.map((name) => name.toLowerCase()));
    const stem = shardName.replace(/(\.(parquet|tar|tgz|jsonl|ndjson|json|gz|zst))+$/i, '').slice(0, 100);
    for (let number = 1; number < MAX_NUMBER; number++) {
      const name = `${stem} query ${number}.parquet`;
      if (!taken.has(name.toLowerCase())) return vscode.Uri.joinPath(this.#folder, name);
    }
    throw new Error(`There are ${MAX_NUMBER} results of ${shardName} in ${this.#folder.fsPath}.`);
  }

  async #removeOldest(names: readonly string[]): Promise<void> {
    if (names.length < MAX_FILES) return;
    const files = await Promise.all(names.map((name) => this.#dated(name)));
    const oldest = files.sort((a, b) => a.modified - b.modified).slice(0, names.length - MAX_FILES + 1);
    for (const { uri } of oldest) await vscode.workspace.fs.delete(uri).then(undefined, () => undefined);
  }

  async #dated(name: string): Promise<{ readonly uri: vscode.Uri; readonly modified: number }> {
    const uri = vscode.Uri.joinPath(this.#folder, name);
    return { uri, modified: (await vscode.workspace.fs.stat(uri)).mtime };
  }
}
