import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { AskOpened, ShardMethod, ShardParams } from '../../engine-client/shard-handle.ts';
import type { JournalFile } from '../../journal/journal-file.ts';
import { JOURNAL_VERSION, recordLines, type JournalRecord } from '../../journal/record.ts';
import { replay } from '../../journal/replay.ts';
import { reversed } from '../../journal/reverse.ts';
import type { EditPlace } from '../../protocol/bulk.ts';
import { MISSING, type AddedType, type CellPath, type Change, type EditStep, type Fingerprint, type SaveReport, type SaveTarget, type UnsavedFile, type WrittenValue } from '../../protocol/edits.ts';
import type { EngineRequests } from '../../protocol/engine.ts';
import type { EditedPlace } from '../../protocol/webview.ts';
import { LoupeError, toLoupeError } from '../../rpc/failure.ts';
import { bulkChanges, bulkLabel, type BulkWork, type ReportRows } from './bulk-changes.ts';
import { changesAt, droppedRows } from './changes-at.ts';
import { SET_SCHEME } from '../sets/set-uri.ts';
import { readRecords, type EditJournals } from './edit-journals.ts';
import { OtherFiles } from './other-files.ts';

/** What edits need of the document that they are of. */
export interface EditedDocument {
  readonly uri: vscode.Uri;
  readonly name: string;
  /** Its columns are members of an archive. */
  readonly isArchive: () => boolean;
  readonly request: <K extends ShardMethod>(method: K, params: ShardParams<K>, signal?: AbortSignal) => Promise<EngineRequests[K]['result']>;
  /** The file was written: what is open is opened again. `work` is the writing itself. */
  readonly whileWritten: <T>(work: () => Promise<T>) => Promise<T>;
}

/** A cell as it is before it is edited. */
export interface EditableCell {
  readonly path: CellPath;
  readonly value: WrittenValue;
}

/** The column that says which rows were dropped, where the user wants them kept; in an archive a member needs a suffix. */
export const DROP_COLUMN = 'loupe_drop';
const DROP_MEMBER = `${DROP_COLUMN}.json`;

/** Files that a message names. */
const NAMED_FILES = 3;

/** Of a set, which is no file itself. */
const NO_FILE: Fingerprint = { size: 0, modified: '0', head: '', tail: '' };

/** Changes that are given to the engine at a time. */
const CHANGES_OF_A_MESSAGE = 10_000;

/** The file that edits are of. */
interface OwnFile {
  readonly path: string;
  readonly fingerprint: Fingerprint;
}

/**
 * The edits of one document that are not saved: each is in the journal before it is acknowledged, and the engine shows them.
 * One thing is done at a time, in the order in which it was asked for.
 */
export class DocumentEdits {
  readonly onChanged: vscode.Event<void>;
  readonly #document: EditedDocument;
  readonly #journals: EditJournals;
  readonly #changed = new vscode.EventEmitter<void>();
  #journal: JournalFile | null = null;
  #file: OwnFile | null = null;
  readonly #others: OtherFiles;
  #changes: Change[] = [];
  #nextId = 1;
  /** Steps before this one are of rows that have other numbers now. */
  #firstId = 1;
  /** Goes up when an engine got all edits. */
  #epoch = 0;
  /** Whether the engine that has the shard open has refused the edits. */
  #isRefused = false;
  #last: Promise<unknown> = Promise.resolve();
  /** What was found of an earlier life of the document; read once. */
  #restored: Promise<void> | null = null;
  #backup: string | null;

  /** @param backup where VS Code says that a backup is; null where there is none */
  constructor(document: EditedDocument, journals: EditJournals, backup: string | null) {
    this.#document = document;
    this.#journals = journals;
    this.#backup = backup;
    this.#others = new OtherFiles(this.#isSet);
    this.onChanged = this.#changed.event;
  }

  get isDirty(): boolean {
    return this.#changes.length > 0;
  }

