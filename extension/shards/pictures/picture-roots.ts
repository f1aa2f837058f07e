import type * as vscode from 'vscode';

const KEY = 'loupe.pictureRoots';
/** Shards whose folder is remembered; the one that was chosen longest ago goes first. */
const MAX_SHARDS = 500;

/** Folders where the user says that the relative paths in a shard start, kept in the workspace. */
export class PictureRoots {
  readonly #storage: vscode.Memento;

  constructor(storage: vscode.Memento) {
    this.#storage = storage;
  }

  /** As requests about pictures take it: nothing where the shard's own folder is meant. */
  of(shard: vscode.Uri): { readonly root?: string } {
    const root = this.#load().get(shard.toString());
    return root === undefined ? {} : { root };
  }

  set(shard: vscode.Uri, root: string): Thenable<void> {
    const all = this.#load();
    all.delete(shard.toString());
    all.set(shard.toString(), root);
    return this.#storage.update(KEY, [...all].slice(-MAX_SHARDS));
  }

  #load(): Map<string, string> {
    return new Map(this.#storage.get<[string, string][]>(KEY, []));
  }
}
