import type { ColumnPath } from '../../../extension/protocol/queries.ts';
import type { ColumnRole, Preset, RecognisedColumn } from '../../../extension/protocol/scores.ts';
import { toLoupeError } from '../../../extension/rpc/failure.ts';
import { samePath } from '../filters/conditions.ts';

/** What the columns are for, and the published filters that they allow. */
export interface ScoreKnowledge {
  readonly columns: readonly RecognisedColumn[];
  readonly presets: readonly Preset[];
  /** Asked and answered, if only with nothing. */
  readonly known: boolean;
}

export type FetchScores = (corrections: readonly RecognisedColumn[], signal: AbortSignal) => Promise<Omit<ScoreKnowledge, 'known'>>;

const NOTHING: ScoreKnowledge = { columns: [], presets: [], known: false };

/** Roles of the columns, asked for again when the user corrects one or the table's columns change. */
export class Scores {
  readonly #fetch: FetchScores;
  readonly #listeners = new Set<() => void>();
  #knowledge: ScoreKnowledge = NOTHING;
  #key = '';
  #flight: AbortController | null = null;

  constructor(fetch: FetchScores) {
    this.#fetch = fetch;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly get = (): ScoreKnowledge => this.#knowledge;

  /** @param key says which table and which corrections; the same key is not asked twice */
  follow(key: string, corrections: readonly RecognisedColumn[]): void {
    if (key === this.#key) return;
    this.#key = key;
    this.#flight?.abort();
    this.#flight = new AbortController();
    void this.#ask(corrections, this.#flight.signal);
  }

  async #ask(corrections: readonly RecognisedColumn[], signal: AbortSignal): Promise<void> {
    try {
      const { columns, presets } = await this.#fetch(corrections, signal);
      if (!signal.aborted) this.#set({ columns, presets, known: true });
    } catch (error) {
      if (signal.aborted) return;
      // Without roles everything works but the presets; a lost engine is asked again as another opening.
      if (toLoupeError(error).code === 'engine-lost') this.#key = '';
      else this.#set({ columns: corrections, presets: [], known: true });
    }
  }

  #set(knowledge: ScoreKnowledge): void {
    this.#knowledge = knowledge;
    for (const listener of this.#listeners) listener();
  }
}

/** What a column is for. */
export function roleOf({ columns }: ScoreKnowledge, column: ColumnPath): ColumnRole {
  return columns.find((candidate) => samePath(candidate.column, column))?.role ?? { role: 'none' };
}
