import * as vscode from 'vscode';
import type { CellPath, EditStep, WrittenValue } from '../../protocol/edits.ts';
import type { ColumnKind } from '../../protocol/shards.ts';
import type { ValuePath } from '../../protocol/values.ts';
import type { CellPlace } from '../../protocol/webview.ts';
import { toLoupeError } from '../../rpc/failure.ts';
import type { ShardSession } from '../shard-session.ts';
import type { ShardSessions } from '../shard-sessions.ts';
import { MAX_SHARED_TEXT, valueTitle } from '../value-documents.ts';
import { editsOf } from './edit-handlers.ts';
import { onOneLine } from './json-line.ts';

/** Scheme of text documents that hold one value of a shard, and whose saving is an edit of it. */
export const CELL_SCHEME = 'loupe-cell';

/** Columns whose values are typed as JSON where there is no value yet that says so. */
const AS_JSON: ReadonlySet<ColumnKind> = new Set(['list', 'struct', 'map', 'vector', 'number', 'boolean']);

interface Address {
  readonly file: string;
  readonly row: number;
  readonly column: number;
  readonly path: ValuePath;
}

/** A value as it is typed in an editor. */
interface CellText {
  readonly text: string;
  readonly language: string;
  /** Where it is written, and what stands there. */
  readonly path: CellPath;
  readonly old: WrittenValue;
  readonly isJson: boolean;
}

/**
 * Values as files that can be written: saving the tab edits the cell. They live as long as an editor shows the shard, for
 * that is where edits are kept.
 */
export class CellDocuments implements vscode.FileSystemProvider {
  readonly onDidChangeFile: vscode.Event<vscode.FileChangeEvent[]>;
  readonly #sessions: ShardSessions;
  readonly #edited: (session: ShardSession, step: EditStep) => void;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #faults = vscode.languages.createDiagnosticCollection('loupe-cell');
  /** What was told of each value that is watched last, and since when it is so, in milliseconds since 1970. */
  readonly #told = new Map<string, { readonly text: string; readonly since: number }>();

  /** @param edited a step was made, for VS Code's stack of what can be undone */
  constructor(sessions: ShardSessions, edited: (session: ShardSession, step: EditStep) => void) {
    this.#sessions = sessions;
    this.#edited = edited;
    this.onDidChangeFile = this.#changed.event;
  }

  dispose(): void {
    this.#changed.dispose();
    this.#faults.dispose();
  }

