import type { ColumnChunk, FileMetaData, SchemaElement } from 'hyparquet';
import { leavesOf } from '../parquet/list-columns.ts';
import { leafMeaning } from './leaf-meaning.ts';
import type { Chunk, ColumnLayout, Leaf, SchemaBranch } from './layout.ts';

/** The least offset that DuckDB takes for that of a dictionary. */
const MIN_DICTIONARY_OFFSET = 4n;

/** Deeper and larger schemas are not described. */
const MAX_DEPTH = 64;
const MAX_NODES = 10_000;
/** Column chunks told in one answer. */
const MAX_CHUNKS = 50_000;

/** What the footer says of top-level columns; null for a column that it does not describe well enough. */
export function describeColumns(metadata: FileMetaData, columns: readonly number[], columnCount: number): (ColumnLayout | null)[] {
  const { schema, row_groups: groups } = metadata;
  if (schema[0]?.num_children !== columnCount || schema.length > MAX_NODES) return columns.map(() => null);
  const leaves = leavesOf(schema);
  let told = 0;
  return columns.map((column) => {
    const firstLeaf = leaves.findIndex((leaf) => leaf.column === column);
    const walk = firstLeaf < 0 ? null : describeBranch(schema, column);
    if (walk === null) return null;
    told += walk.leaves.length * groups.length;
    if (told > MAX_CHUNKS) return null;
    return {
      rowCounts: groups.map((group) => Number(group.num_rows)),
      root: walk.root,
      firstLeaf,
      leaves: walk.leaves.map((leaf, index): Leaf => ({
        ...leaf,
        chunks: groups.map((group) => (group.columns.length === leaves.length ? chunkFrom(group.columns[firstLeaf + index], leaf.physical) : null)),
      })),
    };
  });
}

function chunkFrom(chunk: ColumnChunk | undefined, physical: string): Chunk | null {
  const found = chunk?.meta_data;
  if (chunk === undefined || found === undefined || found.type !== physical) return null;
  if ((chunk.file_path ?? '') !== '' || chunk.crypto_metadata !== undefined || chunk.encrypted_column_metadata !== undefined) return null;
  const dictionary = found.dictionary_page_offset ?? 0n;
  const { offset_index_offset: offset, offset_index_length: length } = chunk;
  return {
    start: Number(dictionary >= MIN_DICTIONARY_OFFSET ? dictionary : found.data_page_offset),
    size: Number(found.total_compressed_size),
    values: Number(found.num_values),
    codec: found.codec,
    offsetIndex: offset === undefined || length === undefined ? null : { offset: Number(offset), length },
  };
}

type LeafWithoutChunks = Omit<Leaf, 'chunks'>;

/** The part of a schema, which is listed depth first, that is one top-level column. Null where it is too deep. */
function describeBranch(schema: readonly SchemaElement[], column: number): { readonly root: SchemaBranch; readonly leaves: readonly LeafWithoutChunks[] } | null {
  const leaves: LeafWithoutChunks[] = [];
  let next = 1;
  const describe = (names: readonly string[], repetitions: number, definitions: number): SchemaBranch | null => {
    const element = schema[next++];
    const repetition = element?.repetition_type;
    // Readers do not agree about a node that does not say it.
    if (element === undefined || repetition === undefined || names.length > MAX_DEPTH) return null;
    const path = [...names, element.name];
    const maxRepetition = repetitions + (repetition === 'REPEATED' ? 1 : 0);
    const maxDefinition = definitions + (repetition === 'REQUIRED' ? 0 : 1);
    const annotation = element.logical_type?.type ?? element.converted_type ?? '';
    const node = { name: element.name, repetition, isContainer: /^(LIST|MAP|MAP_KEY_VALUE)$/.test(annotation) };
    if (element.num_children === undefined || element.num_children <= 0) {
      if (element.type === undefined) return null;
      leaves.push({ name: path.join('.'), physical: element.type, typeLength: element.type_length ?? 0, maxRepetition, maxDefinition, meaning: leafMeaning(element) });
      return { ...node, children: [], leaf: leaves.length - 1 };
    }
    const children: SchemaBranch[] = [];
    for (let i = 0; i < element.num_children; i++) {
      const child = describe(path, maxRepetition, maxDefinition);
      if (child === null) return null;
      children.push(child);
    }
    return { ...node, children, leaf: null };
  };
  for (let skipped = 0; skipped < column; skipped++) next = endOfBranch(schema, next);
  const root = describe([], 0, 0);
  return root === null ? null : { root, leaves };
}

function endOfBranch(schema: readonly SchemaElement[], start: number): number {
  let at = start;
  for (let open = 1; open > 0 && at < schema.length; at++) open += Math.max(0, schema[at]?.num_children ?? 0) - 1;
  return at;
}
