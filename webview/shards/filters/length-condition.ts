import type { ColumnPath, Condition } from '../../../extension/protocol/queries.ts';

/** A range of text lengths in code points, as a chart of lengths selects it. */
export interface LengthRange {
  readonly column: ColumnPath;
  readonly min?: number;
  /** Itself left out. */
  readonly below?: number;
}

const PATTERN = /^length\((?<name>"(?:[^"]|"")*"(?:\."(?:[^"]|"")*")*)\) (?:BETWEEN (?<from>\d+) AND (?<to>\d+)|>= (?<min>\d+)|< (?<below>\d+))$/;

/** A condition on the length of a text column. The language of filters has none, SQL has. */
export function lengthCondition({ column, min, below }: LengthRange): Condition {
  const length = `length(${column.map((name) => `"${name.replaceAll('"', '""')}"`).join('.')})`;
  if (min !== undefined && below !== undefined) return { type: 'sql', where: `${length} BETWEEN ${min} AND ${Math.max(min, below - 1)}` };
  return { type: 'sql', where: min === undefined ? `${length} < ${below ?? 0}` : `${length} >= ${min}` };
}

/** The range of lengths that such a condition stands for; null for any other one. */
export function lengthRange(condition: Condition): LengthRange | null {
  const groups = condition.type === 'sql' ? PATTERN.exec(condition.where)?.groups : undefined;
  const names = groups?.name?.match(/"(?:[^"]|"")*"/g)?.map((name) => name.slice(1, -1).replaceAll('""', '"'));
  const [first, ...fields] = names ?? [];
  if (groups === undefined || first === undefined) return null;
  const { from, to, min, below } = groups;
  const start = from ?? min;
  const end = to === undefined ? below : String(Number(to) + 1);
  return {
    column: [first, ...fields],
    ...(start === undefined ? {} : { min: Number(start) }),
    ...(end === undefined ? {} : { below: Number(end) }),
  };
}
