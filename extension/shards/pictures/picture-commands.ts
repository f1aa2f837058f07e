import * as vscode from 'vscode';
import { PICTURE_CACHE_FOLDER } from '../../protocol/pictures.ts';
import type { ActivePanel } from '../active-panel.ts';
import type { PanelPictures } from './panel-pictures.ts';
import { PRIVATE_HOSTS_SETTING } from './private-hosts-setting.ts';

/** Registers what the user does about pictures that are not in the shard. @param cacheFolder the engine's */
export function registerPictureCommands(active: ActivePanel, pictures: PanelPictures, cacheFolder: vscode.Uri): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand('loupe.managePictureHosts', () => manageHosts(pictures, cacheFolder)),
    vscode.commands.registerCommand('loupe.choosePictureFolder', () => chooseFolder(active, pictures)),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`loupe.${PRIVATE_HOSTS_SETTING}`)) void pictures.apply();
    }),
  ];
}

interface Choice extends vscode.QuickPickItem {
  readonly act?: () => Thenable<void>;
}

async function manageHosts(pictures: PanelPictures, cacheFolder: vscode.Uri): Promise<void> {
  const chosen = await vscode.window.showQuickPick(choices(pictures, cacheFolder), {
    title: vscode.l10n.t('Hosts That Pictures Are Fetched From'),
    placeHolder: vscode.l10n.t('Select one to take it back'),
  });
  if (chosen?.act === undefined) return;
  await chosen.act();
  await pictures.apply();
}

function choices({ hosts }: PanelPictures, cacheFolder: vscode.Uri): Choice[] {
  const { hosts: allowed, everyHost } = hosts.consents;
  const revoke = vscode.l10n.t('Select to take it back');
  const every: Choice = { label: vscode.l10n.t('Every host of the internet'), description: revoke, act: () => hosts.revokeEvery() };
  const single = allowed.toReversed().map((host): Choice => ({ label: host, description: revoke, act: () => hosts.revoke([host]) }));
  const all: Choice = { label: vscode.l10n.t('Take back all of them'), act: () => hosts.revokeAll() };
  const clear: Choice = { label: vscode.l10n.t('Delete the pictures that were fetched'), act: () => clearCache(cacheFolder) };
  const some = everyHost || single.length > 0;
  const separator: Choice = { label: '', kind: vscode.QuickPickItemKind.Separator };
  return [...(everyHost ? [every] : []), ...single, ...(some ? [separator, all] : []), clear];
}

/** The engine begins with an empty cache when it is configured again. */
async function clearCache(cacheFolder: vscode.Uri): Promise<void> {
  try {
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(cacheFolder, PICTURE_CACHE_FOLDER), { recursive: true, useTrash: false });
  } catch (error) {
    // Where nothing was fetched there is nothing to delete.
    if (!(error instanceof vscode.FileSystemError) || error.code !== 'FileNotFound') throw error;
  }
}

async function chooseFolder(active: ActivePanel, pictures: PanelPictures): Promise<void> {
  const session = active.panel?.session;
  if (session === undefined) return;
  const { root } = pictures.roots.of(session.uri);
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    title: vscode.l10n.t('Folder Where the Paths of Pictures in {0} Start', session.name),
    ...(root === undefined ? {} : { defaultUri: vscode.Uri.file(root) }),
  });
  const folder = chosen?.[0];
  if (folder === undefined) return;
  await pictures.roots.set(session.uri, folder.fsPath);
  await pictures.apply();
}
