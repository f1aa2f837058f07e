import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Column, NamedSideCar } from '../../protocol/shards.ts';
import type { ActivePanel } from '../active-panel.ts';
import { SET_SCHEME } from '../sets/set-uri.ts';
import type { NamedSideCars } from './named-side-cars.ts';

/** Columns that are offered as keys. */
const MAX_OFFERED = 1_000;

/** Registers adding a file to the shard in front by hand, and forgetting what was added. */
export function registerSideCarCommands(active: ActivePanel, named: NamedSideCars): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand('loupe.addSideCar', () => addSideCar(active, named)),
    vscode.commands.registerCommand('loupe.forgetSideCars', async () => {
      const session = active.panel?.session;
      if (session === undefined) return;
      await named.forget(session.uri);
      session.openAnew();
    }),
  ];
}

async function addSideCar(active: ActivePanel, named: NamedSideCars): Promise<void> {
  const session = active.panel?.session;
  if (session?.state.status !== 'open' || (session.uri.scheme !== 'file' && session.uri.scheme !== SET_SCHEME)) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Open a shard or a set of shards on disk first; the side-car is added to that table.'));
    return;
  }
  const { columns } = session.state.shard;
  const chosen = await vscode.window.showOpenDialog({ title: vscode.l10n.t('Add Side-car to {0}', session.name) });
  const file = chosen?.[0];
  if (file === undefined) return;
  const key = await askKey(file.fsPath, columns);
  if (key === undefined) return;
  await named.add(session.uri, { path: file.fsPath, key });
  session.openAnew();
}

/** How rows find theirs; undefined when the user gives up. */
async function askKey(path: string, columns: readonly Column[]): Promise<NamedSideCar['key'] | undefined> {
  const byRow = { label: vscode.l10n.t('Row number'), description: vscode.l10n.t('both have the same rows in the same order'), column: null };
  const own = columns.filter(({ origin }) => origin === undefined).slice(0, MAX_OFFERED);
  const items = [byRow, ...own.map(({ name, type }) => ({ label: name, description: type, column: name }))];
  const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Join {0} by', basename(path)), ignoreFocusOut: true });
  if (chosen === undefined) return undefined;
  if (chosen.column === null) return null;
  // A list of ids has no columns with names.
  if (/\.(npy|txt)$/i.test(path)) return { shard: chosen.column, sideCar: chosen.column };
  const sideCar = await vscode.window.showInputBox({ title: vscode.l10n.t('Column of {0} that has the same values', basename(path)), value: chosen.column, ignoreFocusOut: true });
  return sideCar === undefined || sideCar === '' ? undefined : { shard: chosen.column, sideCar };
}
