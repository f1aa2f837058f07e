import type { Column } from '../../../extension/protocol/shards.ts';
import { quoteIfNeeded } from './completion.ts';

/** Statements to begin with, over the columns that there are. */
export function exampleStatements(columns: readonly Column[]): string[] {
  const number = columns.find(({ kind }) => kind === 'number');
  const text = columns.find(({ kind }) => kind === 'text');
  const examples = ['SELECT count(*) FROM shard'];
  if (number !== undefined) {
    const name = quoteIfNeeded(number.name);
    examples.push(`SELECT min(${name}), median(${name}), max(${name}) FROM shard`);
  }
  if (text !== undefined) {
    const name = quoteIfNeeded(text.name);
    examples.push(`SELECT ${name}, count(*) AS times\nFROM shard\nGROUP BY ${name}\nHAVING times > 1\nORDER BY times DESC`);
    examples.push(`SELECT *\nFROM shard\nWHERE length(${name}) < 20`);
  }
  examples.push('SUMMARIZE shard');
  return examples;
}
