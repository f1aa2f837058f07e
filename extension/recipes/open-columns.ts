import * as vscode from 'vscode';
import type { DataColumn, OpenShardColumns } from '../protocol/recipes.ts';
import type { ShardPanel } from '../shards/shard-panel.ts';
import type { ShardSession } from '../shards/shard-session.ts';
import type { ShardSessions } from '../shards/shard-sessions.ts';

/** The server asks for what can be read: a file with a million columns is no data of a recipe. */
const MAX_COLUMNS = 2_000;
const MAX_PATHS = 1_000;

/** The columns of every shard in an editor, for the recipes that are written beside it. */
export class OpenColumns {
  readonly onChanged: vscode.Event<void>;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #sessions: ShardSessions;
  /** One for each editor, the one that had the user's attention last at the end. */
  #panels: readonly ShardPanel[] = [];
  #told = '[]';

  constructor(sessions: ShardSessions) {
    this.#sessions = sessions;
    this.onChanged = this.#changed.event;
  }

  get shards(): readonly OpenShardColumns[] {
    const sessions = new Set(this.#panels.map(({ session }) => session).reverse());
    return [...sessions].map(columnsOfSession).filter((shard) => shard !== null);
  }

  /** Called for each editor that opens; disposed when it closes. */
  follow(panel: ShardPanel): vscode.Disposable {
    this.#panels = [...this.#panels, panel];
    const subscription = panel.session.onChanged(() => this.#tell());
    this.#tell();
    return new vscode.Disposable(() => {
      subscription.dispose();
      this.#panels = this.#panels.filter((each) => each !== panel);
      this.#tell();
    });
  }

  activated(panel: ShardPanel | null): void {
    if (panel === null || !this.#panels.includes(panel)) return;
    this.#panels = [...this.#panels.filter((each) => each !== panel), panel];
    this.#tell();
  }

  /** The columns of a shard on disk, opened for this question and closed again; null where it cannot be opened. */
  async ofFile(path: string): Promise<readonly DataColumn[] | null> {
    const { session, release } = this.#sessions.use(vscode.Uri.file(path));
    try {
      await session.shardInEngine();
      return columnsOfSession(session)?.columns ?? null;
    } catch {
      return null;
    } finally {
      release();
    }
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** Progress of an index changes a session many times a second; its columns hardly ever. */
  #tell(): void {
    const now = JSON.stringify(this.shards);
    if (now === this.#told) return;
    this.#told = now;
    this.#changed.fire();
  }
}

/** A column of the set itself is in none of its files. */
function columnsOfSession({ name, state, uri }: ShardSession): OpenShardColumns | null {
  if (state.status !== 'open') return null;
  const { columns, parts, path } = state.shard;
  const paths = parts === undefined ? [uri.scheme === 'file' ? uri.fsPath : path] : parts.map((part) => part.path);
  const own = columns.filter(({ origin }) => origin === undefined).slice(0, MAX_COLUMNS);
  return { name, paths: paths.slice(0, MAX_PATHS), columns: own.map(({ name: column, type, kind }) => ({ name: column, type, kind })) };
}
