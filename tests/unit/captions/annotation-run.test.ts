import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AnnotationRun, type RunParts } from '../../../extension/engine/captions/annotation-run.ts';
import { inOrder, type RoundsChange } from '../../../extension/engine/captions/row-rounds.ts';
import type { FoundRounds, RoundsPlace } from '../../../extension/engine/captions/rounds-place.ts';
import { SideCarRounds } from '../../../extension/engine/captions/side-car.ts';
import type { AnnotatorAction, CaptionRound } from '../../../extension/protocol/captions.ts';
import { below, isLongRun, runSeed, seededRandom } from '../../support/random.ts';
import { UNFLUSHED_FILES } from '../../support/unflushed-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { signal } = new AbortController();
const ROWS = 3;

/** A side-car in memory; a save may crash right behind its write. */
class MemoryPlace implements RoundsPlace {
  lines: string[] = [];
  crashes = false;

  read(): Promise<FoundRounds> {
    const sideCar = this.#sideCar();
    return Promise.resolve({ rows: new Map(sideCar.names.map((name) => ['row' in name ? name.row : 0, sideCar.roundsOf(name)])), remarks: sideCar.remarks });
  }

  write(changes: ReadonlyMap<number, RoundsChange>): Promise<void> {
    const sideCar = this.#sideCar();
    for (const [row, { put, taken }] of changes) this.lines.push(...sideCar.linesFor({ row }, put, taken));
    return this.crashes ? Promise.reject(new Error('crash')) : Promise.resolve();
  }

  #sideCar(): SideCarRounds {
    const sideCar = new SideCarRounds();
    for (const [at, line] of this.lines.entries()) sideCar.take(line, at + 1);
    return sideCar;
  }
}

/** What a row is in the plain model: who accepted which text as which round, and what the annotator has typed. */
interface PlainRow {
  readonly closed: readonly { readonly who: string; readonly round: number; readonly text: string }[];
  readonly draft: { readonly round: number; readonly text: string; readonly flags: readonly string[] } | null;
}

/** The plain model: whole rows in lists, and whole rows to go back to. */
class PlainModel {
  rows: PlainRow[] = Array.from({ length: ROWS }, () => ({ closed: [], draft: null }));
  spent = Array.from({ length: ROWS }, () => 0);
  done: { row: number; before: PlainRow; after: PlainRow }[] = [];
  undone: { row: number; before: PlainRow; after: PlainRow }[] = [];
  row: number | null = null;
  since = 0;

  take(action: AnnotatorAction): void {
    const at = Number(action.at);
    if (action.do === 'go') {
      if (this.row !== null && this.rows[this.row]!.draft !== null) this.spend(at);
      this.row = action.row;
      this.since = at;
      return;
    }
    if (action.do === 'undo' || action.do === 'redo') {
      this.spend(at);
      const [from, to] = action.do === 'undo' ? [this.done, this.undone] : [this.undone, this.done];
      const step = from.pop();
      if (step === undefined) return;
      to.push(step);
      this.put(step.row, action.do === 'undo' ? step.after : step.before, action.do === 'undo' ? step.before : step.after);
      return;
    }
    if (action.do === 'save') return this.spend(at);
    const row = this.row!;
    const before = this.rows[row]!;
    const draft = before.draft ?? { round: Math.max(1, ...before.closed.map(({ round }) => round)) + 1, text: newestText(before, row), flags: [] };
    const after = edited(before, draft, action, row);
    if (after === null) return;
    this.spend(at);
    this.done.push({ row, before, after });
    this.undone = [];
    this.rows[row] = after;
  }

  spend(at: number): void {
    if (this.row === null) return;
    this.spent[this.row]! += (at - this.since) / 1_000;
    this.since = at;
  }

  /** Rounds of others that came meanwhile stay. */
  put(row: number, from: PlainRow, to: PlainRow): void {
    const others = this.rows[row]!.closed.filter((each) => !from.closed.includes(each) && !to.closed.includes(each));
    this.rows[row] = { closed: [...to.closed, ...others], draft: to.draft };
  }
}

