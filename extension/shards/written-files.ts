import * as vscode from 'vscode';
import { viewTypeOf } from './view-types.ts';

/** Shows that something is under way; the user may stop it. @param work tells how far it is by `vscode.Progress` */
export async function withProgress<T>(title: string, signal: AbortSignal, work: (signal: AbortSignal, progress: vscode.Progress<{ message?: string; increment?: number }>) => Promise<T>): Promise<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, (progress, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    return work(AbortSignal.any([stop.signal, signal]), progress);
  });
}

/** Says that a file is written, which can be opened then. */
export async function offerToOpen(uri: vscode.Uri, words: string): Promise<void> {
  const open = vscode.l10n.t('Open');
  if ((await vscode.window.showInformationMessage(words, open)) === open) await openShard(uri, vscode.ViewColumn.Active);
}

/** What is no shard opens as whatever VS Code opens it with. */
export async function openShard(uri: vscode.Uri, column: vscode.ViewColumn): Promise<void> {
  if (/\.(csv|txt|npy)$/i.test(uri.path)) await vscode.commands.executeCommand('vscode.open', uri, column);
  else await vscode.commands.executeCommand('vscode.openWith', uri, viewTypeOf(uri.path), column);
}
