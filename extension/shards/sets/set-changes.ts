import * as vscode from 'vscode';
import type { SetNews } from '../../protocol/shards.ts';
import type { Notice } from '../../protocol/shards.ts';
import { offerReload, type DiskChanges, type Watched } from '../disk-changes.ts';
import type { ShardSet } from './set-uri.ts';

/** Time after an event in which more of the same are awaited, in milliseconds: a set is written shard by shard. */
const SETTLE = 500;

const NOTHING: SetNews = { added: [], addedCount: 0, removed: [], removedCount: 0 };

/** New shards in the folder of a set, and shards of it that went. The engine says which: it knows the patterns. */
export class SetChanges implements DiskChanges {
  readonly #watched: Watched;
  readonly #watcher: vscode.FileSystemWatcher;
  #timer: NodeJS.Timeout | undefined;
  #news = NOTHING;

  constructor({ folder, patterns }: ShardSet, watched: Watched) {
    this.#watched = watched;
    const deep = patterns.some((pattern) => /^\.?$|[/\\]|\*\*/.test(pattern));
    this.#watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(folder), deep ? '**/*' : '*'), false, true, false);
    const look = (): void => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#look(), SETTLE);
    };
    this.#watcher.onDidCreate(look);
    this.#watcher.onDidDelete(look);
  }

  notices(): readonly Notice[] {
    const { added, addedCount, removed, removedCount } = this.#news;
    const notices: Notice[] = [];
    if (addedCount > 0) notices.push({ severity: 'info', message: vscode.l10n.t('New shards since the set was opened: {0} ({1}). Reload to see them.', addedCount, added.join(', ')) });
    if (removedCount > 0) notices.push({ severity: 'warning', message: vscode.l10n.t('Shards deleted or moved since the set was opened: {0} ({1}).', removedCount, removed.join(', ')) });
    return notices;
  }

  restart(): void {
    this.#news = NOTHING;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#watcher.dispose();
  }

  async #look(): Promise<void> {
    if (this.#watched.shard() === null) return;
    const news = await this.#watched.request('shard/setNews', {}).catch(() => null);
    if (news === null || JSON.stringify(news) === JSON.stringify(this.#news)) return;
    const first = this.#news.addedCount === 0 && news.addedCount > 0;
    this.#news = news;
    this.#watched.changed();
    if (first) await offerReload(this.#watched, vscode.l10n.t('{0} has new shards.', this.#watched.name));
  }
}
