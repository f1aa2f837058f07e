import type * as vscode from 'vscode';
import type { EngineClient } from '../engine-client/engine-client.ts';
import type { FileCopies } from './remote/file-copies.ts';
import type { NamedSideCars } from './side-cars/named-side-cars.ts';
import { sourceOf } from './source.ts';
import { ShardSession } from './shard-session.ts';

/** The sessions in use, one a document. */
export class ShardSessions {
  readonly #engine: () => EngineClient;
  readonly #copies: FileCopies;
  readonly #named: NamedSideCars | null;
  readonly #sessions = new Map<string, { session: ShardSession; users: number }>();

  constructor(engine: () => EngineClient, copies: FileCopies, named: NamedSideCars | null = null) {
    this.#engine = engine;
    this.#copies = copies;
    this.#named = named;
  }

  /** The session of this document, with a call that gives it back. */
  use(uri: vscode.Uri): { readonly session: ShardSession; readonly release: () => void } {
    const key = uri.toString();
    const entry = this.#sessions.get(key) ?? { session: new ShardSession(uri, this.#engine, sourceOf(uri, this.#copies, this.#named)), users: 0 };
    this.#sessions.set(key, entry);
    entry.users++;
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      entry.users--;
      if (entry.users > 0) return;
      this.#sessions.delete(key);
      entry.session.dispose();
    };
    return { session: entry.session, release };
  }
}
