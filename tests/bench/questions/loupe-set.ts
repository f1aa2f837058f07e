import type { Query, ResultState } from '../../../extension/protocol/queries.ts';
import type { ShardState } from '../../../extension/protocol/shards.ts';
import type { EngineProcess } from '../../support/engine-process.ts';
import { poll } from '../../support/poll.ts';
import { PAGE, summaryFacts, type Answer, type Answerer, type Bins, type Facts, type MeasuredColumn, type Question } from './question.ts';

/** Milliseconds until all shards are counted. */
const PATIENCE = 600_000;

/** A set of shards open in the real engine, asked over RPC as the editor does. */
export class LoupeSet implements Answerer {
  readonly #engine: EngineProcess;
  readonly #shard: number;
  readonly #state: ShardState;

  private constructor(engine: EngineProcess, shard: number, state: ShardState) {
    this.#engine = engine;
    this.#shard = shard;
    this.#state = state;
  }

  /** Resolves when the rows of all shards are known. */
  static async open(engine: EngineProcess, folder: string, patterns: readonly string[] = ['.']): Promise<LoupeSet> {
    const { shard, state } = await engine.request('shard/open', { location: { kind: 'set', folder, patterns } });
    const complete = await poll('the rows of all shards', () => [engine.states.get(shard) ?? state].find(({ rowsComplete }) => rowsComplete), PATIENCE);
    return new LoupeSet(engine, shard, complete);
  }

  /** What the editor does before anything else: it shows the distribution of the first rows. */
  async look(): Promise<void> {
    const column = this.#state.columns.at(-1)?.name ?? '';
    await this.#engine.request('shard/summary', { shard: this.#shard, column: [column], quick: true });
  }

  get rows(): number {
    return this.#state.rows;
  }

  /** Forgets what was counted; the cache keeps its tables. */
  async close(): Promise<void> {
    await this.#engine.request('shard/close', { shard: this.#shard });
  }

  async ask(question: Question): Promise<Answer> {
    switch (question.kind) {
      case 'summary':
        return this.#summary(question.column);
      case 'count':
        return this.#count({ conditions: [atLeast(question)], sort: [] });
      case 'top':
        return this.#page({ conditions: [], sort: [{ column: [question.column], descending: true }] }, question.column, (texts) => ({ scores: texts.map(Number) }));
      case 'filter':
        return this.#page({ conditions: [atLeast(question)], sort: [] }, question.column, (texts) => ({ scores: texts.map(Number) }));
      case 'search':
        return this.#page({ conditions: [{ type: 'text', text: question.text, matchCase: false, regex: false }], sort: [] }, question.columns[0] ?? '', (texts) => ({ rows: texts.length, texts }));
    }
  }

  /** Where Loupe puts the bars of a column. */
  async bins({ name }: MeasuredColumn): Promise<Bins> {
    const { histogram } = await this.#engine.request('shard/summary', { shard: this.#shard, column: [name], quick: false });
    return histogram?.edgeTexts ?? [];
  }

  async #summary(column: MeasuredColumn): Promise<Answer> {
    const begin = performance.now();
    const summary = await this.#engine.request('shard/summary', { shard: this.#shard, column: [column.name], quick: false });
    return { ms: performance.now() - begin, facts: summaryFacts(summary, column) };
  }

  async #count(query: Query): Promise<Answer> {
    const begin = performance.now();
    const { kept } = await this.#engine.request('shard/count', { shard: this.#shard, query });
    return { ms: performance.now() - begin, facts: { kept } };
  }

  /** The query and its first page; the page waits until its rows are found, or there are no more. */
  async #page(query: Query, column: string, facts: (texts: readonly string[]) => Facts): Promise<Answer> {
    const columns = this.#state.columns.map(({ index }) => index);
    const begin = performance.now();
    const { result }: ResultState = await this.#engine.request('shard/query', { shard: this.#shard, query });
    const page = await this.#engine.request('shard/page', { shard: this.#shard, result, start: 0, end: PAGE, columns });
    const ms = performance.now() - begin;
    await this.#engine.request('shard/closeResult', { shard: this.#shard, result });
    const at = this.#state.columns.findIndex(({ name }) => name === column);
    return { ms, facts: facts(page.columns[at]?.texts ?? []) };
  }
}

function atLeast({ column, min }: Extract<Question, { kind: 'count' | 'filter' }>): Query['conditions'][number] {
  return { type: 'range', column: [column], min: String(min) };
}
