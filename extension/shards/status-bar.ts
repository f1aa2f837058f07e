import * as vscode from 'vscode';
import type { ShardState } from '../protocol/shards.ts';
import type { ActivePanel } from './active-panel.ts';
import { byteText, rowsText } from './amounts.ts';

/** Rows, file size and bytes read of the file in the active editor. */
export class StatusBar {
  readonly #active: ActivePanel;
  readonly #rows: vscode.StatusBarItem;
  readonly #size: vscode.StatusBarItem;
  readonly #read: vscode.StatusBarItem;
  readonly #activeSubscription: vscode.Disposable;
  #session: vscode.Disposable | null = null;

  constructor(active: ActivePanel) {
    this.#active = active;
    this.#rows = item('loupe.rows', vscode.l10n.t('Loupe: Rows'), 103);
    this.#rows.command = 'loupe.goToRow';
    this.#size = item('loupe.fileSize', vscode.l10n.t('Loupe: File Size'), 102);
    this.#read = item('loupe.bytesRead', vscode.l10n.t('Loupe: Bytes Read'), 101);
    this.#activeSubscription = active.onChanged(() => this.#follow());
  }

  dispose(): void {
    this.#activeSubscription.dispose();
    this.#session?.dispose();
    for (const each of [this.#rows, this.#size, this.#read]) each.dispose();
  }

  #follow(): void {
    this.#session?.dispose();
    const session = this.#active.panel?.session;
    this.#session = session?.onChanged(() => this.#show()) ?? null;
    this.#show();
  }

  #show(): void {
    const document = this.#active.panel?.session.state;
    if (document?.status === 'open') this.#showShard(document.shard);
    else for (const each of [this.#rows, this.#size, this.#read]) each.hide();
  }

  #showShard(shard: ShardState): void {
    const language = vscode.env.language;
    const working = shard.progress === undefined ? '' : '$(loading~spin) ';
    this.#rows.text = working + rowsText(shard, language);
    this.#rows.tooltip = shard.rowsComplete
      ? vscode.l10n.t('Rows of this shard. Select to go to a row.')
      : vscode.l10n.t('Rows found so far ({0}). Select to go to a row.', shard.progress?.label ?? '');
    this.#size.text = byteText(shard.fileSize, language);
    this.#size.tooltip = vscode.l10n.t('Size of the file on disk: {0} bytes', shard.fileSize.toLocaleString(language));
    this.#read.text = vscode.l10n.t('{0} read', byteText(shard.bytesRead, language));
    this.#read.tooltip = vscode.l10n.t('Bytes that Loupe has read of this file: {0}', shard.bytesRead.toLocaleString(language));
    for (const each of [this.#rows, this.#size, this.#read]) each.show();
  }
}

function item(id: string, name: string, priority: number): vscode.StatusBarItem {
  const made = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Right, priority);
  made.name = name;
  return made;
}
