import type { CaptionRound, LostConcept } from '../../protocol/captions.ts';
import { acceptedText, nextRound, openRoundOf, stagesOf, withRound } from './row-rounds.ts';
import { textHash } from './round.ts';

/** Who works on a row, when, and on what. */
export interface Sitting {
  readonly annotator: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** What the first round of an annotator edits. */
  readonly seed: Start;
  /** All the time that this annotator spent on the row, in seconds. */
  readonly spent: number;
}

/** The text that a row has before any round of it is recorded, and which round that is: the alt-text is the first. */
export interface Start {
  readonly text: string;
  readonly round: number;
}

/** What can be done to the rounds of a row. Each gives all of its rounds; time goes to the round that is open. */
export type RoundsEdit = (rounds: readonly CaptionRound[], sitting: Sitting) => CaptionRound[];

export function edited(text: string): RoundsEdit {
  return (rounds, sitting) => withRound(rounds, { ...openRound(rounds, sitting), text });
}

/** A skipped row keeps what was typed, and the time. */
export const skipped: RoundsEdit = (rounds, sitting) => withRound(rounds, openRound(rounds, sitting));

export function flagged(flag: string): RoundsEdit {
  return (rounds, sitting) => {
    const open = openRound(rounds, sitting);
    return withRound(rounds, { ...open, flags: open.flags.includes(flag) ? open.flags.filter((each) => each !== flag) : [...open.flags, flag] });
  };
}

export function accepted(lost: readonly LostConcept[]): RoundsEdit {
  return (rounds, sitting) => withRound(rounds, { ...openRound(rounds, sitting), ended: sitting.at, lost });
}

/** The text of an earlier round is edited again, or the one before all of them. Null where there is no such round that counts. */
export function restored(round: number): (rounds: readonly CaptionRound[], sitting: Sitting) => CaptionRound[] | null {
  return (rounds, sitting) => {
    const text = stagesOf(rounds).find((stage) => stage.round === round)?.settled?.text ?? (round === sitting.seed.round ? sitting.seed.text : undefined);
    return text === undefined ? null : edited(text)(rounds, sitting);
  };
}

/** One text of a round of which there are several. The decision is a record of its own: both texts stay. */
export function adjudicated(round: number, text: string): (rounds: readonly CaptionRound[], sitting: Sitting) => CaptionRound[] | null {
  return (rounds, { annotator, at, seed, spent }) => {
    const versions = stagesOf(rounds).find((stage) => stage.round === round)?.versions ?? [];
    if (versions.length === 0) return null;
    const base = stagesOf(rounds).findLast((stage) => stage.round < round)?.settled?.text ?? seed.text;
    const adjudicates = [...new Set(versions.map((version) => textHash(version.text)))];
    return withRound(rounds, { round, text, annotator, started: at, ended: at, seconds: ownSeconds(rounds, annotator, spent), flags: [], lost: [], base: textHash(base), adjudicates });
  };
}

/** What a row had before any round as a round, for where it is about to be written over. */
export function firstRound({ text, round }: Start, at: string): CaptionRound {
  return { round, text, annotator: '', started: at, ended: at, seconds: 0, flags: [], lost: [], base: '' };
}

/** The annotator's open round with the time up to now; a new one begins with the text that counts. */
function openRound(rounds: readonly CaptionRound[], { annotator, at, seed, spent }: Sitting): CaptionRound {
  const open = openRoundOf(rounds, annotator);
  const seconds = ownSeconds(rounds, annotator, spent);
  if (open !== null) return { ...open, seconds };
  const text = acceptedText(rounds) ?? seed.text;
  return { round: nextRound(rounds, seed.round), text, annotator, started: at, ended: null, seconds, flags: [], lost: [], base: textHash(text) };
}

/** The part of an annotator's time that no accepted round has yet. */
export function ownSeconds(rounds: readonly CaptionRound[], annotator: string, spent: number): number {
  const counted = rounds.reduce((sum, each) => (each.annotator === annotator && each.ended !== null ? sum + each.seconds : sum), 0);
  return Math.max(0, Math.round((spent - counted) * 1_000) / 1_000);
}
