import * as vscode from 'vscode';
import type { WholeText } from '../protocol/engine.ts';
import type { CellPlace } from '../protocol/webview.ts';
import { LoupeError } from '../rpc/failure.ts';
import type { ShardSession } from './shard-session.ts';
import type { ShardSessions } from './shard-sessions.ts';

/** Scheme of read-only text documents that hold one value of a shard. */
export const VALUE_SCHEME = 'loupe-value';

/** UTF-16 units up to which VS Code hands a text document to extensions; a longer one is opened without its language set. */
export const MAX_SHARED_TEXT = 48 * 1024 * 1024;

const SUFFIXES: Readonly<Record<string, string>> = { json: '.json', xml: '.xml', html: '.html' };

interface Address extends CellPlace {
  readonly file: string;
}

/** Whole values as read-only text documents. Their URI says which value it is, so that VS Code can ask for a closed one again. */
export class ValueDocuments implements vscode.TextDocumentContentProvider {
  readonly #sessions: ShardSessions;
  /** Texts that were read to learn their language and that VS Code asks for next. */
  readonly #waiting = new Map<string, string>();

  constructor(sessions: ShardSessions) {
    this.#sessions = sessions;
  }

  /** Opens a value beside its shard. @throws LoupeError */
  async show(session: ShardSession, place: CellPlace, signal: AbortSignal): Promise<void> {
    const whole = await session.request('shard/text', place, signal);
    const uri = valueUri(session, place, whole);
    const key = uri.toString();
    this.#waiting.set(key, whole.text);
    try {
      if (whole.text.length > MAX_SHARED_TEXT) await vscode.commands.executeCommand('vscode.open', uri, vscode.ViewColumn.Beside);
      else await showText(uri, whole.language);
    } finally {
      this.#waiting.delete(key);
    }
    if (whole.cut) {
      void vscode.window.showWarningMessage(vscode.l10n.t('The value is longer than what a text editor can hold; this is its beginning.'));
    }
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const waiting = this.#waiting.get(uri.toString());
    if (waiting !== undefined) return waiting;
    const { file, ...place } = parseAddress(uri);
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    const { session, release } = this.#sessions.use(vscode.Uri.parse(file, true));
    try {
      return (await session.request('shard/text', place, stop.signal)).text;
    } finally {
      release();
    }
  }
}

async function showText(uri: vscode.Uri, language: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  if (document.languageId !== language) await vscode.languages.setTextDocumentLanguage(document, language).then(undefined, () => undefined);
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true });
}

function valueUri(session: ShardSession, place: CellPlace, whole: WholeText): vscode.Uri {
  const address: Address = { file: session.uri.toString(), row: place.row, column: place.column, path: place.path };
  return vscode.Uri.from({ scheme: VALUE_SCHEME, path: `/${valueTitle(session, place)}${SUFFIXES[whole.language] ?? '.txt'}`, query: JSON.stringify(address) });
}

/** What the tab of a value says: its shard, row and column. */
export function valueTitle({ state, name }: ShardSession, { row, column, path }: Pick<CellPlace, 'row' | 'column' | 'path'>): string {
  const inside = [state.status === 'open' ? (state.shard.columns[column]?.name ?? '') : '', ...path].join('.');
  // The title comes from the file: a slash in a column's name must not make folders of it.
  return `${name}, ${vscode.l10n.t('row {0}', row + 1)}, ${inside}`.slice(0, 200).replace(/[/\\]/g, '_');
}

function parseAddress(uri: vscode.Uri): Address {
  try {
    const { file, row, column, path } = JSON.parse(uri.query) as Address;
    return { file, row, column, path };
  } catch (error) {
    throw new LoupeError('invalid-request', vscode.l10n.t('This address names no value of a shard.'), { cause: error });
  }
}
