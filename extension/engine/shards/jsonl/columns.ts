import type { Column, SchemaNode } from '../../../protocol/shards.ts';
import type { StructValue, Value } from '../../../protocol/values.ts';
import type { SourceColumn } from '../../query-tables/table-source.ts';
import { KEY_LIMIT } from './json-reader.ts';
import { TypeTree } from './type-tree.ts';

/** Top-level keys that become columns; the rest of a record's keys share one column. */
export const MAX_COLUMNS = 4096;
/** The column of records that are no objects. */
const VALUE = '(value)';
const MORE_KEYS = '(more keys)';

interface JsonColumn {
  readonly name: string;
  readonly source: SourceColumn;
  readonly types: TypeTree;
}

/** A record by column: what is not in the map, the record does not have. */
export interface RecordCells {
  readonly cells: ReadonlyMap<number, Value>;
  /** The first key that the record has more than once. */
  readonly duplicate: string | null;
}

/**
 * The columns of a JSON shard. They begin with a sample and grow at the end as records show keys or types that
 * were not seen before; an index never changes its meaning.
 */
export class JsonColumns {
  /** Goes up with every change. */
  version = 0;
  /** Records that the shares are of. */
  sampled = 0;
  readonly #columns: JsonColumn[] = [];
  readonly #byRole = new Map<string, number>();
  readonly #names = new Set<string>();
  #list: readonly Column[] = [];
  #listVersion = -1;

  get count(): number {
    return this.#columns.length;
  }

  list(): readonly Column[] {
    if (this.#listVersion !== this.version) {
      this.#list = this.#columns.map(({ name, types }, index) => ({ index, name, type: types.text(), kind: types.kind() }));
      this.#listVersion = this.version;
    }
    return this.#list;
  }

  schema(): SchemaNode[] {
    return this.#columns.map(({ name, types }) => types.node(name, this.sampled));
  }

  /** Where each column's values come from. */
  sources(): SourceColumn[] {
    return this.#columns.map(({ source }) => source);
  }

  /** Sorts a record's value into columns, making those that are missing. `counted` where it belongs to the sample. */
  take(value: Value, counted: boolean): RecordCells {
    if (counted) this.sampled++;
    const cells = new Map<number, Value>();
    const isObject = typeof value === 'object' && value?.type === 'struct';
    const duplicate = isObject ? this.#takeObject(value, cells) : null;
    if (!isObject) cells.set(this.#column('value', VALUE), value);
    for (const [index, cell] of cells) {
      const column = this.#columns[index];
      if (column === undefined) continue;
      if (counted) column.types.count++;
      if (column.types.add(cell)) this.version++;
    }
    return { cells, duplicate };
  }

  /** Makes sure that there is a first column, for records that cannot be read. */
  needFirst(): void {
    if (this.#columns.length === 0) this.#column('value', VALUE);
  }

  /** Of a key written more than once the last value counts, as for every JSON reader; the others get columns of their own. */
  #takeObject(object: StructValue, cells: Map<number, Value>): string | null {
    const more: (readonly [string, Value])[] = [];
    const earlier = new Map<string, number>();
    let duplicate: string | null = null;
    for (const [key, value] of object.entries) {
      const index = this.#keyColumn(`key ${key}`, key);
      if (index === null) {
        more.push([key, value]);
        continue;
      }
      const before = cells.get(index);
      if (before !== undefined) {
        duplicate ??= key;
        const occurrence = (earlier.get(key) ?? 0) + 1;
        earlier.set(key, occurrence);
        const name = occurrence === 1 ? `${key} (earlier)` : `${key} (earlier ${occurrence})`;
        const spare = this.#keyColumn(`earlier ${occurrence} ${key}`, name);
        if (spare === null) more.push([key, before]);
        else cells.set(spare, before);
      }
      cells.set(index, value);
    }
    const length = more.length + object.length - object.entries.length;
    if (length > 0) cells.set(this.#column('more', MORE_KEYS), { type: 'struct', entries: more, length });
    return duplicate;
  }

  /** The column of a key; null where there are too many keys. */
  #keyColumn(role: string, name: string): number | null {
    return this.#byRole.has(role) || this.#columns.length < MAX_COLUMNS ? this.#column(role, name) : null;
  }

  #column(role: string, wanted: string): number {
    const known = this.#byRole.get(role);
    if (known !== undefined) return known;
    let name = wanted;
    for (let count = 2; this.#names.has(name); count++) name = `${wanted} [${count}]`;
    this.#names.add(name);
    const index = this.#columns.push({ name, source: { id: role, place: placeOf(role, wanted) }, types: new TypeTree() }) - 1;
    this.#byRole.set(role, index);
    this.version++;
    return index;
  }
}

function placeOf(role: string, name: string): SourceColumn['place'] {
  if (role === 'value') return { kind: 'record' };
  if (role === 'more') return { kind: 'reader' };
  if (role.startsWith('earlier ')) return { kind: 'odd' };
  return name.length > KEY_LIMIT ? { kind: 'reader' } : { kind: 'key', key: name };
}
