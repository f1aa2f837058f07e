import * as vscode from 'vscode';
import type { EditStep, SaveTarget } from '../../protocol/edits.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { DROP_COLUMN, type DocumentEdits } from './document-edits.ts';
import { DROPPED_ROWS_SETTING } from './dropped-rows-setting.ts';

/** Documents whose links the user has agreed to write through. */
const agreed = new WeakSet<DocumentEdits>();

/**
 * Saves a document's edits, after asking what only a person can decide.
 * @param edited a step was made for the save, for VS Code's stack of what can be undone
 * @throws LoupeError, `cancelled` where the user thinks better of it
 */
export async function saveDocument(edits: DocumentEdits, name: string, signal: AbortSignal, edited: (step: EditStep) => void = () => undefined): Promise<void> {
  if (!edits.isDirty) return;
  if (edits.dropped > 0 && (await droppedRowsBecome(edits.dropped, name)) === 'column') edited(await edits.markDropped());
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

/** Asks once; the answer is kept in the user's settings. */
async function droppedRowsBecome(rows: number, name: string): Promise<'leftOut' | 'column'> {
  const settings = vscode.workspace.getConfiguration('loupe');
  const kept = settings.get<string>(DROPPED_ROWS_SETTING);
  if (kept === 'leftOut' || kept === 'column') return kept;
  const [leaveOut, column] = [vscode.l10n.t('Leave Them Out'), vscode.l10n.t('Mark Them in a Column')];
  const message =
    rows === 1
      ? vscode.l10n.t('One row of {0} is dropped. What shall become of it in the file?', name)
      : vscode.l10n.t('{0} rows of {1} are dropped. What shall become of them in the file?', rows.toLocaleString(vscode.env.language), name);
  const detail = vscode.l10n.t('What is dropped is left out of it, or stays with true in the column {0}. The answer is kept in the setting loupe.{1}.', DROP_COLUMN, DROPPED_ROWS_SETTING);
  const chosen = await vscode.window.showWarningMessage(message, { modal: true, detail }, leaveOut, column);
  if (chosen === undefined) throw new LoupeError('cancelled', vscode.l10n.t('Nothing was saved.'));
  const answer = chosen === column ? 'column' : 'leftOut';
  await settings.update(DROPPED_ROWS_SETTING, answer, vscode.ConfigurationTarget.Global);
  return answer;
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
