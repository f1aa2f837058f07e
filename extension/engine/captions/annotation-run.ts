import { fingerprintOf } from '../../durable/fingerprint.ts';
import type { DurableFiles } from '../../durable/files.ts';
import { JournalFile } from '../../journal/journal-file.ts';
import { JOURNAL_VERSION } from '../../journal/record.ts';
import { replay } from '../../journal/replay.ts';
import { ROUNDS_FIELD, ROUND_FLAGS, type AnnotatorAction, type CaptionRound } from '../../protocol/captions.ts';
import type { Change, EditStep } from '../../protocol/edits.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { accepted, adjudicated, edited, flagged, ownSeconds, restored, skipped, type RoundsEdit, type Sitting, type Start } from './annotate.ts';
import { changeBetween, changed, openRoundOf, type RoundsChange } from './row-rounds.ts';
import { parseRound, roundRecord } from './round.ts';
import type { RoundsPlace } from './rounds-place.ts';

/** What a run works on. */
export interface RunParts {
  readonly files: DurableFiles;
  readonly journalPath: string;
  readonly shardPath: string;
  readonly place: RoundsPlace;
  readonly annotator: string;
  readonly rowCount: number;
  /** The text that the first round of a row edits. */
  readonly seedOf: (row: number) => Promise<Start>;
}

/**
 * One annotator's work on the rounds of a shard. What was done is in a journal before `take` resolves, and what was not saved
 * is there again when the next run begins; time that was spent stays whatever is taken back.
 */
export class AnnotationRun {
  readonly #parts: RunParts;
  readonly #journal: JournalFile;
  /** What the place holds, and what is done on top of it. */
  #saved: ReadonlyMap<number, readonly CaptionRound[]>;
  readonly #rows: Map<number, readonly CaptionRound[]>;
  readonly #spent: Map<number, number>;
  readonly #done: EditStep[];
  #undone: EditStep[];
  #nextId: number;
  /** The row that is looked at, and since when, in milliseconds since 1970. */
  #row: number | null = null;
  #since = 0;

