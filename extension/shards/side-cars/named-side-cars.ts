import type * as vscode from 'vscode';
import type { NamedSideCar } from '../../protocol/shards.ts';

const KEY = 'loupe.sideCars';
/** Shards whose side-cars are remembered; the one that was changed longest ago goes first. */
const MAX_SHARDS = 500;

/** Side-cars that the user named for a shard, kept in the workspace. */
export class NamedSideCars {
  readonly #storage: vscode.Memento;

  constructor(storage: vscode.Memento) {
    this.#storage = storage;
  }

  of(shard: vscode.Uri): readonly NamedSideCar[] {
    return this.#load().get(shard.toString()) ?? [];
  }

  /** One of the same path is replaced. */
  add(shard: vscode.Uri, sideCar: NamedSideCar): Thenable<void> {
    return this.#set(shard, [...this.of(shard).filter(({ path }) => path !== sideCar.path), sideCar]);
  }

  forget(shard: vscode.Uri): Thenable<void> {
    return this.#set(shard, []);
  }

  #set(shard: vscode.Uri, sideCars: readonly NamedSideCar[]): Thenable<void> {
    const all = this.#load();
    all.delete(shard.toString());
    if (sideCars.length > 0) all.set(shard.toString(), sideCars);
    return this.#storage.update(KEY, [...all].slice(-MAX_SHARDS));
  }

  #load(): Map<string, readonly NamedSideCar[]> {
    return new Map(this.#storage.get<[string, readonly NamedSideCar[]][]>(KEY, []));
  }
}
