import type { ColumnPath, Condition } from '../../../extension/protocol/queries.ts';

/** DuckDB's word for how long a value is: a text's characters, a list's items, a blob's bytes. */
export type LengthFunction = 'length' | 'len' | 'octet_length';

/** A range of lengths, as a chart of lengths selects it. */
export interface LengthRange {
  readonly of: LengthFunction;
  readonly column: ColumnPath;
  readonly min?: number;
  /** Itself left out. */
  readonly below?: number;
}

const PATTERN = /^(?<of>length|len|octet_length)\((?<name>"(?:[^"]|"")*"(?:\."(?:[^"]|"")*")*)\) (?:BETWEEN (?<from>\d+) AND (?<to>\d+)|>= (?<min>\d+)|< (?<below>\d+))$/;

/** A condition on the length of a column's values. The language of filters has none, SQL has. */
export function lengthCondition({ of, column, min, below }: LengthRange): Condition {
  const length = `${of}(${column.map((name) => `"${name.replaceAll('"', '""')}"`).join('.')})`;
  if (min !== undefined && below !== undefined) return { type: 'sql', where: `${length} BETWEEN ${min} AND ${Math.max(min, below - 1)}` };
  return { type: 'sql', where: min === undefined ? `${length} < ${below ?? 0}` : `${length} >= ${min}` };
}

/** The range of lengths that such a condition stands for; null for any other one. */
export function lengthRange(condition: Condition): LengthRange | null {
  const groups = condition.type === 'sql' ? PATTERN.exec(condition.where)?.groups : undefined;
  const names = groups?.name?.match(/"(?:[^"]|"")*"/g)?.map((name) => name.slice(1, -1).replaceAll('""', '"'));
  const [first, ...fields] = names ?? [];
  if (groups === undefined || first === undefined) return null;
  const { of, from, to, min, below } = groups;
  const start = from ?? min;
  const end = to === undefined ? below : String(Number(to) + 1);
  return {
    of: of as LengthFunction,
    column: [first, ...fields],
    ...(start === undefined ? {} : { min: Number(start) }),
    ...(end === undefined ? {} : { below: Number(end) }),
  };
}
