import type * as vscode from 'vscode';
import type { EngineClient } from '../engine-client/engine-client.ts';
import { DocumentEdits } from './editing/document-edits.ts';
import type { EditJournals } from './editing/edit-journals.ts';
import type { FileCopies } from './remote/file-copies.ts';
import { SET_SCHEME } from './sets/set-uri.ts';
import { ShardSession } from './shard-session.ts';
import type { NamedSideCars } from './side-cars/named-side-cars.ts';
import { sourceOf } from './source.ts';

interface Entry {
  readonly session: ShardSession;
  users: number;
}

/** The sessions in use, one a document. */
export class ShardSessions {
  readonly #engine: () => EngineClient;
  readonly #copies: FileCopies;
  readonly #named: NamedSideCars | null;
  readonly #journals: EditJournals | null;
  readonly #sessions = new Map<string, Entry>();

  /** @param journals where edits are kept; null where nothing is edited */
  constructor(engine: () => EngineClient, copies: FileCopies, named: NamedSideCars | null = null, journals: EditJournals | null = null) {
    this.#engine = engine;
    this.#copies = copies;
    this.#named = named;
    this.#journals = journals;
  }

  /**
   * The session of this document, with a call that gives it back.
   * @param backup the path of VS Code's backup of it, where there is one
   */
  use(uri: vscode.Uri, backup: string | null = null): { readonly session: ShardSession; readonly release: () => void } {
    const key = uri.toString();
    const entry = this.#sessions.get(key) ?? this.#add(key, uri, backup);
    entry.users++;
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      entry.users--;
      if (entry.users > 0) return;
      this.#sessions.delete(key);
      entry.session.dispose();
      this.#tellVersions(uri);
    };
    return { session: entry.session, release };
  }

  /** The session of a document that is in use; null where it is not. */
  current(uri: vscode.Uri): ShardSession | null {
    return this.#sessions.get(uri.toString())?.session ?? null;
  }

  #add(key: string, uri: vscode.Uri, backup: string | null): Entry {
    const source = sourceOf(uri, this.#copies, this.#named);
    const journals = uri.scheme === 'file' || uri.scheme === SET_SCHEME ? this.#journals : null;
    const session = new ShardSession(uri, this.#engine, source, () => this.#versions(uri).at(-1) ?? null, journals && ((document) => new DocumentEdits(document, journals, backup)));
    const entry = { session, users: 0 };
    this.#sessions.set(key, entry);
    this.#tellVersions(uri);
    return entry;
  }

  /** Other documents of the same path: a file on disk and what git has of it. The one that was opened last comes last. */
  #versions(uri: vscode.Uri): ShardSession[] {
    if (uri.scheme === SET_SCHEME) return [];
    const own = uri.toString();
    const all = [...this.#sessions].filter(([key, { session }]) => key !== own && session.uri.scheme !== SET_SCHEME && session.uri.path === uri.path);
    return all.map(([, { session }]) => session);
  }

  #tellVersions(uri: vscode.Uri): void {
    for (const session of this.#versions(uri)) session.versionsChanged();
  }
}
