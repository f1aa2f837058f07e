import type { CaptionRound } from '../../protocol/captions.ts';
import { inOrder } from './row-rounds.ts';
import { parseIdentity, parseRound, roundIdentity, roundRecord } from './round.ts';
import type { RowName } from './row-names.ts';

/** What a shard's file of rounds is called. */
export const SIDE_CAR_SUFFIX = '.rounds.jsonl';

/** Lets git merge two people's rounds line by line; it stands in `.gitattributes`. */
export const UNION_MERGE = `*${SIDE_CAR_SUFFIX} merge=union`;

/** Broken lines that are told one by one. */
const TOLD = 20;

/** A round as the lines of a side-car have it: the newest state, or that it was taken back. */
interface State {
  readonly revision: number;
  /** Several only where one revision was written twice with different content: none of them is dropped. */
  readonly records: readonly CaptionRound[];
}

/**
 * The rounds of a side-car. Its lines are only ever appended, and may come in any order and more than once, as merging leaves
 * them: of one round (row, number, annotator, start) the line of the highest revision counts. Lines that cannot be read stay
 * in the file and are told.
 */
export class SideCarRounds {
  readonly #rows = new Map<string, { readonly name: RowName; readonly states: Map<string, State> }>();
  readonly #remarks: string[] = [];
  #broken = 0;

  /** @param line its number, from 1; `text` null for one that is too long to be read */
  take(text: string | null, line: number): void {
    const why = text === null ? 'it is too long' : text.trim() === '' ? null : this.#takeRecord(text);
    if (why === null) return;
    this.#broken++;
    if (this.#broken <= TOLD) this.#remarks.push(`line ${line}: ${why}; it stays in the file and does not count`);
  }

  /** What a person should know: lines that do not count. */
  get remarks(): readonly string[] {
    return this.#broken > TOLD ? [...this.#remarks, `${this.#broken - TOLD} more lines do not count`] : this.#remarks;
  }

  get names(): RowName[] {
    return Array.from(this.#rows.values(), ({ name }) => name);
  }

  roundsOf(name: RowName): CaptionRound[] {
    const states = this.#rows.get(nameText(name))?.states.values() ?? [];
    return inOrder(Array.from(states, ({ records }) => records).flat());
  }

  /** The lines, each with its line break, that change what a row has. */
  linesFor(name: RowName, put: readonly CaptionRound[], taken: readonly CaptionRound[]): string[] {
    const states = this.#rows.get(nameText(name))?.states;
    const revisionOf = (round: CaptionRound): { revision?: number } => {
      const before = states?.get(roundIdentity(round))?.revision ?? 0;
      return before === 0 ? {} : { revision: before + 1 };
    };
    const head = 'row' in name ? { row: name.row } : { key: name.key, ...(name.nth > 1 ? { nth: name.nth } : {}) };
    return [
      ...put.map((round) => ({ ...head, ...revisionOf(round), ...roundRecord(round) })),
      ...taken.map((round) => ({ ...head, ...revisionOf(round), withdrawn: true, round: round.round, annotator: round.annotator, started: round.started })),
    ].map((record) => `${JSON.stringify(record)}\n`);
  }

  /** @returns why the line does not count; null where it does */
  #takeRecord(text: string): string | null {
    if (/^(<{7}|={7}|>{7})/.test(text)) return `git left a conflict here (with the line ${UNION_MERGE} in .gitattributes it would leave none)`;
    const record = parsed(text);
    if (typeof record !== 'object' || record === null) return 'it is no JSON object';
    const { revision = 1, withdrawn = false, ...rest } = record as Record<string, unknown>;
    const name = nameOf(rest);
    if (name === null) return 'it names no row';
    if (typeof revision !== 'number' || !Number.isSafeInteger(revision) || revision < 1) return 'its revision is no number from 1';
    const identified = parseIdentity(rest);
    if (typeof identified === 'string') return identified;
    const round = withdrawn === true ? null : parseRound(rest);
    if (typeof round === 'string') return round;
    const row = this.#rows.get(nameText(name)) ?? { name, states: new Map<string, State>() };
    this.#rows.set(nameText(name), row);
    const identity = roundIdentity(identified);
    row.states.set(identity, newest(row.states.get(identity), { revision, records: round === null ? [] : [round] }));
    return null;
  }
}

function newest(known: State | undefined, found: State): State {
  if (known === undefined || found.revision > known.revision) return found;
  if (found.revision < known.revision) return known;
  const records = new Map([...known.records, ...found.records].map((each) => [JSON.stringify(each), each]));
  return { revision: known.revision, records: [...records.values()] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function nameOf({ key, nth = 1, row }: Record<string, unknown>): RowName | null {
  if (typeof key === 'string') return typeof nth === 'number' && Number.isSafeInteger(nth) && nth > 0 ? { key, nth } : null;
  return typeof row === 'number' && Number.isSafeInteger(row) && row >= 0 ? { row } : null;
}

function nameText(name: RowName): string {
  return JSON.stringify('row' in name ? name.row : [name.key, name.nth]);
}
