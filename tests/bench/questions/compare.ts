import { interleaved, median, report, verdict } from '../measure.ts';
import type { Peer } from '../peers/peer.ts';
import type { Dataset } from '../dataset-data.ts';
import type { LoupeSet } from './loupe-set.ts';
import { SameAnswers, type Answerer, type MeasuredColumn, type Question } from './question.ts';

const ROUNDS = 5;
const TOOLS = ['pandas', 'pyarrow'] as const;

/** What `dataset_peer.py` is asked. */
export interface DatasetRequest {
  readonly tool: (typeof TOOLS)[number];
  readonly format: 'parquet' | 'jsonl';
  readonly files: readonly string[];
  readonly question: Question | { readonly kind: 'load' };
}

/** A set that everybody is asked about. */
export interface Compared {
  readonly title: string;
  readonly format: DatasetRequest['format'];
  readonly dataset: Dataset;
  /** Opens the set anew, with nothing counted yet. */
  readonly open: () => Promise<LoupeSet>;
  readonly direct: Answerer;
  readonly peer: Peer<DatasetRequest> | null;
  /** Columns of which the headers are on screen. */
  readonly columns: readonly MeasuredColumn[];
  /** Questions about rows, other ones in every round; a count comes three times, as a threshold is dragged. */
  readonly rows: readonly { readonly title: string; readonly ask: (turn: number) => Question; readonly counts?: boolean }[];
}

/** Medians of a question by who was asked. */
type Times = Map<string, number>;

/** Asks everybody and prints how Loupe stands. @throws where Loupe and DuckDB do not say the same */
export async function compare(compared: Compared): Promise<void> {
  const same = new SameAnswers();
  const headers = await summaryQuestions(compared);
  const times = await askHeaders(compared, headers, same);
  for (const { title, ask, counts = false } of compared.rows) {
    for (const [step, medians] of (await askRows(compared, ask, counts ? COUNTS : [''], same)).entries()) times.set(counts ? `${title}, ${COUNTS[step] ?? ''}` : title, medians);
  }
  await askPeers(compared, headers, times);
  for (const [title, medians] of times) report(`${compared.title}: ${title}`, medians);
  const [header] = times.values();
  if (header === undefined) return;
  limit(`${compared.title}: header statistics of ${headers.length} columns`, header);
  for (const [title, medians] of times) if (!title.startsWith('header')) limit(`${compared.title}: ${title}`, medians);
}

/** The first count of a filter, the second one, in which one threshold is another, and those that follow. */
const COUNTS = ['first', 'second', 'dragged'] as const;

function limit(what: string, medians: Times): void {
  verdict(what, medians.get('loupe') ?? 0, (medians.get('duckdb') ?? 0) * 1.1 + 10, 'ms');
}

type Header = Extract<Question, { kind: 'summary' }>;

async function summaryQuestions({ open, columns }: Compared): Promise<Header[]> {
  const set = await open();
  const headers: Header[] = [];
  for (const column of columns) headers.push({ kind: 'summary', column, bins: await set.bins(column) });
  await set.close();
  return headers;
}

/** All columns, one after the other as the editor asks for them, each time of a set that was opened anew. */
async function askHeaders({ open, direct }: Compared, headers: readonly Header[], same: SameAnswers): Promise<Map<string, Times>> {
  const columns = new Map<string, Map<string, number[]>>(headers.map(({ column }) => [column.name, new Map<string, number[]>()]));
  const askAll = async (name: string, answerer: Answerer, turn: number): Promise<number> => {
    let total = 0;
    for (const question of headers) {
      const { ms, facts } = await answerer.ask(question);
      same.check(question, facts);
      total += ms;
      const told = columns.get(question.column.name);
      if (turn >= 0) told?.set(name, [...(told.get(name) ?? []), ms]);
    }
    return total;
  };
  const whole = await interleaved(
    [
      { name: 'loupe', run: (turn) => opened(open, (set) => askAll('loupe', set, turn)) },
      { name: 'duckdb', run: (turn) => askAll('duckdb', direct, turn) },
    ],
    ROUNDS,
  );
  const each = [...columns].map(([column, told]) => [`header of ${column}`, inOrder(told)] as const);
  return new Map([['header statistics', new Map(whole)], ...each]);
}

/** Loupe first, whoever was asked first. */
function inOrder(told: ReadonlyMap<string, readonly number[]>): Times {
  return new Map(['loupe', 'duckdb'].map((name) => [name, median(told.get(name) ?? [])]));
}

/** A question in steps, with another value in each: what Loupe remembers of one may help it with the next. */
async function askRows({ open, direct }: Compared, ask: (turn: number) => Question, steps: readonly string[], same: SameAnswers): Promise<Times[]> {
  const found = steps.map(() => new Map<string, number[]>());
  const run = async (name: string, answerer: Answerer, turn: number): Promise<number> => {
    for (const [step, told] of found.entries()) {
      const question = ask(turn * steps.length + step);
      const { ms, facts } = await answerer.ask(question);
      same.check(question, facts);
      if (turn >= 0) told.set(name, [...(told.get(name) ?? []), ms]);
    }
    return 0;
  };
  await interleaved(
    [
      { name: 'loupe', run: (turn) => opened(open, (set) => run('loupe', set, turn)) },
      { name: 'duckdb', run: (turn) => run('duckdb', direct, turn) },
    ],
    ROUNDS,
  );
  return found.map(inOrder);
}

async function opened(open: () => Promise<LoupeSet>, work: (set: LoupeSet) => Promise<number>): Promise<number> {
  const set = await open();
  await set.look();
  const ms = await work(set);
  await set.close();
  return ms;
}

/** One round: enough to show by how much. */
async function askPeers({ title, format, dataset: { files }, peer, rows }: Compared, headers: readonly Header[], times: Map<string, Times>): Promise<void> {
  if (peer === null) return;
  for (const tool of TOOLS) {
    const ask = (question: DatasetRequest['question']): Promise<number> => peer.ask({ tool, format, files, question });
    if (format === 'jsonl') console.log(`${title}: ${tool} reads it into memory in ${((await ask({ kind: 'load' })) / 1000).toFixed(1)} s`);
    let total = 0;
    for (const header of headers) {
      const ms = await ask(header);
      total += ms;
      times.get(`header of ${header.column.name}`)?.set(tool, ms);
    }
    times.get('header statistics')?.set(tool, total);
    for (const { title: name, ask: of, counts = false } of rows) {
      const ms = await ask(of(0));
      for (const each of counts ? COUNTS.map((step) => `${name}, ${step}`) : [name]) times.get(each)?.set(tool, ms);
    }
  }
}

