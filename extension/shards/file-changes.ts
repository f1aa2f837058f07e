import * as vscode from 'vscode';
import type { Notice } from '../protocol/shards.ts';
import { offerReload, type DiskChanges, type Watched } from './disk-changes.ts';
import { FileWatch, type FileChange } from './file-watch.ts';

/** Changes of one file on disk. */
export class FileChanges implements DiskChanges {
  readonly #watched: Watched;
  readonly #watch: FileWatch;
  #change: FileChange | null = null;

  constructor(uri: vscode.Uri, watched: Watched) {
    this.#watched = watched;
    this.#watch = new FileWatch(uri, (change) => void this.#take(change));
  }

  notices(): readonly Notice[] {
    return this.#change === null ? [] : [{ severity: 'warning', message: this.#words(this.#change) }];
  }

  restart(): void {
    this.#change = null;
    this.#watch.restart();
  }

  dispose(): void {
    this.#watch.dispose();
  }

  async #take(change: FileChange): Promise<void> {
    if (await this.#engineFollows()) return;
    const first = this.#change === null;
    this.#change = change;
    this.#watched.changed();
    // Once for each time the file is opened: a file that is being written changes all the time.
    if (first && change === 'changed') await offerReload(this.#watched, vscode.l10n.t('{0} changed on disk.', this.#watched.name));
  }

  /**
   * Whether the engine copes with the change by itself: it goes on with lines that were appended, and says so when a text
   * file was deleted. It looks at the file when it reads, so an empty read makes it look.
   */
  async #engineFollows(): Promise<boolean> {
    const format = this.#watched.shard()?.format;
    if (format !== 'jsonl' && format !== 'json') return false;
    return this.#watched.request('shard/page', { start: 0, end: 0, columns: [] }).then(
      () => true,
      () => false,
    );
  }

  #words(change: FileChange): string {
    const { name } = this.#watched;
    return change === 'deleted'
      ? vscode.l10n.t('{0} was deleted or moved while it was open; rows that were not read yet may be missing.', name)
      : vscode.l10n.t('{0} changed on disk while it was open; open it again to see it as it is now.', name);
  }
}
