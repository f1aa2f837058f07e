import * as vscode from 'vscode';
import type { SaveTarget } from '../../protocol/edits.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { DocumentEdits } from './document-edits.ts';

/** Documents whose links the user has agreed to write through. */
const agreed = new WeakSet<DocumentEdits>();

/** Saves a document's edits, after asking what only a person can decide. @throws LoupeError, `cancelled` where the user thinks better of it */
export async function saveDocument(edits: DocumentEdits, name: string, signal: AbortSignal): Promise<void> {
  if (!edits.isDirty) return;
  const target = await agreedTarget(edits, name, signal);
  try {
    await edits.save(target, 'as-edited', signal);
  } catch (error) {
    if (!(error instanceof LoupeError) || error.code !== 'changed') throw error;
    const overwrite = vscode.l10n.t('Save My Edits Into It');
    const detail = vscode.l10n.t('Your edits go into the file as it is now, wherever the edited cells still hold their old values; where one does not, nothing is saved.');
    const chosen = await vscode.window.showWarningMessage(vscode.l10n.t('{0} was changed by another program since it was opened.', name), { modal: true, detail }, overwrite);
    if (chosen !== overwrite) throw error;
    await edits.save(target, 'any', signal);
  }
}

async function agreedTarget(edits: DocumentEdits, name: string, signal: AbortSignal): Promise<SaveTarget> {
  const { linkTarget, otherNames, refusal } = await edits.facts(signal);
  if (refusal !== null) throw new LoupeError('no-permission', refusal);
  if (linkTarget !== null && !agreed.has(edits)) {
    const detail = vscode.l10n.t('It leads to {0}. Caches, that of Hugging Face for one, share such files between data sets and know them by their content.', linkTarget);
    await mustAgree(vscode.l10n.t('{0} is a symbolic link. Change the file that it leads to?', name), detail, vscode.l10n.t('Change the File'));
    agreed.add(edits);
  }
  if (otherNames === 0) return {};
  const detail = vscode.l10n.t('The others keep the old content.');
  await mustAgree(vscode.l10n.t('{0} has other names (hard links). Save under this name alone?', name), detail, vscode.l10n.t('Save'));
  return { breakHardLinks: true };
}

async function mustAgree(message: string, detail: string, yes: string): Promise<void> {
  if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, yes)) !== yes) throw new LoupeError('cancelled', vscode.l10n.t('Nothing was saved.'));
}
