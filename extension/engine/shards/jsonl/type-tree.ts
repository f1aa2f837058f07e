import type { ColumnKind, SchemaNode } from '../../../protocol/shards.ts';
import type { Value } from '../../../protocol/values.ts';

/** Fields of one object that are told apart; a map with a key a document would fill memory otherwise. */
const MAX_FIELDS = 256;
/** Levels of nesting that are described. */
const MAX_LEVELS = 8;
/** Items of one array that are looked at. */
const MAX_ITEMS = 32;

type JsonType = 'boolean' | 'number' | 'string' | 'array' | 'object' | 'null';
const ORDER: readonly JsonType[] = ['boolean', 'number', 'string', 'array', 'object', 'null'];
const KINDS: Readonly<Record<JsonType, ColumnKind>> = {
  boolean: 'boolean',
  number: 'number',
  string: 'text',
  array: 'list',
  object: 'struct',
  null: 'text',
};

/** The types seen at one place of the records: united, never narrowed. */
export class TypeTree {
  /** Sampled records that have something here. */
  count = 0;
  readonly #types = new Set<JsonType>();
  #vectors = false;
  #items: TypeTree | null = null;
  readonly #fields = new Map<string, TypeTree>();
  #moreFields = false;
  readonly #level: number;

  constructor(level = 0) {
    this.#level = level;
  }

  /** Unites the type with a value's; answers whether that changed it. */
  add(value: Value): boolean {
    if (value === null) return this.#note('null');
    if (typeof value === 'boolean') return this.#note('boolean');
    if (typeof value === 'string') return this.#note('string');
    switch (value.type) {
      case 'text':
        return this.#note('string');
      case 'number':
        return this.#note('number');
      case 'vector':
        return this.#addVector();
      case 'list':
        return this.#addItems(value.items);
      case 'struct':
        return this.#addFields(value.entries);
      default:
        return false;
    }
  }

  /** The type in JSON's words: `number | null`, `array<string>`, `object`. */
  text(): string {
    const names = ORDER.filter((type) => this.#types.has(type)).map((type) => {
      const items = type === 'array' && this.#items !== null ? this.#items.text() : '';
      return items === '' ? type : `array<${items}>`;
    });
    return names.length === 0 ? 'unknown' : names.join(' | ');
  }

  kind(): ColumnKind {
    const types = ORDER.filter((type) => type !== 'null' && this.#types.has(type));
    if (types.length > 1) return 'mixed';
    const only = types[0] ?? 'null';
    return only === 'array' && this.#vectors ? 'vector' : KINDS[only];
  }

  /** The tree as the metadata view shows it; `total` is the sampled records. */
  node(name: string, total: number): SchemaNode {
    const share = total > 0 && this.#level === 0 ? [['share of sampled rows', `${((this.count / total) * 100).toFixed(this.count === total ? 0 : 1)} %`] as const] : [];
    const more = this.#moreFields ? [['fields', `more than ${MAX_FIELDS}`] as const] : [];
    const fields = [...this.#fields].map(([field, tree]) => tree.node(field, 0));
    const items = this.#items === null ? [] : [this.#items.node('[]', 0)];
    return { name, type: this.text(), details: [...share, ...more], children: [...fields, ...items] };
  }

  #note(type: JsonType): boolean {
    if (this.#types.has(type)) return false;
    this.#types.add(type);
    return true;
  }

  #addVector(): boolean {
    const changed = this.#note('array') || !this.#vectors;
    this.#vectors = true;
    this.#items ??= new TypeTree(this.#level + 1);
    return this.#items.#note('number') || changed;
  }

  #addItems(items: readonly Value[]): boolean {
    let changed = this.#note('array');
    if (this.#level === MAX_LEVELS || items.length === 0) return changed;
    this.#items ??= new TypeTree(this.#level + 1);
    for (const item of items.slice(0, MAX_ITEMS)) changed = this.#items.add(item) || changed;
    return changed;
  }

  #addFields(entries: readonly (readonly [string, Value])[]): boolean {
    let changed = this.#note('object');
    if (this.#level === MAX_LEVELS) return changed;
    for (const [name, value] of entries) {
      let field = this.#fields.get(name);
      if (field === undefined) {
        if (this.#fields.size === MAX_FIELDS) {
          this.#moreFields = true;
          continue;
        }
        field = new TypeTree(this.#level + 1);
        this.#fields.set(name, field);
        changed = true;
      }
      changed = field.add(value) || changed;
    }
    return changed;
  }
}
