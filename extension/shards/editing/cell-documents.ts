import * as vscode from 'vscode';
import type { EditStep, WrittenValue } from '../../protocol/edits.ts';
import type { ColumnKind } from '../../protocol/shards.ts';
import type { ValuePath } from '../../protocol/values.ts';
import type { CellPlace } from '../../protocol/webview.ts';
import { toLoupeError } from '../../rpc/failure.ts';
import type { ShardSession } from '../shard-session.ts';
import type { ShardSessions } from '../shard-sessions.ts';
import { valueTitle } from '../value-documents.ts';
import { jsonFault, onOneLine } from './json-line.ts';

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
  /** When the cells of a shard changed last; milliseconds since 1970. */
  readonly #times = new WeakMap<ShardSession, number>();

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
    if (cell === null) return false;
    const uri = vscode.Uri.from({ scheme: CELL_SCHEME, path: `/${valueTitle(session, address)}${SUFFIXES[cell.language] ?? '.txt'}`, query: JSON.stringify(address) });
    const document = await vscode.workspace.openTextDocument(uri);
    if (document.languageId !== cell.language) await vscode.languages.setTextDocumentLanguage(document, cell.language).then(undefined, () => undefined);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true });
    return true;
  }

  watch(uri: vscode.Uri): vscode.Disposable {
    const session = this.#sessions.current(vscode.Uri.parse(parseAddress(uri).file, true));
    const subscription = session?.edits?.onChanged(() => {
      this.#times.set(session, Date.now());
      this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    });
    return new vscode.Disposable(() => subscription?.dispose());
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { session, address } = this.#at(uri);
    const { text } = await this.#read(session, address);
    return { type: vscode.FileType.File, ctime: 0, mtime: this.#times.get(session) ?? 0, size: Buffer.byteLength(text) };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const { session, address } = this.#at(uri);
    return Buffer.from((await this.#read(session, address)).text);
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const { session, address } = this.#at(uri);
    const text = Buffer.from(content).toString('utf8');
    const cell = await this.#read(session, address);
    const value = this.#typed(uri, text, cell);
    if (value === null) return;
    try {
      const step = (await session.edits?.edit(address, value)) ?? null;
      this.#faults.delete(uri);
      if (step !== null) this.#edited(session, step);
    } catch (error) {
      const { message } = toLoupeError(error);
      this.#tellFault(uri, text, 0, message);
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

  /** The value that was typed; null where nothing changed. @throws FileSystemError for what is no JSON where JSON is wanted */
  #typed(uri: vscode.Uri, text: string, { old, isJson, text: before }: CellText): WrittenValue | null {
    if (text === before) return null;
    if (!isJson) return { json: JSON.stringify(text) };
    if (text.trim() === '') return { json: 'null' };
    const fault = jsonFault(text);
    if (fault !== null) {
      this.#tellFault(uri, text, fault.position, fault.message);
      throw new vscode.FileSystemError(fault.message);
    }
    const json = onOneLine(text.trim());
    return 'json' in old && onOneLine(old.json) === json ? null : { json };
  }

  /** Shows what is wrong where it is. */
  #tellFault(uri: vscode.Uri, text: string, position: number, message: string): void {
    const before = text.slice(0, position).split('\n');
    const start = new vscode.Position(before.length - 1, before.at(-1)?.length ?? 0);
    this.#faults.set(uri, [new vscode.Diagnostic(new vscode.Range(start, start.translate(0, 1)), message)]);
  }

  /** @throws LoupeError where the value cannot be edited as text */
  async #read(session: ShardSession, { row, column, path }: Address, signal?: AbortSignal): Promise<CellText> {
    const old = (await session.edits?.editable({ row, column, path }, signal))?.value ?? { missing: true as const };
    const { text, language, cut } = await session.request('shard/text', { row, column, path }, signal);
    if (cut) throw new vscode.FileSystemError(vscode.l10n.t('The value is longer than what a text editor can hold.'));
    const isNothing = !('json' in old) || old.json === 'null';
    const { state } = session;
    const kind = state.status === 'open' ? state.shard.columns[column]?.kind : undefined;
    const isJson = isNothing ? path.length === 0 && kind !== undefined && AS_JSON.has(kind) : !old.json.startsWith('"');
    return { text: isNothing ? '' : text, language: isJson ? 'json' : isNothing ? 'plaintext' : language, old, isJson };
  }

  /** @throws FileSystemError where no editor shows the shard */
  #at(uri: vscode.Uri): { readonly session: ShardSession; readonly address: Address } {
    const address = parseAddress(uri);
    const session = this.#sessions.current(vscode.Uri.parse(address.file, true));
    if (session === null) throw vscode.FileSystemError.Unavailable(vscode.l10n.t('The shard of this value is not open in Loupe.'));
    return { session, address };
  }
}

const SUFFIXES: Readonly<Record<string, string>> = { json: '.json', xml: '.xml', html: '.html' };

function parseAddress(uri: vscode.Uri): Address {
  try {
    return JSON.parse(uri.query) as Address;
  } catch {
    throw vscode.FileSystemError.FileNotFound(uri);
  }
}
