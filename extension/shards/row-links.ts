import * as vscode from 'vscode';
import type { TableRow } from '../protocol/webview.ts';
import type { ActivePanel } from './active-panel.ts';
import type { OpenPanels } from './open-panels.ts';
import { parseSetUri, SET_SCHEME } from './sets/set-uri.ts';
import { SHARD_VIEW, viewTypeOf } from './view-types.ts';

/** The authority of Loupe's links: its identifier. */
const EXTENSION = 'loupe.loupe';
const PATH = '/open';
/** Characters of a set's patterns that a question shows. */
const MAX_DETAIL = 1_000;

/** A place that a link leads to. */
export interface RowPlace extends TableRow {
  readonly uri: vscode.Uri;
}

/** A link that leads to a row in whatever product of VS Code this is; rows in links count from 1, as on screen. */
export function rowLink({ uri, row, column }: RowPlace): vscode.Uri {
  const query = new URLSearchParams({ uri: uri.toString(), row: String(row + 1), ...(column === undefined ? {} : { column }) });
  return vscode.Uri.from({ scheme: vscode.env.uriScheme, authority: EXTENSION, path: PATH, query: query.toString() });
}

/** What a link leads to; null for one that Loupe did not make. */
export function parseRowLink(link: Pick<vscode.Uri, 'path' | 'query'>): RowPlace | null {
  const query = new URLSearchParams(link.query);
  const [address, row, column] = ['uri', 'row', 'column'].map((name) => query.get(name));
  if (link.path !== PATH || !address || !/^[1-9][0-9]{0,14}$/.test(row ?? '')) return null;
  const uri = parseUri(address);
  if (uri === null) return null;
  return { uri, row: Number(row) - 1, ...(column === null || column === undefined ? {} : { column }) };
}

/** Only what Loupe opens by itself: a link from a web page must not reach into other schemes. */
function parseUri(address: string): vscode.Uri | null {
  try {
    const uri = vscode.Uri.parse(address, true);
    if (uri.scheme === SET_SCHEME) parseSetUri(uri);
    return uri.scheme === 'file' || uri.scheme === SET_SCHEME ? uri : null;
  } catch {
    return null;
  }
}

/** What a link would open, in full: the name that a set shows can be anything. */
function whatOpens(uri: vscode.Uri): string {
  if (uri.scheme !== SET_SCHEME) return uri.fsPath;
  const { folder, patterns } = parseSetUri(uri);
  const words = patterns.join(', ');
  return `${folder}\n${words.length > MAX_DETAIL ? `${words.slice(0, MAX_DETAIL)}…` : words}`;
}

/** Registers the links' way in, and the command that makes one. */
export function registerRowLinks(active: ActivePanel, panels: OpenPanels): vscode.Disposable[] {
  return [
    vscode.window.registerUriHandler({ handleUri: (link) => follow(link, panels) }),
    vscode.commands.registerCommand('loupe.copyLink', () => copyLink(active)),
  ];
}

async function copyLink(active: ActivePanel): Promise<void> {
  const { panel } = active;
  if (panel === null || panel.context.row === null) return;
  const { row, column } = panel.context;
  const link = rowLink({ uri: panel.session.uri, row, ...(column === null ? {} : { column }) });
  await vscode.env.clipboard.writeText(link.toString());
  vscode.window.setStatusBarMessage(vscode.l10n.t('Link to row {0} copied', row + 1), 4_000);
}

/** Anybody may have made the link: nothing is opened before the user has seen what it is. */
async function follow(link: vscode.Uri, panels: OpenPanels): Promise<void> {
  const place = parseRowLink(link);
  if (place === null) {
    void vscode.window.showErrorMessage(vscode.l10n.t('This is no link to a row that Loupe can follow.'));
    return;
  }
  const open = vscode.l10n.t('Open');
  const isSet = place.uri.scheme === SET_SCHEME;
  const words = isSet ? vscode.l10n.t('Open row {0} of these files as one table in Loupe?', place.row + 1) : vscode.l10n.t('Open row {0} of this file in Loupe?', place.row + 1);
  const chosen = await vscode.window.showInformationMessage(words, { modal: true, detail: whatOpens(place.uri) }, open);
  if (chosen !== open) return;
  panels.reveal(place);
  await vscode.commands.executeCommand('vscode.openWith', place.uri, isSet ? SHARD_VIEW : viewTypeOf(place.uri.path));
}
