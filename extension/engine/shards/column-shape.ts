import type { ColumnPath } from '../../protocol/queries.ts';
import type { Column, ColumnKind, SchemaNode } from '../../protocol/shards.ts';
import type { Shard } from './shard.ts';

/** What the values of a column are, as far as their meaning depends on it. */
export type ValueShape = 'number' | 'text' | 'list' | 'vector' | 'image' | 'bytes' | 'struct' | 'other';

/** A column, or a field inside struct columns, that may have a meaning. */
export interface ShapedColumn {
  readonly path: ColumnPath;
  readonly shape: ValueShape;
}

/** Fields that are looked at in one table, and how deep they may be. */
const MAX_FIELDS = 5_000;
const MAX_LEVELS = 8;

const SHAPES: Readonly<Record<ColumnKind, ValueShape>> = {
  text: 'text',
  number: 'number',
  boolean: 'other',
  temporal: 'other',
  bytes: 'bytes',
  image: 'image',
  vector: 'vector',
  list: 'list',
  struct: 'struct',
  map: 'other',
  mixed: 'other',
};

/** A field's name and its type, in the words of DuckDB or of a JSON schema. */
interface Field {
  readonly name: string;
  readonly type: string;
  readonly fields: readonly Field[];
}

/** The columns of an open shard and the fields inside its structs. @throws LoupeError */
export async function readShape(shard: Shard, signal: AbortSignal): Promise<ShapedColumn[]> {
  const { columns } = shard.state();
  return shapedColumns(columns, columns.some(hidesFields) ? (await shard.metadata(signal)).schema : []);
}

/** The columns of a table and the fields inside its structs. `schema`: where the types of the columns do not tell their fields. */
export function shapedColumns(columns: readonly Column[], schema: readonly SchemaNode[]): ShapedColumn[] {
  const nodes = new Map(schema.map((node) => [node.name, node]));
  const found: ShapedColumn[] = [];
  const add = (path: ColumnPath, fields: readonly Field[]): void => {
    if (path.length > MAX_LEVELS) return;
    for (const { name, type, fields: inner } of fields) {
      if (found.length >= MAX_FIELDS) return;
      const inside: ColumnPath = [...path, name];
      found.push({ path: inside, shape: inner.length > 0 ? 'struct' : shapeOfType(type) });
      add(inside, inner);
    }
  };
  for (const { name, type, kind } of columns) {
    found.push({ path: [name], shape: SHAPES[kind] });
    if (kind === 'struct') add([name], structFields(type) ?? schemaFields(nodes.get(name)));
  }
  return found;
}

/** Whether a struct's type says nothing of its fields, which only the schema tells then. */
function hidesFields({ kind, type }: Column): boolean {
  return kind === 'struct' && structFields(type) === null;
}

function schemaFields(node: SchemaNode | undefined): Field[] {
  return (node?.children ?? []).map((child) => ({ name: child.name, type: child.type, fields: child.type.startsWith('object') ? schemaFields(child) : [] }));
}

function shapeOfType(type: string): ValueShape {
  if (/^number( \| null)?$/.test(type) || /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))$/.test(type)) return 'number';
  if (/^string( \| null)?$/.test(type) || /^(VARCHAR|JSON)$/.test(type)) return 'text';
  if (type.startsWith('array') || type.endsWith(']')) return 'list';
  return type === 'BLOB' ? 'bytes' : 'other';
}

/** The fields of `STRUCT(name TYPE, "other name" TYPE)`; null for any other type. */
export function structFields(type: string, level = 0): Field[] | null {
  if (level > MAX_LEVELS || !type.startsWith('STRUCT(') || !type.endsWith(')')) return null;
  return splitFields(type.slice('STRUCT('.length, -1)).map((field) => {
    const quoted = /^"((?:[^"]|"")*)" /.exec(field);
    const end = quoted?.[0].length ?? field.indexOf(' ') + 1;
    const inner = field.slice(end);
    return { name: quoted?.[1]?.replaceAll('""', '"') ?? field.slice(0, end - 1), type: inner, fields: structFields(inner, level + 1) ?? [] };
  });
}

/** Splits at the commas that stand outside of brackets and quotes. */
function splitFields(text: string): string[] {
  const fields: string[] = [];
  let [start, depth, quoted] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (sign === '(') depth++;
    else if (sign === ')') depth--;
    else if (sign === ',' && depth === 0) {
      fields.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...fields, text.slice(start).trim()].filter((field) => field !== '');
}
