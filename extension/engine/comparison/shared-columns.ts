import { VARCHAR, type DuckDBType } from '@duckdb/node-api';
import type { Column } from '../../protocol/shards.ts';
import type { ColumnRef, Relation } from '../queries/relation.ts';
import { sameType, uniteTypes } from '../queries/unite-types.ts';

/** Columns that can name a row, the surest first; names are compared without case. */
const KEYS = ['uid', 'uuid', '__key__', 'key', 'id', 'sample_id', 'doc_id', 'image_key'];

/** Columns that two shards have both, and those that only one has. */
export interface SharedColumns {
  readonly names: readonly string[];
  readonly own: readonly ColumnRef[];
  readonly other: readonly ColumnRef[];
  readonly ownOnly: readonly string[];
  readonly otherOnly: readonly string[];
}

/** Pairs columns by name; of several with one name the first with the first, and so on. The column that a set adds is none. */
export function sharedColumns(own: readonly Column[], other: readonly Column[]): SharedColumns {
  const [ownRoles, otherRoles] = [byRole(own), byRole(other)];
  const shared = [...ownRoles].filter(([role]) => otherRoles.has(role));
  return {
    names: shared.map(([, { name }]) => name),
    own: shared.map(([, column]) => refOf(column)),
    other: shared.map(([role]) => refOf(otherRoles.get(role))),
    ownOnly: [...ownRoles].filter(([role]) => !otherRoles.has(role)).map(([, { name }]) => name),
    otherOnly: [...otherRoles].filter(([role]) => !ownRoles.has(role)).map(([, { name }]) => name),
  };
}

/** Places, among the shared columns, of those that may be keys. */
export function keyCandidates(names: readonly string[]): number[] {
  const lower = names.map((name) => name.toLowerCase());
  return KEYS.map((key) => lower.indexOf(key)).filter((place) => place >= 0);
}

/** SQL of every shared column on either side, brought to a type that both sides have. */
export function comparable(own: Relation, other: Relation): { readonly own: string[]; readonly other: string[] } {
  const types = own.types.map((type, i) => uniteTypes([type, other.types[i] ?? VARCHAR]) ?? VARCHAR);
  return { own: own.types.map((type, i) => cast(i, type, types[i])), other: other.types.map((type, i) => cast(i, type, types[i])) };
}

function cast(place: number, type: DuckDBType, wanted: DuckDBType = VARCHAR): string {
  return sameType(type, wanted) ? `v${place}` : `CAST(v${place} AS ${wanted.toString()})`;
}

function byRole(columns: readonly Column[]): Map<string, Column> {
  const roles = new Map<string, Column>();
  const seen = new Map<string, number>();
  for (const column of columns) {
    if (column.origin?.kind === 'set') continue;
    const occurrence = seen.get(column.name) ?? 0;
    seen.set(column.name, occurrence + 1);
    roles.set(`${occurrence} ${column.name}`, column);
  }
  return roles;
}

function refOf(column: Column | undefined): ColumnRef {
  return { index: column?.index ?? 0, fields: [] };
}
