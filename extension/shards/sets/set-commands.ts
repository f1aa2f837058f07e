import { basename, dirname, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { toLoupeError } from '../../rpc/failure.ts';
import { SHARD_VIEW } from '../view-types.ts';
import { setUri, type ShardSet } from './set-uri.ts';

const LAST_PATTERN = 'loupe.lastPattern';

/** Registers the three ways to a set: a folder, several files, a brace glob. */
export function registerSetCommands(storage: vscode.Memento): vscode.Disposable[] {
  const told = (work: (...args: unknown[]) => Promise<void>) => (...args: unknown[]): Promise<void> =>
    work(...args).catch((error: unknown) => void vscode.window.showErrorMessage(toLoupeError(error).message));
  return [
    vscode.commands.registerCommand('loupe.openFolder', told(openFolder)),
    vscode.commands.registerCommand('loupe.openTogether', told(openTogether)),
    vscode.commands.registerCommand('loupe.openPattern', told(() => openPattern(storage))),
  ];
}

/** From the explorer with its folder, from the palette with one that is asked for. */
async function openFolder(clicked: unknown): Promise<void> {
  const folder = clicked instanceof vscode.Uri ? clicked : (await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, title: vscode.l10n.t('Open Folder in Loupe as One Table') }))?.[0];
  if (folder !== undefined) await openSet({ folder: folder.fsPath, patterns: ['.'] }, basename(folder.fsPath));
}

/** Files and folders selected in the explorer. */
async function openTogether(clicked: unknown, selected: unknown): Promise<void> {
  const several = Array.isArray(selected) ? selected.filter((uri) => uri instanceof vscode.Uri) : [];
  const chosen = several.length > 0 ? several : clicked instanceof vscode.Uri ? [clicked] : ((await vscode.window.showOpenDialog({ canSelectMany: true, title: vscode.l10n.t('Open as One Table in Loupe') })) ?? []);
  const paths = chosen.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => fsPath);
  if (paths.length === 0) return;
  const set = togetherSet(paths);
  await openSet(set, basename(set.folder));
}

/** The set of these paths, in natural order, by their names in the folder that holds them all. */
export function togetherSet(paths: readonly string[]): ShardSet {
  const folder = paths.map((path) => dirname(path)).reduce(commonFolder);
  const names = paths.map((path) => relative(folder, path).split(sep).join('/') || '.');
  return { folder, patterns: names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })) };
}

function commonFolder(a: string, b: string): string {
  let folder = a;
  while (folder !== dirname(folder) && b !== folder && !b.startsWith(folder.endsWith(sep) ? folder : folder + sep)) folder = dirname(folder);
  return folder;
}

async function openPattern(storage: vscode.Memento): Promise<void> {
  const base = await baseFolder();
  if (base === undefined) return;
  const pattern = await vscode.window.showInputBox({
    title: vscode.l10n.t('Open Shards by Pattern as One Table'),
    prompt: vscode.l10n.t('A path or brace glob in {0}', base),
    placeHolder: 'data/{00000..00099}.tar',
    value: storage.get<string>(LAST_PATTERN, ''),
    ignoreFocusOut: true,
  });
  const wanted = pattern?.trim() ?? '';
  if (wanted === '') return;
  await storage.update(LAST_PATTERN, wanted);
  await openSet({ folder: base, patterns: [wanted] }, wanted);
}

/** What a pattern is relative to: the folder of the workspace. */
async function baseFolder(): Promise<string | undefined> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  if (folders.length === 1) return folders[0]?.uri.fsPath;
  if (folders.length > 1) return (await vscode.window.showWorkspaceFolderPick())?.uri.fsPath;
  const chosen = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, title: vscode.l10n.t('Folder that the pattern begins in') });
  return chosen?.[0]?.fsPath;
}

async function openSet(set: ShardSet, label: string): Promise<void> {
  await vscode.commands.executeCommand('vscode.openWith', setUri(set, label), SHARD_VIEW, { preview: false });
}