  /** Opens a value beside its shard. @returns false where it cannot be edited as text */
  async show(session: ShardSession, { row, column, path, result }: CellPlace, signal: AbortSignal): Promise<boolean> {
    if (session.edits === null || result !== undefined) return false;
    const address: Address = { file: session.uri.toString(), row, column, path };
    const cell = await this.#read(session, address, signal).catch(() => null);
    if (cell === null || cell.text.length > MAX_SHARED_TEXT) return false;
    const uri = vscode.Uri.from({ scheme: CELL_SCHEME, path: `/${valueTitle(session, address)}${SUFFIXES[cell.language] ?? '.txt'}`, query: JSON.stringify(address) });
    const document = await vscode.workspace.openTextDocument(uri);
    if (document.languageId !== cell.language) await vscode.languages.setTextDocumentLanguage(document, cell.language).then(undefined, () => undefined);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true });
    return true;
  }

  watch(uri: vscode.Uri): vscode.Disposable {
    const session = this.#sessions.current(vscode.Uri.parse(parseAddress(uri).file, true));
    const subscription = session?.edits?.onChanged(() => this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]));
    const forget = { dispose: () => void this.#told.delete(uri.toString()) };
    return vscode.Disposable.from(forget, ...(subscription === undefined ? [] : [subscription]));
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { session, address } = this.#at(uri);
    const { text } = await this.#read(session, address);
    const key = uri.toString();
    // Another cell of the shard is no newer version of this one.
    const told = this.#told.get(key);
    const since = told?.text === text ? told.since : Date.now();
    this.#told.set(key, { text, since });
    return { type: vscode.FileType.File, ctime: 0, mtime: since, size: Buffer.byteLength(text) };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const { session, address } = this.#at(uri);
    return Buffer.from((await this.#read(session, address)).text);
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const { session, address } = this.#at(uri);
    const text = Buffer.from(content).toString('utf8');
    const cell = await this.#read(session, address);
    try {
      const value = await typedValue(session, address.row, text, cell);
      const step = value === null ? null : await editsOf(session).edit(address, value);
      this.#faults.delete(uri);
      if (step !== null) this.#edited(session, step);
    } catch (error) {
      const { message, place } = toLoupeError(error);
      this.#tellFault(uri, text, place, message);
      throw new vscode.FileSystemError(message);
    }
  }

  /** What cannot be there: a value is no folder, and stays where it is. */
  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  /** Shows what is wrong where it is: `byte 12` of the text, or its beginning. */
  #tellFault(uri: vscode.Uri, text: string, place: string | undefined, message: string): void {
    const byte = Number(/^byte (\d+)$/.exec(place ?? '')?.[1] ?? 1);
    const before = Buffer.from(text).toString('utf8', 0, byte - 1).split('\n');
    const start = new vscode.Position(before.length - 1, before.at(-1)?.length ?? 0);
    this.#faults.set(uri, [new vscode.Diagnostic(new vscode.Range(start, start.translate(0, 1)), message)]);
  }

  /** @throws LoupeError where the value cannot be edited as text */
  async #read(session: ShardSession, { row, column, path }: Address, signal?: AbortSignal): Promise<CellText> {
    const { path: written, value: old } = await editsOf(session).editable({ row, column, path }, signal);
    const { text, language, cut } = await session.request('shard/text', { row, column, path }, signal);
    if (cut) throw new vscode.FileSystemError(vscode.l10n.t('The value is longer than what a text editor can hold.'));
    const isNothing = !('json' in old) || old.json === 'null';
    const { state } = session;
    const kind = state.status === 'open' ? state.shard.columns[column]?.kind : undefined;
    const isJson = isNothing ? path.length === 0 && kind !== undefined && AS_JSON.has(kind) : !old.json.startsWith('"');
    return { text: isNothing ? '' : text, path: written, language: isJson ? 'json' : isNothing ? 'plaintext' : language, old, isJson };
  }

  /** @throws FileSystemError where no editor shows the shard */
  #at(uri: vscode.Uri): { readonly session: ShardSession; readonly address: Address } {
    const address = parseAddress(uri);
    const session = this.#sessions.current(vscode.Uri.parse(address.file, true));
    if (session === null) throw vscode.FileSystemError.Unavailable(vscode.l10n.t('The shard of this value is not open in Loupe.'));
    return { session, address };
  }
}

/** The value that was typed; null where nothing changed. @throws LoupeError with the place of what is no JSON where JSON is wanted */
async function typedValue(session: ShardSession, row: number, text: string, { old, isJson, path, text: before }: CellText): Promise<WrittenValue | null> {
  if (text === before) return null;
  if (!isJson) return { json: JSON.stringify(text) };
  if (text.trim() === '') return { json: 'null' };
  // As it is typed, so that a place in it is one in the editor.
  await session.request('shard/checkEdit', { change: { kind: 'cell', row, path, old, new: { json: text } } });
  const json = onOneLine(text.trim());
  return 'json' in old && onOneLine(old.json) === json ? null : { json };
}

const SUFFIXES: Readonly<Record<string, string>> = { json: '.json', xml: '.xml', html: '.html' };

function parseAddress(uri: vscode.Uri): Address {
  try {
    return JSON.parse(uri.query) as Address;
  } catch {
    throw vscode.FileSystemError.FileNotFound(uri);
  }
}
