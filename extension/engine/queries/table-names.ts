import type { Column } from '../../protocol/shards.ts';

/**
 * Names by which SQL knows the columns of a table. DuckDB takes names without case: of columns that it cannot tell
 * apart the first keeps its name, later ones get a number.
 */
export function sqlNames(columns: readonly Pick<Column, 'name'>[]): string[] {
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()));
  const seen = new Set<string>();
  return columns.map(({ name }) => {
    const key = name.toLowerCase();
    if (!seen.has(key)) {
      seen.add(key);
      return name;
    }
    let number = 1;
    while (taken.has(`${key}_${number}`)) number++;
    taken.add(`${key}_${number}`);
    return `${name}_${number}`;
  });
}