  /** Gives an engine that has just opened the shard the edits; at first those that an earlier life left. */
  async prepare(ask: AskOpened): Promise<void> {
    this.#restored ??= this.#restore();
    await this.#restored;
    this.#isRefused = false;
    if (this.#changes.length === 0) return;
    this.#epoch++;
    try {
      await this.#followRows(ask);
      await this.#give(this.#changes, ask);
    } catch {
      // The file is shown as it is then; saving tries again and says why.
      this.#isRefused = true;
    }
  }

  /** Resolves when it is known whether the document has edits of an earlier life. */
  async restored(): Promise<boolean> {
    this.#restored ??= this.#restore();
    await this.#restored;
    return this.isDirty;
  }

  /** What a person may edit in a cell. @throws LoupeError with the reason where nothing may be */
  async editable({ row, column, path: inside = [] }: EditedPlace, signal?: AbortSignal): Promise<EditableCell> {
    const { targets } = await this.#document.request('shard/targets', {}, signal);
    const target = targets[column];
    if (target === undefined) throw new LoupeError('unsupported', vscode.l10n.t('{0} cannot be edited: Loupe does not write its format.', this.#document.name));
    if ('readOnly' in target) throw new LoupeError('unsupported', target.readOnly);
    const path = [...target.path, ...inside];
    const { value } = await this.#document.request('shard/written', { row, path }, signal);
    if (value === null) throw new LoupeError('unsupported', vscode.l10n.t('This cell holds what cannot be edited as text.'));
    return { path, value };
  }

  /** Edits one cell; null where it has the value already. @throws LoupeError where the column does not take it */
  edit(place: EditedPlace, value: WrittenValue): Promise<EditStep | null> {
    return this.#after(async () => {
      const { path, value: old } = await this.editable(place);
      if (JSON.stringify(old) === JSON.stringify(value)) return null;
      const change: Change = { kind: 'cell', row: place.row, path, old, new: value };
      await this.#document.request('shard/checkEdit', { change });
      return this.#do(vscode.l10n.t('Edit {0}', this.#placeName(path)), [change]);
    });
  }

  /** Edits many rows as one step; null where none of them changes. Nothing is changed before all of it is known. @throws LoupeError */
  editMany(work: BulkWork, column: string, report: ReportRows, signal: AbortSignal): Promise<EditStep | null> {
    return this.#after(async () => {
      const changes = await bulkChanges(this.#document, work, report, signal);
      return changes.length === 0 ? null : this.#do(bulkLabel(work, changes.length, column), changes);
    });
  }

