import type { CaptionRound } from '../../protocol/captions.ts';
import { roundIdentity, textHash } from './round.ts';

/** One round of a row: who made which text of it, and whether that is settled. */
export interface Stage {
  readonly round: number;
  /** Each annotator's newest accepted text, the first to end first; decisions are not among them. */
  readonly versions: readonly CaptionRound[];
  /** What counts: the only text, or the decision between several; null while several stand side by side. */
  readonly settled: CaptionRound | null;
}

/** In the order in which they were made: by round, then end, those that are not accepted last. */
export function inOrder(rounds: readonly CaptionRound[]): CaptionRound[] {
  const keyOf = ({ ended, started }: CaptionRound): string => `${ended === null ? '~' : new Date(ended).toISOString()} ${started}`;
  return rounds.toSorted((a, b) => a.round - b.round || compare(keyOf(a), keyOf(b)) || compare(a.annotator, b.annotator) || compare(a.text, b.text));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The accepted rounds of a row, in order. */
export function stagesOf(rounds: readonly CaptionRound[]): Stage[] {
  const accepted = inOrder(rounds).filter(({ ended }) => ended !== null);
  return [...new Set(accepted.map(({ round }) => round))].map((round) => stageOf(round, accepted.filter((each) => each.round === round)));
}

function stageOf(round: number, records: readonly CaptionRound[]): Stage {
  const versions = [...new Map(records.filter(({ adjudicates }) => adjudicates === undefined).map((each) => [each.annotator, each])).values()];
  const hashes = versions.map(({ text }) => textHash(text));
  // A decision is one only as long as it knows every text.
  const decision = records.findLast(({ adjudicates }) => adjudicates !== undefined && hashes.every((hash) => adjudicates.includes(hash)));
  const isOne = new Set(hashes).size === 1;
  return { round, versions, settled: decision ?? (isOne ? (versions.at(-1) ?? null) : null) };
}

/** The newest text that counts; null where no round was accepted, or the first is not settled. */
export function acceptedText(rounds: readonly CaptionRound[]): string | null {
  return stagesOf(rounds).findLast(({ settled }) => settled !== null)?.settled?.text ?? null;
}

/** Rounds of which several texts stand side by side. */
export function disputedStages(rounds: readonly CaptionRound[]): Stage[] {
  return stagesOf(rounds).filter(({ settled }) => settled === null);
}

/** What an annotator is working on. */
export function openRoundOf(rounds: readonly CaptionRound[], annotator: string): CaptionRound | null {
  return inOrder(rounds).findLast((each) => each.ended === null && each.annotator === annotator) ?? null;
}

/** The number that the next round gets. @param start that of the text before any recorded round: the alt-text is the first */
export function nextRound(rounds: readonly CaptionRound[], start = 1): number {
  return Math.max(start, ...rounds.flatMap(({ round, ended }) => (ended === null ? [] : [round]))) + 1;
}

/** Rounds with one put in, in the place of the one that it is a newer state of. */
export function withRound(rounds: readonly CaptionRound[], round: CaptionRound): CaptionRound[] {
  const identity = roundIdentity(round);
  return inOrder([...rounds.filter((each) => roundIdentity(each) !== identity), round]);
}

/** What has to be put into one list of rounds and taken out of it to make another of it. */
export interface RoundsChange {
  readonly put: readonly CaptionRound[];
  readonly taken: readonly CaptionRound[];
}

export function changeBetween(before: readonly CaptionRound[], after: readonly CaptionRound[]): RoundsChange {
  const old = new Map(before.map((round) => [roundIdentity(round), JSON.stringify(round)]));
  const now = new Set(after.map(roundIdentity));
  return {
    put: after.filter((round) => old.get(roundIdentity(round)) !== JSON.stringify(round)),
    taken: before.filter((round) => !now.has(roundIdentity(round))),
  };
}

/** Does a change to rounds that may have others besides: those stay. */
export function changed(rounds: readonly CaptionRound[], { put, taken }: RoundsChange): CaptionRound[] {
  const gone = new Set([...put, ...taken].map(roundIdentity));
  return inOrder([...rounds.filter((round) => !gone.has(roundIdentity(round))), ...put]);
}
