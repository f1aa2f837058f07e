import * as vscode from 'vscode';
import type { ShardMethod, ShardParams } from '../engine-client/shard-handle.ts';
import type { EngineRequests } from '../protocol/engine.ts';
import type { Notice, ShardState } from '../protocol/shards.ts';

/** What looks at the disk while a shard is on screen. */
export interface DiskChanges {
  /** What a person should know of changes since it was opened. */
  notices(): readonly Notice[];
  /** Takes what is on disk now for what is shown. */
  restart(): void;
  dispose(): void;
}

/** The shard on screen, as far as those who watch it need to know it. */
export interface Watched {
  readonly name: string;
  /** Null while it is not open. */
  readonly shard: () => ShardState | null;
  readonly request: <K extends ShardMethod>(method: K, params: ShardParams<K>) => Promise<EngineRequests[K]['result']>;
  /** `notices` changed. */
  readonly changed: () => void;
  readonly reopen: () => void;
}

/** Asks whether to open anew. */
export async function offerReload(watched: Watched, words: string): Promise<void> {
  const reload = vscode.l10n.t('Reload');
  if ((await vscode.window.showWarningMessage(words, reload)) === reload) watched.reopen();
}
