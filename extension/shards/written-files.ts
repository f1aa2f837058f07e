import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { removePartsOfDead } from '../durable/part-files.ts';
import { toLoupeError } from '../rpc/failure.ts';
import { viewTypeOf } from './view-types.ts';

type Work<T> = (signal: AbortSignal, progress: vscode.Progress<{ message?: string; increment?: number }>) => Promise<T>;

/**
 * Shows that a file is being written; the user may stop it. Where the engine ends on the way, what it could not take away
 * any more goes too.
 */
export async function whileWriting<T>(path: string, signal: AbortSignal, work: Work<T>): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Exporting {0}', basename(path)), cancellable: true };
  try {
    return await vscode.window.withProgress(options, (progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      return work(AbortSignal.any([stop.signal, signal]), progress);
    });
  } catch (error) {
    if (toLoupeError(error).code === 'engine-lost') await removePartsOfDead(dirname(path));
    throw error;
  }
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
