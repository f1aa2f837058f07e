/** What rounds of re-alignment leave behind: every text that an annotator made of the one before it. */

/** Where rounds are kept in the shard itself: a column of this name, or a field of this name in a sample's JSON. */
export const ROUNDS_FIELD = 'caption_rounds';

/** Why a row is set aside. */
export const ROUND_FLAGS = ['image-missing', 'unsafe', 'unrelated-alt-text', 'other-language'] as const;

/** Why a concept of the alt-text is not in the caption any more. */
export const LOSS_REASONS = ['not-visible', 'wrong', 'other'] as const;

export type LossReason = (typeof LOSS_REASONS)[number];

export interface LostConcept {
  readonly concept: string;
  readonly reason: LossReason;
}

/**
 * One round of one annotator on one row. Round 1 is the alt-text itself and is recorded only where somebody chose or joined
 * it; every later round edits the text before it. The same round by two annotators are two records.
 */
export interface CaptionRound {
  /** From 1. */
  readonly round: number;
  readonly text: string;
  readonly annotator: string;
  /** ISO 8601 in UTC; with round and annotator it tells this record from all others of the row. */
  readonly started: string;
  /** Null while it is not accepted: the text is what was typed so far. */
  readonly ended: string | null;
  /** Time that the annotator spent on it. */
  readonly seconds: number;
  /** Those of `ROUND_FLAGS`; others that a file has stay. */
  readonly flags: readonly string[];
  readonly lost: readonly LostConcept[];
  /** SHA-256 of the text that was edited, in hexadecimal; empty where it is not known. */
  readonly base: string;
  /** SHA-256 of the texts of the same round between which this one decides; absent where it decides nothing. */
  readonly adjudicates?: readonly string[];
}

/** Where rounds are written. */
export const ROUND_PLACES = ['side-car', 'column', 'json'] as const;

export type RoundPlace = (typeof ROUND_PLACES)[number];

/** What an annotator does. `at` is when: ISO 8601, or milliseconds since 1970. */
export type AnnotatorAction = { readonly at: number | string } & (
  | { readonly do: 'go'; readonly row: number }
  | { readonly do: 'edit'; readonly text: string }
  | { readonly do: 'accept'; readonly lost?: readonly LostConcept[] }
  | { readonly do: 'flag'; readonly flag: string }
  | { readonly do: 'restore'; readonly round: number }
  /** Decides between the texts of one round: for one of them, or for a merge. */
  | { readonly do: 'adjudicate'; readonly round: number; readonly text: string }
  | { readonly do: 'skip' }
  | { readonly do: 'undo' | 'redo' | 'save' }
);