function edited(before: PlainRow, draft: NonNullable<PlainRow['draft']>, action: AnnotatorAction, row: number): PlainRow | null {
  switch (action.do) {
    case 'edit':
      return { ...before, draft: { ...draft, text: action.text } };
    case 'flag':
      return { ...before, draft: { ...draft, flags: draft.flags.includes(action.flag) ? draft.flags.filter((each) => each !== action.flag) : [...draft.flags, action.flag] } };
    case 'accept':
      return { closed: [...before.closed, { who: 'anna', round: draft.round, text: draft.text }], draft: null };
    case 'restore': {
      const text = action.round === 1 ? `alt ${row}` : settledText(before, action.round);
      return text === null ? null : { ...before, draft: { ...draft, text } };
    }
    default:
      return { ...before, draft };
  }
}

function settledText({ closed }: PlainRow, round: number): string | null {
  // Of one annotator the last one counts.
  const latest = [...new Map(closed.filter((each) => each.round === round).map((each) => [each.who, each.text])).values()];
  return new Set(latest).size === 1 ? latest[0]! : null;
}

function newestText(row: PlainRow, number: number): string {
  for (let round = Math.max(0, ...row.closed.map((each) => each.round)); round > 1; round--) {
    const text = settledText(row, round);
    if (text !== null) return text;
  }
  return `alt ${number}`;
}

const closedOf = (rounds: readonly CaptionRound[]): string[] => rounds.filter(({ ended }) => ended !== null).map(({ annotator, round, text }) => `${round} ${annotator} ${text}`).sort();
const plainClosed = ({ closed }: PlainRow): string[] => closed.map(({ who, round, text }) => `${round} ${who} ${text}`).sort();

class Harness {
  readonly place = new MemoryPlace();
  readonly model = new PlainModel();
  readonly #parts: RunParts;
  #run: AnnotationRun | null = null;
  #others = 0;
  clock = Date.UTC(2026, 0, 1);

  constructor(name: string) {
    const shardPath = join(folder, 'shard.jsonl');
    writeFileSync(shardPath, '{}\n');
    this.#parts = { files: UNFLUSHED_FILES, journalPath: join(folder, name), shardPath, place: this.place, annotator: 'anna', rowCount: ROWS, seedOf: (row) => Promise.resolve({ text: `alt ${row}`, round: 1 }) };
  }

  get run(): AnnotationRun {
    return this.#run!;
  }

