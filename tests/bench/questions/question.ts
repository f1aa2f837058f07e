import type { ColumnSummary } from '../../../extension/protocol/statistics.ts';

/**
 * How a skilled person would ask for a column's distribution.
 *
 * - `numbers`, `names`: few different numbers or texts: each is counted
 * - `values`: numbers and times of which most are different
 * - `lengths`: texts: how long they are, and which are the most frequent
 * - `objects`: only how many there are
 */
export type Measure = 'numbers' | 'names' | 'values' | 'lengths' | 'objects';

/** `type`: DuckDB's. */
export type MeasuredColumn = { readonly name: string } & ({ readonly measure: Exclude<Measure, 'values'> } | { readonly measure: 'values'; readonly type: 'FLOAT' | 'DOUBLE' | 'TIMESTAMP' });

/** What is asked of a set, by Loupe's user or of another tool. */
export type Question =
  /** `bins`: where its bars begin and end, which Loupe chose. */
  | { readonly kind: 'summary'; readonly column: MeasuredColumn; readonly bins: Bins }
  /** The rows with the largest values. */
  | { readonly kind: 'top'; readonly column: string }
  /** The first rows with at least this value. */
  | { readonly kind: 'filter'; readonly column: string; readonly min: number }
  /** How many rows have at least this value. */
  | { readonly kind: 'count'; readonly column: string; readonly min: number }
  /** The rows in which one of these columns, which are all that hold text, has this text in small or capital letters. */
  | { readonly kind: 'search'; readonly columns: readonly string[]; readonly text: string };

/** Edges of bars as texts of the column's type. */
export type Bins = readonly string[];

/** Rows of a page. */
export const PAGE = 100;

/** Facts of an answer that have to be the same whoever gives them. */
export type Facts = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly ms: number;
  readonly facts: Facts;
}

export interface Answerer {
  ask(question: Question): Promise<Answer>;
}

/**
 * The facts of a summary that are compared. Estimates are left out, and values that hardly ever occur: among millions of
 * different ones nothing is named that may not be among the most frequent.
 */
export function summaryFacts({ rows, nulls, min, max, quantiles = [], histogram, top = [] }: ColumnSummary, { measure }: MeasuredColumn): Facts {
  const spread = { min, max, quantiles: quantiles.join(' '), bins: (histogram?.counts ?? []).join(' ') };
  const named = top.filter(({ count }) => isFrequent(count, rows)).map(({ value, count }) => `${value} ${count}`).join(', ');
  return { rows, nulls, ...(measure === 'objects' ? {} : spread), ...(measure === 'objects' || measure === 'values' ? {} : { named }) };
}

/** Whether a value is so frequent that everybody has to name it. */
export function isFrequent(count: number, rows: number): boolean {
  return count > rows / 10_000;
}

/** Compares answers: whoever is asked the same has to say the same. */
export class SameAnswers {
  readonly #facts = new Map<string, string>();

  /** @throws where an earlier answer was another */
  check(question: Question, facts: Facts): void {
    const key = JSON.stringify(question);
    const told = JSON.stringify(facts);
    const before = this.#facts.get(key) ?? told;
    if (before !== told) throw new Error(`${key} has two answers:\n  ${before}\n  ${told}`);
    this.#facts.set(key, told);
  }
}
