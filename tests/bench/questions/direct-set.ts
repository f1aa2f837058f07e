import { QUANTILES } from '../../../extension/protocol/statistics.ts';
import { quoteName, quoteText } from '../../../extension/engine/duckdb/quote.ts';
import type { DirectDuckdb, DirectRows } from '../peers/duckdb.ts';
import { countsOf, spreadOf } from './spread.ts';
import { PAGE, type Answer, type Answerer, type Bins, type Facts, type MeasuredColumn, type Question } from './question.ts';

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

  #summary({ name, measure }: MeasuredColumn, bins: Bins): Promise<Answer> {
    const x = quoteName(name);
    const from = this.#from;
    switch (measure) {
      case 'numbers':
      case 'names':
        return this.#answer([`SELECT ${x}::VARCHAR, ${measure === 'names' ? `length(${x})` : x}::DOUBLE, count(*)::DOUBLE AS n FROM ${from} GROUP BY ${x} ORDER BY n DESC, ${x}`], ([rows = []]) => ({
          ...spreadOf(rows.map(([, value, count]) => [value, count]), bins),
          named: named(rows.filter(([value]) => value !== null).map(([value, , count]) => [value, count])),
        }));
      case 'lengths':
        return this.#answer(
          [
            `SELECT length(${x})::DOUBLE AS m, count(*)::DOUBLE FROM ${from} GROUP BY m`,
            `SELECT approx_count_distinct(${x})::DOUBLE FROM ${from}`,
            `SELECT ${x}, count(*)::DOUBLE AS n FROM ${from} WHERE ${x} IS NOT NULL GROUP BY ${x} ORDER BY n DESC, ${x} LIMIT ${TOP}`,
          ],
          ([lengths = [], , top = []]) => ({ ...spreadOf(lengths, bins), named: named(top) }),
        );
      case 'values':
        return this.#answer([valuesSql(x, from), binsSql(x, from, bins)], ([facts, below]) => {
          const [rows, held, min, max, , , quantiles] = facts?.[0] ?? [];
          return { rows, nulls: Number(rows) - Number(held), min, max, quantiles: String(quantiles), bins: countsOf([...(below?.[0] ?? []).map(Number), Number(held)]).join(' ') };
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

/** One row: how many values lie below each edge but the first and the last. */
function binsSql(x: string, from: string, bins: Bins): string {
  const below = bins.slice(1, -1).map((edge) => `count(*) FILTER (WHERE ${x} < ${quoteText(edge)})::DOUBLE`);
  return `SELECT ${below.join(', ')} FROM ${from}`;
}

function atLeast({ column, min }: Extract<Question, { kind: 'count' | 'filter' }>): string {
  return `${quoteName(column)} >= ${min}`;
}

function named(top: DirectRows): string {
  return top.slice(0, TOP).filter(([, count]) => Number(count) > 1).map(([value, count]) => `${String(value)} ${Number(count)}`).join(', ');
}