  async begin(): Promise<void> {
    await this.#run?.close();
    ({ run: this.#run } = await AnnotationRun.begin(this.#parts, signal));
  }

  async act(action: Record<string, unknown>): Promise<void> {
    const whole = { ...action, at: this.clock } as AnnotatorAction;
    this.model.take(whole);
    await this.run.take(whole, signal).catch((error: unknown) => {
      if (!/no such round/.test(String(error))) throw error;
    });
  }

  /** The process is gone: what it was writing may stand half behind the journal. */
  async crash(random: () => number): Promise<void> {
    if (random() < 0.5) appendFileSync(this.#parts.journalPath, '01234567 {"type":"st');
    if (random() < 0.4) this.#merge(random);
    this.model.row = null;
    await this.begin();
  }

  /** A round of somebody else comes from git. */
  #merge(random: () => number): void {
    const row = below(random, ROWS);
    const saved = new SideCarRounds();
    for (const [at, line] of this.place.lines.entries()) saved.take(line, at + 1);
    const own = saved.roundsOf({ row });
    const round = Math.max(1, ...own.filter(({ ended }) => ended !== null).map((each) => each.round)) + 1;
    const at = new Date(this.clock + this.#others).toISOString();
    const text = `other ${this.#others++}`;
    this.place.lines.push(...saved.linesFor({ row }, [{ round, text, annotator: `b${this.#others}`, started: at, ended: at, seconds: 1, flags: [], lost: [], base: '' }], []));
    this.model.rows[row] = { ...this.model.rows[row]!, closed: [...this.model.rows[row]!.closed, { who: `b${this.#others}`, round, text }] };
  }

  async failedSave(random: () => number): Promise<void> {
    this.place.crashes = true;
    this.model.take({ do: 'save', at: this.clock });
    await expect(this.run.take({ do: 'save', at: this.clock }, signal)).rejects.toThrow('crash');
    this.place.crashes = false;
    await this.crash(random);
  }

  check(): void {
    for (let row = 0; row < ROWS; row++) {
      const [rounds, plain] = [this.run.roundsOf(row), this.model.rows[row]!];
      expect(closedOf(rounds)).toEqual(plainClosed(plain));
      const draft = rounds.find(({ ended }) => ended === null);
      expect(draft === undefined ? null : { round: draft.round, text: draft.text, flags: draft.flags }).toEqual(plain.draft);
      expect(rounds).toEqual(inOrder(rounds));
    }
  }

  /** Everything is saved, and no second of a row is lost. */
  async finish(): Promise<void> {
    for (let row = 0; row < ROWS; row++) {
      this.clock += 1_000;
      await this.act({ do: 'go', row });
      await this.act({ do: 'skip' });
    }
    await this.act({ do: 'save' });
    await this.begin();
    this.check();
    const { rows } = await this.place.read();
    for (let row = 0; row < ROWS; row++) {
      const seconds = (rows.get(row) ?? []).filter(({ annotator }) => annotator === 'anna').reduce((sum, each) => sum + each.seconds, 0);
      expect(seconds).toBeCloseTo(this.model.spent[row]!, 1);
    }
    await this.run.close();
  }
}

const FLAGS = ['image-missing', 'unsafe'];

async function randomAction(harness: Harness, random: () => number): Promise<void> {
  harness.clock += 1 + below(random, 5_000);
  if (harness.model.row === null || random() < 0.15) return harness.act({ do: 'go', row: below(random, ROWS) });
  const kind = random();
  if (kind < 0.3) return harness.act({ do: 'edit', text: `text ${below(random, 6)}` });
  if (kind < 0.55) return harness.act({ do: 'accept' });
  if (kind < 0.62) return harness.act({ do: 'skip' });
  if (kind < 0.68) return harness.act({ do: 'flag', flag: FLAGS[below(random, 2)] });
  if (kind < 0.75) return harness.act({ do: 'restore', round: 1 + below(random, 5) });
  if (kind < 0.86) return harness.act({ do: 'undo' });
  if (kind < 0.9) return harness.act({ do: 'redo' });
  if (kind < 0.95) return harness.act({ do: 'save' });
  return kind < 0.98 ? harness.crash(random) : harness.failedSave(random);
}

describe('annotating', () => {
  it('loses no text and no second in 1,000 random runs, and no round comes out of order', { timeout: 600_000 }, async () => {
    const random = seededRandom(runSeed());
    const runs = isLongRun() ? 10_000 : 1_000;
    for (let run = 0; run < runs; run++) {
      const harness = new Harness(`journal-${run}`);
      await harness.begin();
      for (let step = 4 + below(random, 30); step > 0; step--) {
        await randomAction(harness, random);
        harness.check();
      }
      await harness.finish();
    }
  });

  it('refuses what makes no sense, and changes nothing', async () => {
    const harness = new Harness('refusals');
    await harness.begin();
    for (const [action, why] of [
      [{ do: 'edit', text: 'x' }, 'no row was gone to'],
      [{ do: 'go', row: 3 }, 'there is no row 3'],
      [{ do: 'go', row: -1 }, 'there is no row -1'],
    ] as const) {
      await expect(harness.run.take({ ...action, at: 0 }, signal)).rejects.toThrow(why);
    }
    await harness.act({ do: 'go', row: 0 });
    await expect(harness.run.take({ do: 'flag', flag: 'boring', at: 0 }, signal)).rejects.toThrow('a flag is one of');
    await expect(harness.run.take({ do: 'restore', round: 9, at: 0 }, signal)).rejects.toThrow('no such round');
    await expect(harness.run.take({ do: 'skip', at: 'yesterday' }, signal)).rejects.toThrow('when');
    expect(harness.run.roundsOf(0)).toEqual([]);
    await harness.run.close();
  });
});
