import * as vscode from 'vscode';
import type { ViewCommand } from '../protocol/webview.ts';
import type { ActivePanel } from './active-panel.ts';
import { viewTypeOf } from './view-types.ts';

/** Commands whose work is in the webview, by what they are called there. */
export const VIEW_COMMANDS = [
  'goToRow',
  'find',
  'copyCell',
  'copyRow',
  'copySelection',
  'copyAsCsv',
  'copyAsMarkdown',
  'showRow',
  'showSchema',
  'showMetadata',
  'showSql',
  'hideColumn',
  'showAsPictures',
  'showAsText',
  'showAllColumns',
  'toggleGallery',
  'compareRows',
  'toggleWrap',
  'search',
  'nextMatch',
  'previousMatch',
  'addFilter',
  'clearFilters',
  'undoFilter',
  'redoFilter',
  'sortAscending',
  'sortDescending',
  'clearSort',
  'moveColumnLeft',
  'moveColumnRight',
  'moveColumnFirst',
  'moveColumnLast',
  'showStatistics',
  'toggleCharts',
  'export',
  'card',
  'replace',
  'setValues',
  'pasteColumn',
  'dropRows',
  'showEdits',
  'showEditedRows',
] as const satisfies readonly ViewCommand[];

/** Registers `loupe.open`, `loupe.reload` and every command that the active editor's webview carries out. */
export function registerShardCommands(active: ActivePanel): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand('loupe.open', openInLoupe),
    vscode.commands.registerCommand('loupe.reload', () => active.panel?.session.reopen()),
    vscode.commands.registerCommand('loupe.addColumn', () => active.panel?.addColumn()),
    ...VIEW_COMMANDS.map((command) => vscode.commands.registerCommand(`loupe.${command}`, () => active.panel?.command(command))),
  ];
}

/** From the explorer with every selected file, from an editor's title with its file, from the palette with the active one. */
async function openInLoupe(clicked: unknown, selected: unknown): Promise<void> {
  const several = Array.isArray(selected) ? selected.filter((uri) => uri instanceof vscode.Uri) : [];
  const one = clicked instanceof vscode.Uri ? clicked : activeFile();
  const files = several.length > 0 ? several : one === undefined ? await askForFiles() : [one];
  for (const uri of files) await vscode.commands.executeCommand('vscode.openWith', uri, viewTypeOf(uri.path), { preview: files.length === 1 });
}

function activeFile(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const known = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom;
  return known && input.uri.scheme === 'file' ? input.uri : undefined;
}

async function askForFiles(): Promise<readonly vscode.Uri[]> {
  const chosen = await vscode.window.showOpenDialog({ canSelectMany: true, title: vscode.l10n.t('Open in Loupe') });
  return chosen ?? [];
}
