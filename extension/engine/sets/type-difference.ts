import type { Column, ColumnKind, ShardFormat } from '../../protocol/shards.ts';
import { hasNoValues, type ColumnVersion } from './column-version.ts';
import { short } from './wording.ts';

/** Types of one column that are named; the rest is counted. */
const NAMED = 3;

/** What values told is a finer word for what the type alone says. */
const COARSE: Partial<Record<ColumnKind, ColumnKind>> = { image: 'bytes', vector: 'list' };

/**
 * `INTEGER in a.parquet and 2 more, BIGINT in b.parquet`; null where the shards agree. Parquet declares types, so every
 * difference counts. JSON shows what was seen so far: only another kind of value is a difference.
 */
export function typeDifference(versions: readonly ColumnVersion[], nameOf: (part: number) => string): string | null {
  const typed = versions.filter(({ column }) => !hasNoValues(column));
  const declared = new Set(typed.filter(({ format }) => format === 'parquet').map(({ column }) => column.type));
  const kinds = new Set(typed.map(({ column }) => coarse(column)));
  if (declared.size <= 1 && kinds.size <= 1) return null;
  const groups = new Map<string, number[]>();
  for (const { column, format, parts } of typed) {
    const word = format === 'parquet' ? column.type : seen(column, format);
    groups.set(word, [...(groups.get(word) ?? []), ...parts]);
  }
  const words = [...groups].sort(([, a], [, b]) => first(a) - first(b)).map(([type, parts]) => `${short(type)} in ${where(parts, nameOf)}`);
  return words.slice(0, NAMED).join(', ') + (words.length > NAMED ? ` and ${words.length - NAMED} other types` : '');
}

function coarse({ kind }: Column): ColumnKind {
  return COARSE[kind] ?? kind;
}

/** The word for a type that was seen, without what only some values have. */
function seen({ type, kind }: Column, format: ShardFormat): string {
  if (format === 'webdataset' || format === 'tar') return type;
  return kind === 'struct' ? 'object' : kind === 'list' || kind === 'vector' ? 'array' : type.replace(/ \| null$/, '');
}

function where(parts: readonly number[], nameOf: (part: number) => string): string {
  return short(nameOf(first(parts))) + (parts.length > 1 ? ` and ${parts.length - 1} more` : '');
}

/** The least of many, which spreading them into one call might not survive. */
function first(parts: readonly number[]): number {
  return parts.reduce((least, part) => Math.min(least, part), Infinity);
}
