import { basename } from 'node:path';
import * as vscode from 'vscode';
import { FILE_SUFFIXES, type ExportProgress, type ExportSummary } from '../../protocol/export.ts';
import type { HostRequests } from '../../protocol/webview.ts';
import { toLoupeError } from '../../rpc/failure.ts';
import type { RequestHandlers } from '../../rpc/connection.ts';
import { byteText } from '../amounts.ts';
import type { ShardSession } from '../shard-session.ts';
import { offerToOpen, whileWriting } from '../written-files.ts';
import { chooseExport, type Choice, type Offer } from './choose.ts';

/** What the host does for exports: it asks, shows how far they are, and says what was written. */
export class Exports {
  /** Exports of this window are told apart by their number. */
  #next = 1;

  /** @param until a request's signal, or the end of the page that asks */
  handlers(session: ShardSession, until: (signal: AbortSignal) => AbortSignal): Pick<RequestHandlers<HostRequests>, 'view/export' | 'view/card'> {
    return {
      // An export goes on when its page is hidden: the user sees its progress in a notification, and what went wrong too.
      'view/export': async (offer) => {
        await this.#export(session, offer).catch(showFailure);
        return null;
      },
      'view/card': async (params, signal) => {
        const { text } = await session.request('shard/card', params, until(signal));
        const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: text });
        await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
        return null;
      },
    };
  }

  async #export(session: ShardSession, offer: Offer): Promise<void> {
    const { state } = session;
    const choice = state.status === 'open' ? await chooseExport(offer, state.shard) : undefined;
    const uri = choice === undefined ? undefined : await askForFile(session, choice);
    if (choice === undefined || uri === undefined) return;
    const number = this.#next++;
    // The dialog has asked before it gave the name of a file that is there; the numbers of several it does not know.
    const wish = { ...choice, path: uri.fsPath, replace: choice.fileSize === undefined };
    const summary = await whileWriting(uri.fsPath, new AbortController().signal, async (stop, progress) => {
      const following = session.onExport(follow(number, progress));
      try {
        return await session.request('shard/export', { export: number, wish }, stop);
      } finally {
        following.dispose();
      }
    });
    void offerToOpen(vscode.Uri.file(summary.files[0] ?? uri.fsPath), summaryWords(summary));
  }
}

async function askForFile(session: ShardSession, { format }: Choice): Promise<vscode.Uri | undefined> {
  const suffix = FILE_SUFFIXES[format];
  const stem = session.name.replace(/(\.(parquet|tar|tgz|jsonl|ndjson|json|gz|zst))+$/i, '');
  const last = suffix.slice(suffix.lastIndexOf('.') + 1);
  return vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export Rows'),
    ...(session.uri.scheme === 'file' ? { defaultUri: vscode.Uri.joinPath(session.uri, '..', `${stem}-export${suffix}`) } : {}),
    filters: { [suffix.slice(1)]: [last] },
  });
}

/** Shows the rows done, in hundredths of all. */
function follow(number: number, progress: vscode.Progress<{ message?: string; increment?: number }>): (told: ExportProgress) => void {
  let shown = 0;
  return ({ export: its, label, done, total }) => {
    if (its !== number) return;
    const percent = label === undefined ? Math.floor((100 * done) / Math.max(1, total)) : shown;
    const rows = (count: number): string => count.toLocaleString(vscode.env.language);
    progress.report({ message: label ?? vscode.l10n.t('{0} of {1} rows', rows(done), rows(total)), increment: Math.max(0, percent - shown) });
    shown = Math.max(shown, percent);
  };
}

function summaryWords({ rows, bytes, files, fileCount, notes }: ExportSummary): string {
  const [count, size] = [rows.toLocaleString(vscode.env.language), byteText(bytes, vscode.env.language)];
  const words =
    fileCount === 1
      ? vscode.l10n.t('Exported {0} rows to {1} ({2}).', count, basename(files[0] ?? ''), size)
      : vscode.l10n.t('Exported {0} rows to {1} files ({2}).', count, fileCount.toLocaleString(vscode.env.language), size);
  return [words, ...notes].join(' ');
}

function showFailure(error: unknown): void {
  const { code, message } = toLoupeError(error);
  if (code !== 'cancelled') void vscode.window.showErrorMessage(message);
}
