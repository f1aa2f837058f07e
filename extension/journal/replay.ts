import type { Change, EditedFile, EditStep, Fingerprint } from '../protocol/edits.ts';
import { reversed } from './reverse.ts';
import type { JournalRecord } from './record.ts';

/** Where a journal leads: the undo stack, and what must be done to the file that it is of. */
export interface Replayed {
  /** The file that row numbers are of; null for a journal without its first line. */
  readonly file: { readonly path: string; readonly fingerprint: Fingerprint } | null;
  /** Files beside it, or shards of a set, that edits are of. */
  readonly others: readonly EditedFile[];
  /** Steps that are done, oldest first, and those that were taken back, the next to be done again last. */
  readonly done: readonly EditStep[];
  readonly undone: readonly EditStep[];
  /** What is done since the last save, in order; steps taken back after a save are in it the other way round. */
  readonly changes: readonly Change[];
  /** The next step's id. */
  readonly nextId: number;
  /** Seconds that the user has worked on rows. */
  readonly spent: ReadonlyMap<number, number>;
}

/** Does again what a journal tells. A record that fits nothing (an undo of an unknown step) is passed over. */
export function replay(records: readonly JournalRecord[]): Replayed {
  const state = new ReplayState();
  for (const record of records) state.take(record);
  return state;
}

class ReplayState implements Replayed {
  file: Replayed['file'] = null;
  others: EditedFile[] = [];
  done: EditStep[] = [];
  undone: EditStep[] = [];
  changes: Change[] = [];
  nextId = 1;
  readonly spent = new Map<number, number>();
  /** The steps that the file itself holds. */
  #saved: readonly EditStep[] = [];

  take(record: JournalRecord): void {
    switch (record.type) {
      case 'file':
        this.file = { path: record.path, fingerprint: record.fingerprint };
        this.others = [...(record.others ?? [])];
        if (record.rowsMoved === true) this.done = this.undone = [];
        this.#saved = [...this.done];
        this.changes = [];
        break;
      case 'files':
        this.others.push(...record.files);
        break;
      case 'step':
        this.done.push({ id: record.id, label: record.label, changes: record.changes });
        this.undone = [];
        this.#add(record.changes);
        this.nextId = Math.max(this.nextId, record.id + 1);
        break;
      case 'undo':
        if (this.done.at(-1)?.id === record.id) this.#add(reversed(moveLast(this.done, this.undone)));
        break;
      case 'redo':
        if (this.undone.at(-1)?.id === record.id) this.#add(moveLast(this.undone, this.done));
        break;
      case 'revert':
        this.done = [...this.#saved];
        this.undone = [];
        this.changes = [];
        break;
      case 'spent':
        this.spent.set(record.row, record.seconds);
        break;
    }
  }

  #add(changes: readonly Change[]): void {
    for (const change of changes) this.changes.push(change);
  }
}

/** Moves the last step; answers its changes. */
function moveLast(from: EditStep[], to: EditStep[]): readonly Change[] {
  const step = from.pop();
  if (step === undefined) return [];
  to.push(step);
  return step.changes;
}
