import type { Column, ColumnKind, ShardFormat } from '../../protocol/shards.ts';
import { hasNoValues, type ColumnVersion } from './column-version.ts';
import { typeDifference } from './type-difference.ts';
import { short, shardCount } from './wording.ts';

/** The set's own column: which shard a row is of. */
export const SHARD_COLUMN: Column = { index: 0, name: 'shard', type: 'text', kind: 'text', origin: { kind: 'set' } };

/** One shard's columns as several shards may have them, and which do. */
interface Schema {
  readonly format: ShardFormat;
  readonly columns: readonly Column[];
  /** Column of the set by the shard's own. */
  readonly toSet: readonly number[];
  /** The shard's own column by the set's. */
  readonly toPart: ReadonlyMap<number, number>;
  /** Places of the shards in the set. */
  readonly parts: Set<number>;
}

/** The columns of all shards of a set, united by name. New ones come at the end: an index never changes its meaning. */
export class SchemaUnion {
  readonly #nameOf: (part: number) => string;
  readonly #schemas = new Map<string, Schema>();
  readonly #byPart = new Map<number, { readonly schema: Schema; readonly columns: readonly Column[] }>();
  /** Set columns by name and how many of that name come before in one shard. */
  readonly #indexes = new Map<string, number>();
  #list: readonly Column[] | null = null;

  /** @param nameOf a shard's name by its place in the set */
  constructor(nameOf: (part: number) => string) {
    this.#nameOf = nameOf;
  }

  /** Takes in a shard's columns as they are now; answers whether anything is new. */
  take(part: number, format: ShardFormat, columns: readonly Column[]): boolean {
    const known = this.#byPart.get(part);
    if (known?.columns === columns) return false;
    const key = JSON.stringify([format, columns.map(({ name, type, kind, origin }) => [name, type, kind, origin?.kind === 'side-car' ? origin.key : null])]);
    const schema = this.#schemas.get(key) ?? this.#newSchema(key, format, columns);
    this.#byPart.set(part, { schema, columns });
    const before = known?.schema;
    if (schema === before) return false;
    before?.parts.delete(part);
    if (before?.parts.size === 0) this.#forget(before);
    schema.parts.add(part);
    this.#list = null;
    return true;
  }

  /** The shard's own column by the set's; undefined where it has none. */
  inPart(part: number, column: number): number | undefined {
    return this.#byPart.get(part)?.schema.toPart.get(column);
  }

  /** Shards whose columns are known. */
  get parts(): number {
    return this.#byPart.size;
  }

  /** The same array until something changes. */
  list(): readonly Column[] {
    this.#list ??= this.#build();
    return this.#list;
  }

  #newSchema(key: string, format: ShardFormat, columns: readonly Column[]): Schema {
    const seen = new Map<string, number>();
    const toSet = columns.map(({ name }) => {
      const occurrence = seen.get(name) ?? 0;
      seen.set(name, occurrence + 1);
      const role = `${occurrence} ${name}`;
      const index = this.#indexes.get(role) ?? this.#indexes.size + 1;
      this.#indexes.set(role, index);
      return index;
    });
    const schema: Schema = { format, columns, toSet, toPart: new Map(toSet.map((index, own) => [index, own])), parts: new Set() };
    this.#schemas.set(key, schema);
    return schema;
  }

  #forget(schema: Schema): void {
    for (const [key, other] of this.#schemas) if (other === schema) this.#schemas.delete(key);
  }

  #build(): readonly Column[] {
    const versions: ColumnVersion[][] = Array.from({ length: this.#indexes.size }, () => []);
    for (const { columns, format, toSet, parts } of this.#schemas.values()) {
      for (const [own, column] of columns.entries()) versions[(toSet[own] ?? 0) - 1]?.push({ column, format, parts });
    }
    const names = [...this.#indexes.keys()].map((role) => role.slice(role.indexOf(' ') + 1));
    return [SHARD_COLUMN, ...versions.map((of, i) => this.#unite(i + 1, names[i] ?? '', of))];
  }

  #unite(index: number, name: string, versions: readonly ColumnVersion[]): Column {
    const difference = [this.#absence(versions), typeDifference(versions, this.#nameOf)].filter((words) => words !== null).join('; ');
    const origin = versions.find(({ column }) => column.origin !== undefined)?.column.origin;
    return {
      index,
      name,
      type: unitedType(versions.map(({ column }) => column.type)),
      kind: unitedKind(versions),
      ...(origin === undefined ? {} : { origin }),
      ...(difference === '' ? {} : { difference }),
    };
  }

  /** `missing in 3 of 10 shards (a.jsonl, ...)`; null where every shard has the column. */
  #absence(versions: readonly ColumnVersion[]): string | null {
    const present = versions.reduce((sum, { parts }) => sum + parts.size, 0);
    const missing = this.parts - present;
    if (missing === 0) return null;
    const first = [...this.#byPart.keys()].find((part) => !versions.some(({ parts }) => parts.has(part)));
    const example = first === undefined ? '' : ` (${short(this.#nameOf(first))}${missing > 1 ? ', …' : ''})`;
    return `missing in ${missing} of ${shardCount(this.parts)}${example}`;
  }
}

/** The types' words united: `number | null` and `string` are `number | string | null`. */
function unitedType(types: readonly string[]): string {
  const words = [...new Set(types.flatMap(alternatives))];
  const known = words.filter((word) => word !== 'unknown' && word !== 'null');
  const all = [...(known.length > 0 ? known : words.filter((word) => word !== 'null')), ...(words.includes('null') ? ['null'] : [])];
  return all.length > 4 ? `${all.slice(0, 4).join(' | ')} | …` : all.join(' | ');
}

/** Parts of a type in JSON's words, split where no bracket is open. */
function alternatives(type: string): string[] {
  const words: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < type.length; at++) {
    if ('<('.includes(type.charAt(at))) depth++;
    if ('>)'.includes(type.charAt(at))) depth--;
    if (depth > 0 || !type.startsWith(' | ', at)) continue;
    words.push(type.slice(from, at));
    from = at + 3;
  }
  return [...words, type.slice(from)];
}

/** One kind where the shards agree; what their values told beats what their types alone say. */
function unitedKind(versions: readonly ColumnVersion[]): ColumnKind {
  const kinds = new Set(versions.filter(({ column }) => !hasNoValues(column)).map(({ column }) => column.kind));
  if (kinds.has('image')) kinds.delete('bytes');
  if (kinds.has('vector')) kinds.delete('list');
  const [only] = kinds;
  return kinds.size === 1 && only !== undefined ? only : kinds.size === 0 ? (versions[0]?.column.kind ?? 'text') : 'mixed';
}
