/** A text as an SQL expression. */
export function quoteText(text: string): string {
  // SQL text ends at a NUL character, and DuckDB's parser at a chain of a thousand of them.
  if (text.includes('\0')) return `decode(unhex('${Buffer.from(text).toString('hex')}'))`;
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as an SQL identifier. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""').replaceAll('\0', '\u2400')}"`;
}
