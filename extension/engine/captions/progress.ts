import type { CaptionRound } from '../../protocol/captions.ts';
import { wordDistance } from '../../texts/edit-distance.ts';
import { wordDiff } from '../../texts/word-diff.ts';
import { wordsOf } from '../../texts/words.ts';
import { disputedStages, stagesOf } from './row-rounds.ts';

/** How far the rounds of a shard are. */
export interface Progress {
  readonly rows: number;
  /** Rows with at least one accepted round, and rows of which two texts of one round wait for a decision. */
  readonly begun: number;
  readonly disputed: number;
  /** Rows that need no further round, where a stop rule is given. */
  readonly stopped: number;
  readonly byRound: readonly Tally[];
  readonly byAnnotator: readonly Tally[];
  /** Days in UTC. */
  readonly byDay: readonly Tally[];
  readonly agreement: readonly Agreement[];
}

/** Accepted rounds of a round, an annotator or a day. */
export interface Tally {
  readonly name: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly flagged: number;
}

/** How two annotators agree: over the rounds that both made, and over those that the second made on a text of the first. */
export interface Agreement {
  readonly first: string;
  readonly second: string;
  /** Rounds that both made, and the mean edit distance of their texts, in words. */
  readonly sameRounds: number;
  readonly distance: number | null;
  /** Words that the first added or corrected, and the share of them that the second left in the next round. */
  readonly editedWords: number;
  readonly editsKept: number | null;
}

/** When a row is done: after so many rounds, or when the last one changed fewer words than this. */
export interface StopRule {
  readonly rounds: number | null;
  readonly distance: number | null;
}

/** Whether a row needs no further round; the alt-text is round 1. */
export function isStopped(rounds: readonly CaptionRound[], seed: string, rule: StopRule): boolean {
  const settled = stagesOf(rounds).flatMap((stage) => stage.settled ?? []);
  const last = settled.at(-1);
  if (last === undefined || disputedStages(rounds).length > 0) return false;
  if (rule.rounds !== null && last.round >= rule.rounds) return true;
  return rule.distance !== null && wordDistance(settled.at(-2)?.text ?? seed, last.text) < rule.distance;
}

/** Collects rows one by one. */
export class ProgressCount {
  readonly #rule: StopRule;
  readonly #tallies = { round: new Map<string, Tally>(), annotator: new Map<string, Tally>(), day: new Map<string, Tally>() };
  readonly #agreements = new Map<string, AgreementSums>();
  #begun = 0;
  #disputed = 0;
  #stopped = 0;

  constructor(rule: StopRule) {
    this.#rule = rule;
  }

  take(rounds: readonly CaptionRound[], seed: string): void {
    const stages = stagesOf(rounds);
    if (stages.length > 0) this.#begun++;
    if (stages.some(({ settled }) => settled === null)) this.#disputed++;
    if (isStopped(rounds, seed, this.#rule)) this.#stopped++;
    for (const round of rounds) {
      if (round.ended === null) continue;
      add(this.#tallies.round, String(round.round), round);
      add(this.#tallies.annotator, round.annotator, round);
      add(this.#tallies.day, new Date(round.ended).toISOString().slice(0, 10), round);
    }
    let before = seed;
    for (const [at, { versions, settled }] of stages.entries()) {
      this.#compare(versions);
      for (const version of versions) for (const next of stages[at + 1]?.versions ?? []) this.#follow(before, version, next);
      before = settled?.text ?? before;
    }
  }

  result(rows: number): Progress {
    const sorted = (tallies: ReadonlyMap<string, Tally>): Tally[] => [...tallies.values()].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
    const agreement = [...this.#agreements.values()].map(({ first, second, sameRounds, distance, editedWords, kept }) => ({
      first, second, sameRounds, editedWords,
      distance: sameRounds === 0 ? null : distance / sameRounds,
      editsKept: editedWords === 0 ? null : kept / editedWords,
    })); // prettier-ignore
    const { round, annotator, day } = this.#tallies;
    return { rows, begun: this.#begun, disputed: this.#disputed, stopped: this.#stopped, byRound: sorted(round), byAnnotator: sorted(annotator), byDay: sorted(day), agreement };
  }

  /** Two texts of one round. */
  #compare(versions: readonly CaptionRound[]): void {
    for (const [at, a] of versions.entries()) {
      for (const b of versions.slice(at + 1)) {
        const [first, second] = a.annotator < b.annotator ? [a, b] : [b, a];
        const sums = this.#sums(first.annotator, second.annotator);
        sums.sameRounds++;
        sums.distance += wordDistance(first.text, second.text);
      }
    }
  }

  /** What the next round left of a round's words. */
  #follow(before: string, round: CaptionRound, next: CaptionRound): void {
    if (round.annotator === next.annotator) return;
    const put = wordDiff(before, round.text).flatMap((change) => (change.kind === 'added' ? wordsOf(change.text) : change.kind === 'corrected' ? wordsOf(change.to) : []));
    const left = new Map<string, number>();
    for (const word of wordsOf(next.text)) left.set(word, (left.get(word) ?? 0) + 1);
    const sums = this.#sums(round.annotator, next.annotator);
    for (const word of put) {
      const count = left.get(word) ?? 0;
      sums.editedWords++;
      if (count > 0) sums.kept++;
      left.set(word, count - 1);
    }
  }

  #sums(first: string, second: string): AgreementSums {
    const key = JSON.stringify([first, second]);
    const known = this.#agreements.get(key) ?? { first, second, sameRounds: 0, distance: 0, editedWords: 0, kept: 0 };
    this.#agreements.set(key, known);
    return known;
  }
}

interface AgreementSums {
  readonly first: string;
  readonly second: string;
  sameRounds: number;
  distance: number;
  editedWords: number;
  kept: number;
}

function add(tallies: Map<string, Tally>, name: string, round: CaptionRound): void {
  const { rounds, seconds, flagged } = tallies.get(name) ?? { rounds: 0, seconds: 0, flagged: 0 };
  tallies.set(name, { name, rounds: rounds + 1, seconds: seconds + round.seconds, flagged: flagged + (round.flags.length > 0 ? 1 : 0) });
}
