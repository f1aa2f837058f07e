import type { DuckDBType } from '@duckdb/node-api';
import type { DiskCache, HeldFile } from '../cache/disk-cache.ts';
import type { Attachment } from '../duckdb/attachments.ts';
import { quoteText } from '../duckdb/quote.ts';
import { attach, query } from '../duckdb/session.ts';

/** Goes up when tables are filled in another way. */
export const TABLE_FORMAT = 1;

/** What a table says of itself. */
export interface TableFacts {
  readonly format: number;
  readonly rows: number;
  /** Ids of its fields: the n-th is in columns `cn` and `kn`. */
  readonly fields: readonly string[];
}

/** A complete table of the cache, ready for queries. */
export interface TableFile {
  readonly alias: string;
  readonly fields: readonly string[];
  readonly types: readonly DuckDBType[];
  release(): Promise<void>;
}

/** Statement that makes a table tell what it is. */
export function factsSql(alias: string, facts: TableFacts): string {
  return `CREATE TABLE ${alias}.about AS SELECT ${quoteText(JSON.stringify(facts))} AS facts`;
}

/** Opens a table; one that is damaged, foreign or not of so many rows is taken out of the cache, and null. */
export async function openTable(cache: DiskCache, held: HeldFile, rows: number): Promise<TableFile | null> {
  let attached: Attachment | null = null;
  try {
    const attachment = await attach(held.path);
    attached = attachment;
    const { alias } = attachment;
    const facts = await readFacts(alias);
    const { types } = await query(`SELECT ${facts.fields.map((_, at) => `c${at}, k${at}`).join(', ')} FROM ${alias}.rows LIMIT 0`, []);
    const count = await query(`SELECT count(*)::INTEGER FROM ${alias}.rows`, []);
    if (facts.format !== TABLE_FORMAT || facts.rows !== rows || Number(count.columns[0]?.[0]) !== rows) throw new Error('It is another table.');
    return {
      alias,
      fields: facts.fields,
      types: types.filter((_, at) => at % 2 === 0),
      release: async () => {
        await attachment.release();
        await held.release();
      },
    };
  } catch {
    await attached?.release();
    await cache.discard(held);
    return null;
  }
}

async function readFacts(alias: string): Promise<TableFacts> {
  const { columns } = await query(`SELECT facts FROM ${alias}.about`, []);
  const facts = JSON.parse(String(columns[0]?.[0])) as Partial<TableFacts>;
  const { format = 0, rows = -1, fields } = facts;
  if (!Array.isArray(fields)) throw new Error('It does not say what it holds.');
  return { format, rows, fields: fields.map(String) };
}
