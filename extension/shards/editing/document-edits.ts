import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { AskOpened, ShardMethod, ShardParams } from '../../engine-client/shard-handle.ts';
import type { JournalFile } from '../../journal/journal-file.ts';
import { encodeRecord, JOURNAL_VERSION, type JournalRecord } from '../../journal/record.ts';
import { replay } from '../../journal/replay.ts';
import { reversed } from '../../journal/reverse.ts';
import type { CellPath, Change, EditStep, Fingerprint, SaveTarget, WrittenValue } from '../../protocol/edits.ts';
import type { EngineRequests } from '../../protocol/engine.ts';
import type { EditedPlace } from '../../protocol/webview.ts';
import { LoupeError, toLoupeError } from '../../rpc/failure.ts';
import { readRecords, type EditJournals } from './edit-journals.ts';

/** What edits need of the document that they are of. */
export interface EditedDocument {
  readonly uri: vscode.Uri;
  readonly name: string;
  readonly request: <K extends ShardMethod>(method: K, params: ShardParams<K>, signal?: AbortSignal) => Promise<EngineRequests[K]['result']>;
  /** The file was written: what is open is opened again. `work` is the writing itself. */
  readonly whileWritten: <T>(work: () => Promise<T>) => Promise<T>;
}

/** A cell as it is before it is edited. */
export interface EditableCell {
  readonly path: CellPath;
  readonly value: WrittenValue;
}

/** The file that edits are of. */
interface EditedFile {
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
  #file: EditedFile | null = null;
  #changes: Change[] = [];
  #nextId = 1;
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
    // The file is shown as it is then; saving tries again and says why.
    await ask('shard/edit', { changes: this.#changes, epoch: ++this.#epoch }).catch(() => (this.#isRefused = true));
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
      const step = { id: this.#nextId, label: vscode.l10n.t('Edit {0}', path.length === 0 ? this.#document.name : path.join('.')), changes: [change] };
      await this.#append({ type: 'step', ...step });
      this.#nextId++;
      await this.#apply(step.changes);
      return step;
    });
  }

  undo({ id, changes }: EditStep): Promise<void> {
    return this.#after(async () => {
      await this.#append({ type: 'undo', id });
      await this.#apply(reversed(changes));
    });
  }

  redo({ id, changes }: EditStep): Promise<void> {
    return this.#after(async () => {
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
      await this.#document.request('shard/edit', { changes: back, epoch: this.#epoch });
      this.#changed.fire();
    });
  }

  /** Writes the edits into the file. @throws LoupeError where nothing was written */
  save(target: SaveTarget, expected: 'as-edited' | 'any', signal: AbortSignal): Promise<void> {
    return this.#after(async () => {
      if (this.#changes.length === 0) return;
      await this.#giveRefused();
      const report = await this.#document.whileWritten(async () => {
        const saved = await this.#document.request('shard/save', { target, expected: expected === 'any' ? null : (this.#file?.fingerprint ?? null) }, signal);
        const rowsMoved = this.#changes.some(({ kind }) => kind === 'row');
        this.#file = { path: saved.path, fingerprint: saved.fingerprint };
        this.#changes = [];
        // The file is written: a journal that cannot be is no failure of the save, and would be found not to fit the file.
        await this.#append({ type: 'file', version: JOURNAL_VERSION, ...this.#file, ...(rowsMoved ? { rowsMoved: true as const } : {}) }).catch(() => undefined);
        return saved;
      });
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
      const records: JournalRecord[] = file === null ? [] : [{ type: 'file', version: JOURNAL_VERSION, ...file }, { type: 'step', id: 1, label: '', changes: this.#changes }];
      await writeFile(path, records.map(encodeRecord).join(''));
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
    await this.#document.request('shard/edit', { changes: this.#changes, epoch: ++this.#epoch });
    this.#isRefused = false;
  }

  async #restore(): Promise<void> {
    const left = replay(await this.#journals.adopt(this.#document.uri.toString()));
    const found = left.changes.length > 0 || this.#backup === null ? left : replay(await readRecords(this.#backup));
    this.#backup = null;
    if (found.changes.length === 0 || found.file === null) return;
    this.#file = found.file;
    this.#changes = [...found.changes];
    this.#nextId = Math.max(found.nextId, left.nextId);
    if (found === left) return;
    const journal = await this.#open();
    await journal.append({ type: 'file', version: JOURNAL_VERSION, ...found.file });
    await journal.append({ type: 'step', id: this.#nextId++, label: '', changes: found.changes });
  }

  async #append(record: JournalRecord): Promise<void> {
    const journal = await this.#open();
    if (this.#file === null) {
      const { linkTarget, fingerprint } = await this.#document.request('shard/saveFacts', {});
      this.#file = { path: linkTarget ?? this.#document.uri.fsPath, fingerprint };
      await journal.append({ type: 'file', version: JOURNAL_VERSION, ...this.#file });
    }
    await journal.append(record);
  }

  async #open(): Promise<JournalFile> {
    this.#journal ??= (await this.#journals.open(this.#document.uri.toString())).journal;
    return this.#journal;
  }

  /** The journal has it: if the engine is lost now, the next one gets it when it opens the shard. */
  async #apply(changes: readonly Change[]): Promise<void> {
    for (const change of changes) this.#changes.push(change);
    await this.#document.request('shard/edit', { changes, epoch: this.#epoch }).catch((error: unknown) => {
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

/** Removes a backup that is not wanted any more. */
export async function removeBackup(path: string): Promise<void> {
  await rm(path, { force: true });
}