  /** Adds a column, with one value for the first `rows` rows where there is one. */
  addColumn(name: string, type: AddedType, value: WrittenValue, rows: number): Promise<EditStep> {
    return this.#after(() => {
      const changes: Change[] = [{ kind: 'column', name, type, present: true }];
      const path = [name];
      if ('json' in value) for (let row = 0; row < rows; row++) changes.push({ kind: 'cell', row, path, old: MISSING, new: value });
      return this.#do(vscode.l10n.t('Add column {0}', name), changes);
    });
  }

  /** Takes back what is not saved of one place, as a step that can be undone; null where there is nothing. */
  takeBack(place: EditPlace): Promise<EditStep | null> {
    return this.#after(async () => {
      const changes = reversed(changesAt(this.#changes, place));
      if (changes.length === 0) return null;
      const name = place.kind === 'row' ? vscode.l10n.t('row {0}', place.row + 1) : place.kind === 'column' ? place.name : this.#placeName(place.path);
      return this.#do(vscode.l10n.t('Revert {0}', name), changes);
    });
  }

  /** Rows that the next save leaves out. */
  get dropped(): number {
    return droppedRows(this.#changes).size;
  }

  /** Rows that were to be left out stay, and a column says so. */
  markDropped(): Promise<EditStep> {
    return this.#after(async () => {
      const rows = [...droppedRows(this.#changes)];
      const column = this.#document.isArchive() ? DROP_MEMBER : DROP_COLUMN;
      const { targets } = await this.#document.request('shard/targets', {});
      const isThere = targets.some((target) => 'path' in target && target.path.length === 1 && target.path[0] === column);
      const path = [column];
      const changes: Change[] = rows.map((row) => ({ kind: 'row', row, dropped: false }));
      if (!isThere) changes.push({ kind: 'column', name: column, type: 'boolean', present: true });
      for (const row of rows) {
        const old = isThere ? (await this.#document.request('shard/written', { row, path })).value : MISSING;
        changes.push({ kind: 'cell', row, path, old: old ?? MISSING, new: { json: 'true' } });
      }
      return this.#do(vscode.l10n.t('Mark dropped rows in {0}', column), changes);
    });
  }

  undo({ id, changes }: EditStep): Promise<void> {
    return this.#after(async () => {
      this.#mustFit(id);
      await this.#noteFiles(changes);
      await this.#append({ type: 'undo', id });
      await this.#apply(reversed(changes));
    });
  }

  redo({ id, changes }: EditStep): Promise<void> {
    return this.#after(async () => {
      this.#mustFit(id);
      await this.#noteFiles(changes);
      await this.#append({ type: 'redo', id });
      await this.#apply(changes);
    });
  }

  /** Takes back all that is not saved. */
  revert(): Promise<void> {
    return this.#after(async () => {
      if (this.#changes.length === 0) return;
      await this.#append({ type: 'revert' });
      const back = reversed(this.#changes);
      this.#changes = [];
      await this.#give(back);
      this.#changed.fire();
    });
  }

  /** Writes the edits into the file. @throws LoupeError where nothing was written */
  save(target: SaveTarget, expected: 'as-edited' | 'any', signal: AbortSignal): Promise<void> {
    return this.#after(async () => {
      if (this.#changes.length === 0) return;
      await this.#giveRefused();
      const report = await this.#document.whileWritten(async () => {
        const before = expected === 'any' || this.#isSet ? null : (this.#file?.fingerprint ?? null);
        const saved = await this.#document.request('shard/save', { target, expected: before, others: expected === 'any' ? [] : this.#others.states }, signal);
        // The file is written: a journal that cannot be is no failure of the save, and would be found not to fit the file.
        await this.#saved(saved).catch(() => undefined);
        return saved;
      });
      if (report.unsaved !== undefined) throw notSaved(report.unsaved);
      if (!report.durable) void vscode.window.showWarningMessage(vscode.l10n.t('{0} is saved, but the disk did not confirm it; a power failure now might undo that.', this.#document.name));
      this.#changed.fire();
    });
  }

  /** Writes a copy with the edits; the document stays as it is. @throws LoupeError */
  saveAs(path: string, signal: AbortSignal): Promise<void> {
    return this.#after(async () => {
      await this.#giveRefused();
      await this.#document.request('shard/save', { target: { path }, expected: null }, signal);
    });
  }

  /** What to ask before a save. @throws LoupeError */
  facts(signal: AbortSignal): Promise<EngineRequests['shard/saveFacts']['result']> {
    return this.#document.request('shard/saveFacts', {}, signal);
  }

  /** Writes what is not saved where VS Code wants its backup: as one step, small whatever was undone and done again. */
  backup(path: string): Promise<void> {
    return this.#after(async () => {
      await mkdir(dirname(path), { recursive: true });
      const file = this.#file;
      const records: JournalRecord[] = file === null ? [] : [{ type: 'file', version: JOURNAL_VERSION, ...file, others: this.#others.list }, { type: 'step', id: 1, label: '', changes: this.#changes }];
      await writeFile(path, linesOf(records));
    });
  }

  /** The document is closed by its user: what was not saved is not wanted. */
  async dispose(): Promise<void> {
    this.#changed.dispose();
    await this.#last.catch(() => undefined);
    const journal = this.#journal;
    this.#journal = null;
    await journal?.close();
    if (journal !== null) await this.#journals.remove(this.#document.uri.toString());
  }

  /** An engine without the edits would write a file without them. @throws LoupeError */
  async #giveRefused(): Promise<void> {
    if (!this.#isRefused) return;
    this.#epoch++;
    await this.#give(this.#changes);
    this.#isRefused = false;
  }

  async #restore(): Promise<void> {
    const left = replay(await this.#journals.adopt(this.#document.uri.toString()));
    const found = left.changes.length > 0 || this.#backup === null ? left : replay(await readRecords(this.#backup));
    this.#backup = null;
    if (found.changes.length === 0 || found.file === null) return;
    this.#file = found.file;
    this.#others.add(found.others);
    this.#changes = [...found.changes];
    this.#nextId = Math.max(found.nextId, left.nextId);
    if (found === left) return;
    const journal = await this.#open();
    await journal.append({ type: 'file', version: JOURNAL_VERSION, ...found.file, others: found.others });
    await journal.append({ type: 'step', id: this.#nextId++, label: '', changes: found.changes });
  }

  async #append(record: JournalRecord): Promise<void> {
    const journal = await this.#open();
    if (this.#file === null) {
      this.#file = await this.#ownFile();
      await journal.append({ type: 'file', version: JOURNAL_VERSION, ...this.#file });
    }
    await journal.append(record);
  }

  async #ownFile(): Promise<OwnFile> {
    const path = this.#document.uri.fsPath;
    if (this.#isSet) return { path, fingerprint: NO_FILE };
    const { linkTarget, fingerprint } = await this.#document.request('shard/saveFacts', {});
    return { path: linkTarget ?? path, fingerprint };
  }

  get #isSet(): boolean {
    return this.#document.uri.scheme === SET_SCHEME;
  }

  /** Files of which nothing was edited before are in the journal before the edits are, as they are now. @throws LoupeError */
  async #noteFiles(changes: readonly Change[]): Promise<void> {
    for (let change = this.#others.unknown(changes); change !== null; change = this.#others.unknown(changes)) {
      const { files } = await this.#document.request('shard/editedFiles', { changes: [change] });
      const more = this.#others.add(files);
      this.#others.know(change);
      if (more.length > 0) await this.#append({ type: 'files', files: more });
    }
  }

  /** What a save wrote is saved; of a set there may be shards that it could not write. */
  async #saved({ path, fingerprint, files = [{ path, fingerprint }], unsaved = [] }: SaveReport): Promise<void> {
    const rowsMoved = droppedRows(this.#changes).size > 0;
    if (rowsMoved) this.#firstId = this.#nextId;
    const left = unsaved.length === 0 ? [] : this.#changes.filter((change) => change.kind === 'column' || unsaved.some(({ start, rows }) => change.row >= start && change.row < start + rows));
    const others = this.#others.list.filter(({ shard }) => unsaved.some((each) => each.path === shard));
    const own = this.#isSet ? this.#file : (files.find((file) => file.path === this.#file?.path) ?? this.#file);
    this.#file = own ?? { path, fingerprint };
    this.#changes = left;
    this.#others.clear();
    this.#others.add(others);
    await this.#append({ type: 'file', version: JOURNAL_VERSION, ...this.#file, ...(rowsMoved ? { rowsMoved: true as const } : {}), others });
    if (left.length > 0) await this.#append({ type: 'step', id: this.#nextId++, label: '', changes: left });
  }

  /** Shards that came, went or grew may have given the edited rows of a set other numbers. @throws LoupeError where an edited shard is gone */
  async #followRows(ask: AskOpened): Promise<void> {
    const { shards } = this.#others;
    if (!this.#isSet || shards.length === 0) return;
    const { rows } = await ask('shard/fileRows', { paths: shards });
    const moved = this.#others.moved(this.#changes, new Map(shards.map((shard, at) => [shard, rows[at] ?? null])));
    if (moved === null || this.#file === null) return;
    this.#changes = moved;
    this.#firstId = this.#nextId;
    const journal = await this.#open();
    await journal.append({ type: 'file', version: JOURNAL_VERSION, ...this.#file, rowsMoved: true, others: this.#others.list });
    await journal.append({ type: 'step', id: this.#nextId++, label: '', changes: moved });
  }

  async #open(): Promise<JournalFile> {
    this.#journal ??= (await this.#journals.open(this.#document.uri.toString())).journal;
    return this.#journal;
  }

  /** Does a step: it is in the journal before it is shown. */
  async #do(label: string, changes: readonly Change[]): Promise<EditStep> {
    const step = { id: this.#nextId, label, changes };
    await this.#noteFiles(changes);
    await this.#append({ type: 'step', ...step });
    this.#nextId++;
    await this.#apply(changes);
    return step;
  }

  #placeName(path: CellPath): string {
    return path.length === 0 ? this.#document.name : path.join('.');
  }

  /** @throws LoupeError where the step is of rows as they were numbered before a save left some out */
  #mustFit(id: number): void {
    if (id >= this.#firstId) return;
    const message = vscode.l10n.t('Rows of {0} have other numbers now, since some were left out or shards came or went: what was done before that cannot be undone.', this.#document.name);
    void vscode.window.showWarningMessage(message);
    throw new LoupeError('unsupported', message);
  }

  /** Gives the engine changes, so many at a time that no message is huge. */
  async #give(changes: readonly Change[], ask: AskOpened = (method, params) => this.#document.request(method, params)): Promise<void> {
    const epoch = this.#epoch;
    for (let at = 0; at < changes.length; at += CHANGES_OF_A_MESSAGE) await ask('shard/edit', { changes: changes.slice(at, at + CHANGES_OF_A_MESSAGE), epoch });
  }

  /** The journal has it: if the engine is lost now, the next one gets it when it opens the shard. */
  async #apply(changes: readonly Change[]): Promise<void> {
    for (const change of changes) this.#changes.push(change);
    await this.#give(changes).catch((error: unknown) => {
      if (toLoupeError(error).code !== 'engine-lost') throw error;
    });
    this.#changed.fire();
  }

  #after<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work, work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

function* linesOf(records: readonly JournalRecord[]): Generator<string> {
  for (const record of records) yield* recordLines(record);
}

/** Files that a save could not write; the others are saved. One that another program changed can be asked about. */
function notSaved(files: readonly UnsavedFile[]): LoupeError {
  const first = files.find(({ code }) => code === 'changed') ?? files[0];
  const names = files.slice(0, NAMED_FILES).map(({ path }) => basename(path));
  const more = files.length - names.length;
  const list = more > 0 ? vscode.l10n.t('{0} and {1} more', names.join(', '), more) : names.join(', ');
  return new LoupeError(first?.code ?? 'internal', vscode.l10n.t('Not saved: {0}. {1}', list, first?.message ?? ''));
}

/** Removes a backup that is not wanted any more. */
export async function removeBackup(path: string): Promise<void> {
  await rm(path, { force: true });
}
