import { QUANTILES } from '../../../extension/protocol/statistics.ts';
import { quoteName, quoteText } from '../../../extension/engine/duckdb/quote.ts';
import type { DirectDuckdb, DirectRows } from '../peers/duckdb.ts';
import { spreadOf } from './spread.ts';
import { isFrequent, PAGE, type Answer, type Answerer, type Bins, type Facts, type MeasuredColumn, type Question } from './question.ts';

/** Values that a header names. */
const TOP = 20;

/** The same questions in SQL as one writes it by hand, over files or a table. */
export class DirectSet implements Answerer {
  readonly #duckdb: DirectDuckdb;
  readonly #from: string;

  /** @param from SQL of the table */
  constructor(duckdb: DirectDuckdb, from: string) {
    this.#duckdb = duckdb;
    this.#from = from;
  }

  async ask(question: Question): Promise<Answer> {
    switch (question.kind) {
      case 'summary':
        return this.#summary(question.column, question.bins);
      case 'count':
        return this.#answer([`SELECT count(*)::DOUBLE FROM ${this.#from} WHERE ${atLeast(question)}`], ([rows]) => ({ kept: rows?.[0]?.[0] }));
      case 'top':
        return this.#page(question.column, `ORDER BY ${quoteName(question.column)} DESC NULLS LAST`, (values) => ({ scores: values.map(Number) }));
      case 'filter':
        return this.#page(question.column, `WHERE ${atLeast(question)}`, (values) => ({ scores: values.map(Number) }));
      case 'search': {
        const tests = question.columns.map((column) => `contains(lower(${quoteName(column)}), ${quoteText(question.text.toLowerCase())})`);
        return this.#page(question.columns[0] ?? '', `WHERE ${tests.join(' OR ')}`, (texts) => ({ rows: texts.length, texts }));
      }
    }
  }

  async #answer(statements: readonly string[], facts: (results: readonly DirectRows[]) => Facts): Promise<Answer> {
    const { ms, results } = await this.#duckdb.ask(statements);
    return { ms, facts: facts(results) };
  }

  #page(column: string, rest: string, facts: (values: readonly unknown[]) => Facts): Promise<Answer> {
    const sql = `SELECT *, ${quoteName(column)}::VARCHAR AS told FROM ${this.#from} ${rest} LIMIT ${PAGE}`;
    return this.#answer([sql], ([rows = []]) => facts(rows.map((row) => row.at(-1))));
  }

  #summary(column: MeasuredColumn, bins: Bins): Promise<Answer> {
    const x = quoteName(column.name);
    const from = this.#from;
    switch (column.measure) {
      case 'numbers':
      case 'names':
        return this.#answer([`SELECT ${x}::VARCHAR, ${column.measure === 'names' ? `length(${x})` : x}::DOUBLE, count(*)::DOUBLE AS n FROM ${from} GROUP BY ${x} ORDER BY n DESC, ${x}`], ([rows = []]) => {
          const spread = spreadOf(rows.map(([, value, count]) => [value, count]), bins);
          return { ...spread, named: named(rows.filter(([value]) => value !== null).map(([value, , count]) => [value, count]), spread.rows) };
        });
      case 'lengths':
        return this.#answer(
          [
            `SELECT count(*)::DOUBLE, count(${x})::DOUBLE, approx_count_distinct(${x})::DOUBLE, map_entries(histogram(length(${x})))::JSON::VARCHAR FROM ${from}`,
            `SELECT ${x}, count(*)::DOUBLE AS n FROM ${from} WHERE ${x} IS NOT NULL GROUP BY ${x} ORDER BY n DESC, ${x} LIMIT ${TOP}`,
          ],
          ([facts, top = []]) => {
            const [rows, held, , lengths] = facts?.[0] ?? [];
            const counted = (JSON.parse(String(lengths)) as { key: number; value: number }[]).map(({ key, value }) => [key, value]);
            return { ...spreadOf([...counted, [null, Number(rows) - Number(held)]], bins), named: named(top, Number(rows)) };
          },
        );
      case 'values':
        return this.#answer([valuesSql(x, from), binsSql(x, column.type, from, bins)], ([facts, counts]) => {
          const [rows, held, min, max, , , quantiles] = facts?.[0] ?? [];
          const [onLastEdge = 0, ...descending] = JSON.parse(String(counts?.[0]?.[0])) as number[];
          const [last = 0, ...others] = descending;
          return { rows, nulls: Number(rows) - Number(held), min, max, quantiles: String(quantiles), bins: [last + onLastEdge, ...others].reverse().join(' ') };
        });
      case 'objects':
        return this.#answer([`SELECT count(*)::DOUBLE, count(${x})::DOUBLE FROM ${from}`], ([rows]) => {
          const [all, held] = rows?.[0] ?? [];
          return { rows: all, nulls: Number(all) - Number(held) };
        });
    }
  }
}

function valuesSql(x: string, from: string): string {
  return `SELECT count(*)::DOUBLE, count(${x})::DOUBLE, min(${x})::VARCHAR, max(${x})::VARCHAR, approx_count_distinct(${x})::DOUBLE,
    TRY_CAST(avg(${x}) AS VARCHAR), array_to_string(quantile_disc(${x}, [${QUANTILES.join(', ')}])::VARCHAR[], ' ') FROM ${from}`;
}

/** Counts between edges from the last to the first. DuckDB's bins hold their upper edge and ours the lower one: numbers are turned round. */
function binsSql(x: string, type: string, from: string, bins: Bins): string {
  const turned = (value: string): string => (type === 'TIMESTAMP' ? `-epoch_us(${value})` : `-${value}`);
  const edges = bins.map((edge) => turned(`CAST(${quoteText(edge)} AS ${type})`)).reverse();
  return `SELECT map_values(histogram(${turned(x)}, [${edges.join(', ')}]))::JSON::VARCHAR FROM ${from}`;
}

function atLeast({ column, min }: Extract<Question, { kind: 'count' | 'filter' }>): string {
  return `${quoteName(column)} >= ${min}`;
}

function named(top: DirectRows, rows: number): string {
  return top.slice(0, TOP).filter(([, count]) => isFrequent(Number(count), rows)).map(([value, count]) => `${String(value)} ${Number(count)}`).join(', ');
}
