import type { CaptionRound } from '../../protocol/captions.ts';
import type { RoundsChange } from './row-rounds.ts';

/** What a place holds. */
export interface FoundRounds {
  /** By row; rows without rounds are not there. */
  readonly rows: ReadonlyMap<number, readonly CaptionRound[]>;
  /** What could not be read, in sentences: it stays where it is. */
  readonly remarks: readonly string[];
}

/** Where the rounds of a shard are kept. */
export interface RoundsPlace {
  /** @throws LoupeError */
  read(signal: AbortSignal): Promise<FoundRounds>;
  /**
   * Writes what changed, all of it or nothing. Places in the shard write the newest accepted text into the caption, too; a
   * side-car leaves the shard alone. What is there and was not read stays as it is.
   * @throws LoupeError
   */
  write(changes: ReadonlyMap<number, RoundsChange>, signal: AbortSignal): Promise<void>;
}
