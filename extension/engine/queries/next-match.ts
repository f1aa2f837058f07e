import type { NextMatch } from '../../protocol/queries.ts';
import { query as ask, stream } from '../duckdb/session.ts';
import type { Shard } from '../shards/shard.ts';
import { prepareQuery, type Circumstances, type PreparedQuery } from './prepared-query.ts';
import { queryError } from './query-error.ts';
import type { RowList } from './row-list.ts';
import type { RunningResult } from './running-result.ts';

/** Rows that are searched at first, because the next match is often near; each further step is so many times as long. */
const FIRST_STEP = 4_096;
const GROWTH = 4;

/** Positions of a sorted result that are looked up row by row before all matches are listed. */
const NEAR_POSITIONS = 2_048;

/** `[start, end)` of row numbers or positions. */
type Span = readonly [start: number, end: number];

/**
 * The next row that matches, from `match.from` on and with it, in the order of the table or of a result.
 * @returns its row number, or its position in the result; null when there is none up to the end
 * @throws LoupeError
 */
export async function nextMatch(shard: Shard, result: RunningResult | null, match: NextMatch, circumstances: Circumstances): Promise<number | null> {
  const conditions = [...(result?.query.conditions ?? []), match.condition];
  const query = { conditions, sort: [] };
  const prepared = await prepareQuery(shard, query, circumstances);
  const search = new MatchSearch(prepared, match.backwards, circumstances.signal);
  try {
    if (result === null) return await search.inRows(directed(match, prepared.relation.rows));
    return await searchResult(search, result, match, circumstances.signal);
  } catch (error) {
    throw queryError(shard.state().path, error, query);
  }
}

/** What is left of `[0, length)` from where the search goes on. */
function directed({ from, backwards }: NextMatch, length: number): Span {
  return backwards ? [0, Math.min(from + 1, length)] : [Math.max(0, from), length];
}

/** A result that is still growing is searched as far as it is there, and further as it grows. */
async function searchResult(search: MatchSearch, result: RunningResult, match: NextMatch, signal: AbortSignal): Promise<number | null> {
  let from = match.from;
  for (;;) {
    await result.until(() => result.rows.length > from, signal);
    const { ended, rows } = result;
    const found = await search.inPositions(result, directed({ ...match, from }, rows.length));
    if (found !== null || ended || match.backwards) return found;
    from = Math.max(from, rows.length);
  }
}

class MatchSearch {
  readonly #prepared: PreparedQuery;
  readonly #backwards: boolean;
  readonly #signal: AbortSignal;

  constructor(prepared: PreparedQuery, backwards: boolean, signal: AbortSignal) {
    this.#prepared = prepared;
    this.#backwards = backwards;
    this.#signal = signal;
  }

  async inPositions(result: RunningResult, span: Span): Promise<number | null> {
    const { rows } = result;
    if (span[0] >= span[1]) return null;
    if (!rows.ascending) return this.#inOrder(result, span);
    const row = await this.inRows([rows.at(span[0]), rows.at(span[1] - 1) + 1]);
    return row === null ? null : rows.indexOf(row);
  }

  /** The first matching row number of a span, or the last one. */
  async inRows([start, end]: Span): Promise<number | null> {
    const { row } = this.#prepared;
    const what = `${this.#backwards ? 'max' : 'min'}(${row})::DOUBLE`;
    for (let step = FIRST_STEP; start < end; step *= GROWTH) {
      const [low, high] = this.#backwards ? [Math.max(start, end - step), end] : [start, Math.min(end, start + step)];
      const { columns } = await ask(this.#prepared.select(what, [`${row} >= ${low}`, `${row} < ${high}`]), [], { signal: this.#signal });
      const found = columns[0]?.[0] ?? null;
      if (found !== null) return Number(found);
      if (this.#backwards) end = low;
      else start = high;
    }
    return null;
  }

  /** In a sorted result: near positions by themselves, then by a list of all matches, which is kept for the next time. */
  async #inOrder(result: RunningResult, [start, end]: Span): Promise<number | null> {
    const known = matchesOf(result, this.#prepared.select(''));
    const near: Span = this.#backwards ? [Math.max(start, end - NEAR_POSITIONS), end] : [start, Math.min(end, start + NEAR_POSITIONS)];
    const found = walk(result.rows, near, this.#backwards, known ?? (await this.#matchesAmong(result.rows.slice(...near))));
    if (found !== null) return found;
    const matches = known ?? (await this.#allMatches(result));
    return walk(result.rows, this.#backwards ? [start, near[0]] : [near[1], end], this.#backwards, matches);
  }

  async #matchesAmong(rows: readonly number[]): Promise<RowSet> {
    const found = new RowSet(this.#prepared.relation.rows);
    await this.#collect(found, [`${this.#prepared.row} IN (${rows.join(', ')})`]);
    return found;
  }

  async #allMatches(result: RunningResult): Promise<RowSet> {
    const found = new RowSet(this.#prepared.relation.rows);
    await this.#collect(found, []);
    if (result.ended) allMatches.set(result, { key: this.#prepared.select(''), rows: found });
    return found;
  }

  #collect(found: RowSet, tests: readonly string[]): Promise<void> {
    return stream(
      this.#prepared.select(`${this.#prepared.row}::DOUBLE`, tests),
      (chunk) => {
        const vector = chunk.getColumnVector(0);
        for (let i = 0; i < chunk.rowCount; i++) found.add(Number(vector.getItem(i)));
        return 'more';
      },
      { signal: this.#signal },
    );
  }
}

/** Some rows of a table, one bit each. */
class RowSet {
  readonly #bits: Uint8Array;

  constructor(tableRows: number) {
    this.#bits = new Uint8Array(Math.ceil(tableRows / 8));
  }

  add(row: number): void {
    const byte = Math.floor(row / 8);
    this.#bits[byte] = (this.#bits[byte] ?? 0) | (1 << (row % 8));
  }

  has(row: number): boolean {
    return ((this.#bits[Math.floor(row / 8)] ?? 0) & (1 << (row % 8))) !== 0;
  }
}

/** The matches of the last search in a sorted result. */
const allMatches = new WeakMap<RunningResult, { readonly key: string; readonly rows: RowSet }>();

function matchesOf(result: RunningResult, key: string): RowSet | null {
  const known = allMatches.get(result);
  return known?.key === key ? known.rows : null;
}

function walk(rows: RowList, [start, end]: Span, backwards: boolean, matches: RowSet): number | null {
  if (backwards) {
    for (let position = end - 1; position >= start; position--) if (matches.has(rows.at(position))) return position;
  } else {
    for (let position = start; position < end; position++) if (matches.has(rows.at(position))) return position;
  }
  return null;
}
