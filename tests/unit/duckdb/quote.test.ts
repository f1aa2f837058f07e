import { afterAll, expect, it } from 'vitest';
import { quoteText } from '../../../extension/engine/duckdb/quote.ts';
import { closeDuckdb, query } from '../../../extension/engine/duckdb/session.ts';

afterAll(closeDuckdb);

it.each([
  ['quotes', "it's ''quoted''"],
  ['NUL characters between others', 'a\0é\0😀'],
  ['more NUL characters than an expression may be deep', '\0'.repeat(5_000)],
])('gives a text with %s back', async (_, text) => {
  expect((await query(`SELECT ${quoteText(text)}`, [])).columns).toEqual([[text]]);
});