  private constructor(parts: RunParts, journal: JournalFile, saved: ReadonlyMap<number, readonly CaptionRound[]>, { done, undone, nextId, spent, changes }: ReturnType<typeof replay>) {
    this.#parts = parts;
    this.#journal = journal;
    this.#saved = saved;
    this.#rows = new Map(saved);
    this.#spent = new Map(spent);
    [this.#done, this.#undone, this.#nextId] = [[...done], [...undone], nextId];
    this.#apply(changes);
  }

  /** Begins where the last run of the journal ended. @throws LoupeError; what the file system says */
  static async begin(parts: RunParts, signal: AbortSignal): Promise<{ readonly run: AnnotationRun; readonly remarks: readonly string[] }> {
    const { rows, remarks } = await parts.place.read(signal);
    const { journal, found } = await JournalFile.open(parts.files, parts.journalPath);
    const run = new AnnotationRun(parts, journal, rows, replay(found.records));
    if (found.records.length === 0) await run.#noteFile();
    return { run, remarks };
  }

  /** The rounds of a row with what was not saved yet. */
  roundsOf(row: number): readonly CaptionRound[] {
    return this.#rows.get(row) ?? [];
  }

  /** @throws LoupeError `invalid-request` for what cannot be done; nothing is changed then */
  async take(action: AnnotatorAction, signal: AbortSignal): Promise<void> {
    const at = typeof action.at === 'number' ? action.at : Date.parse(action.at);
    if (!Number.isFinite(at)) throw refused('it does not say when');
    switch (action.do) {
      case 'go':
        if (!Number.isSafeInteger(action.row) || action.row < 0 || action.row >= this.#parts.rowCount) throw refused(`there is no row ${action.row}`);
        // Looking around is no work: time counts from the first thing that is done on a row, and until it is left.
        if (this.#row !== null && openRoundOf(this.roundsOf(this.#row), this.#parts.annotator) !== null) await this.#spend(at);
        this.#row = action.row;
        this.#since = at;
        return;
      case 'undo':
        return this.#turnBack(this.#done, this.#undone, 'undo', at);
      case 'redo':
        return this.#turnBack(this.#undone, this.#done, 'redo', at);
      case 'save':
        await this.#spend(at);
        return this.#save(signal);
      default:
        return this.#edit(action.do, editOf(action), at);
    }
  }

  async close(): Promise<void> {
    await this.#journal.close();
  }

  async #edit(label: string, edit: (rounds: readonly CaptionRound[], sitting: Sitting) => CaptionRound[] | null, at: number): Promise<void> {
    const row = this.#row;
    if (row === null) throw refused('no row was gone to');
    const seed = await this.#parts.seedOf(row);
    const before = this.roundsOf(row);
    const sitting = { annotator: this.#parts.annotator, at: new Date(at).toISOString(), seed, spent: this.#spentAt(row, at) };
    const after = edit(before, sitting);
    if (after === null) throw refused('there is no such round');
    await this.#spend(at);
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    const change: Change = { kind: 'cell', row, path: [ROUNDS_FIELD], old: { json: listText(before) }, new: { json: listText(after) } };
    const step = { id: this.#nextId++, label, changes: [change] };
    await this.#journal.append({ type: 'step', ...step });
    this.#done.push(step);
    this.#undone = [];
    this.#rows.set(row, after);
  }

  #spentAt(row: number, at: number): number {
    const before = this.#spent.get(row) ?? ownTime(this.roundsOf(row), this.#parts.annotator);
    return before + Math.max(0, at - this.#since) / 1_000;
  }

  /** Notes the time on the row that is looked at. */
  async #spend(at: number): Promise<void> {
    if (this.#row === null) return;
    const seconds = this.#spentAt(this.#row, at);
    this.#since = Math.max(this.#since, at);
    this.#spent.set(this.#row, seconds);
    await this.#journal.append({ type: 'spent', row: this.#row, seconds });
  }

  async #turnBack(from: EditStep[], to: EditStep[], type: 'undo' | 'redo', at: number): Promise<void> {
    await this.#spend(at);
    const step = from.at(-1);
    if (step === undefined) return;
    await this.#journal.append({ type, id: step.id });
    from.pop();
    to.push(step);
    this.#apply(type === 'redo' ? step.changes : step.changes.map((change) => (change.kind === 'cell' ? { ...change, old: change.new, new: change.old } : change)));
  }

  /** Puts in and takes out what a change says; rounds that came from others meanwhile stay. */
  #apply(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind !== 'cell' || !('json' in change.old) || !('json' in change.new)) continue;
      this.#rows.set(change.row, changed(this.roundsOf(change.row), changeBetween(roundsOfText(change.old.json), roundsOfText(change.new.json))));
    }
  }

  async #save(signal: AbortSignal): Promise<void> {
    const changes = new Map<number, RoundsChange>();
    for (const [row, rounds] of this.#rows) {
      const timed = this.#timed(row, rounds);
      const change = changeBetween(this.#saved.get(row) ?? [], timed);
      if (change.put.length + change.taken.length > 0) changes.set(row, change);
      this.#rows.set(row, timed);
    }
    await this.#parts.place.write(changes, signal);
    this.#saved = new Map(this.#rows);
    await this.#noteFile();
  }

  /** Undoing turns back what was typed, not the time: an open round has all of it. */
  #timed(row: number, rounds: readonly CaptionRound[]): CaptionRound[] {
    const { annotator } = this.#parts;
    const open = openRoundOf(rounds, annotator);
    const spent = this.#spent.get(row);
    return rounds.map((round) => (round === open && spent !== undefined ? { ...round, seconds: Math.max(round.seconds, ownSeconds(rounds, annotator, spent)) } : round));
  }

  async #noteFile(): Promise<void> {
    const { files, shardPath } = this.#parts;
    await this.#journal.append({ type: 'file', version: JOURNAL_VERSION, path: shardPath, fingerprint: await fingerprintOf(files, shardPath) });
  }
}

function editOf(action: Exclude<AnnotatorAction, { readonly do: 'go' | 'undo' | 'redo' | 'save' }>): RoundsEdit | ReturnType<typeof restored> {
  switch (action.do) {
    case 'edit':
      return edited(action.text);
    case 'accept':
      return accepted(action.lost ?? []);
    case 'flag':
      if (!ROUND_FLAGS.some((flag) => flag === action.flag)) throw refused(`a flag is one of ${ROUND_FLAGS.join(', ')}`);
      return flagged(action.flag);
    case 'restore':
      return restored(action.round);
    case 'adjudicate':
      return adjudicated(action.round, action.text);
    case 'skip':
      return skipped;
  }
}

/** All time of an annotator that a row's rounds have. */
function ownTime(rounds: readonly CaptionRound[], annotator: string): number {
  return rounds.reduce((sum, round) => (round.annotator === annotator ? sum + round.seconds : sum), 0);
}

function listText(rounds: readonly CaptionRound[]): string {
  return JSON.stringify(rounds.map(roundRecord));
}

function roundsOfText(json: string): CaptionRound[] {
  return (JSON.parse(json) as unknown[]).map(parseRound).filter((each) => typeof each !== 'string');
}

function refused(why: string): LoupeError {
  return new LoupeError('invalid-request', `This cannot be done: ${why}.`);
}
