import { visit, type SyntaxNode } from '../queries/sql-syntax.ts';

/** Which columns a statement may look at. */
export interface ColumnUse {
  /** It looks at columns without naming them. */
  readonly every: boolean;
  /** Whether it may look at a column of this name. */
  readonly names: (name: string) => boolean;
}

/**
 * Columns that a statement uses, rather too many than too few: a column counts whose name is anywhere in the text, for
 * names stand in other places than references too (USING lists, EXCLUDE lists).
 */
export function columnUse(node: SyntaxNode, text: string): ColumnUse {
  const plain = text.toLowerCase();
  // Inside quotes a quote is written twice.
  const unquoted = plain.replaceAll('""', '"');
  return { every: usesEvery(node), names: (name) => plain.includes(name.toLowerCase()) || unquoted.includes(name.toLowerCase()) };
}

function usesEvery(node: SyntaxNode): boolean {
  const tables = new Set<unknown>();
  const alone = new Set<unknown>();
  const everyColumn: SyntaxNode[] = [];
  visit(node, (part) => {
    if (part.class === 'STAR' || part.ref_type === 'NATURAL') everyColumn.push(part);
    if (part.class === 'COLUMN_REF' && Array.isArray(part.column_names) && part.column_names.length === 1) alone.add(lower(part.column_names[0]));
    if (part.type === 'BASE_TABLE') for (const name of [part.table_name, part.alias]) tables.add(lower(name));
  });
  // A table's name as a value is its whole row.
  return everyColumn.length > 0 || [...alone].some((name) => tables.has(name));
}

function lower(name: unknown): string {
  return typeof name === 'string' ? name.toLowerCase() : '';
}
