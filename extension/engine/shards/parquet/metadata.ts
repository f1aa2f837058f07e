import type { DuckDBValue } from '@duckdb/node-api';
import { DuckDBBlobValue } from '@duckdb/node-api';
import type { MetadataTable, ShardMetadata } from '../../../protocol/shards.ts';
import { LoupeError, toLoupeError } from '../../../rpc/failure.ts';
import type { QueryOptions, QueryResult } from '../../duckdb/session.ts';
import { queryFooter, readFooter, type ChunkIndexes, type Footer } from './footer.ts';
import { schemaTree, type SchemaElement } from './schema-tree.ts';
import type { ParquetFile } from './table.ts';

/** Rows of one table that are sent; `total` tells how many there are. */
const MAX_TABLE_ROWS = 5_000;
const MAX_KEY_VALUES = 1_000;
/** UTF-16 units of one key-value text, as the protocol says. */
const MAX_VALUE_UNITS = 65_536;
/** UTF-8 takes at most three bytes a UTF-16 unit. */
const MAX_VALUE_BYTES = 3 * MAX_VALUE_UNITS;
const METADATA_DEADLINE = 30_000;
const NONE = '';

type Row = readonly (string | null)[];
type Pairs = readonly (readonly [string, string])[];

/**
 * All that a Parquet file says about itself. A part that cannot be read is told in the properties, and the
 * others still come.
 * @throws LoupeError `changed`, `not-found`, `cancelled`, `timeout`
 */
export async function readMetadata(file: ParquetFile, signal: AbortSignal): Promise<ShardMetadata> {
  const options = { signal, deadline: METADATA_DEADLINE };
  const problems: [string, string][] = [];
  const part = async <T>(label: string, read: Promise<T>, instead: T): Promise<T> => {
    try {
      return await read;
    } catch (error) {
      const failure = toLoupeError(error);
      if (failure.code !== 'malformed' && failure.code !== 'unsupported' && failure.code !== 'too-large') throw failure;
      problems.push([label, failure.message]);
      return instead;
    }
  };
  const [properties, schema, keyValues, chunks, footer] = await Promise.all([
    part('File metadata', fileProperties(file, options), []),
    part('Schema', schemaElements(file, options), []),
    part('Key-value metadata', keyValuePairs(file, options), []),
    queryFooter(file.pattern, [ROW_GROUP_SQL, CHUNK_SQL], signal),
    readFooter(file.path, signal),
  ]);
  if (signal.aborted) throw new LoupeError('cancelled', 'Cancelled.');
  if (!chunks) problems.push(['Column chunks', 'cannot be read: the file is damaged, or they are too many.']);
  return {
    properties: [...properties, ...problems],
    schema: schemaTree(schema),
    keyValues,
    tables: chunks ? [rowGroupTable(chunks[0] ?? []), columnChunkTable(chunks[1] ?? [], footer)] : [],
  };
}

async function fileProperties(file: ParquetFile, options: QueryOptions): Promise<Pairs> {
  const [row] = await rows(
    file,
    `SELECT created_by, format_version::VARCHAR, num_rows::VARCHAR, num_row_groups::VARCHAR, file_size_bytes::VARCHAR,
      footer_size::VARCHAR, encryption_algorithm FROM parquet_file_metadata($1)`,
    options,
  );
  if (!row) return [];
  const labels = ['Created by', 'Format version', 'Rows', 'Row groups', 'Bytes', 'Footer bytes', 'Encryption'];
  const told = labels.map((label, index): readonly [string, string] => [label, row[index] ?? NONE]);
  return told.map(([label, text]) => [label, text === NONE && label === 'Encryption' ? 'none' : text] as const);
}

async function schemaElements(file: ParquetFile, options: QueryOptions): Promise<SchemaElement[]> {
  const found = await rows(
    file,
    `SELECT name, type, type_length::VARCHAR, repetition_type, num_children::VARCHAR, converted_type, scale::VARCHAR,
      precision::VARCHAR, field_id::VARCHAR, logical_type, duckdb_type FROM parquet_schema($1)`,
    options,
  );
  return found.map(([name, physical, length, repetition, children, converted, scale, precision, fieldId, logical, duckdb]) => ({
    name: name ?? NONE,
    children: Number(children ?? 0),
    physical: physical ?? null,
    logical: logical ?? null,
    converted: converted ?? null,
    details: [
      ['Repetition', repetition?.toLowerCase()],
      ['Converted type', converted],
      ['Logical type', logical],
      ['Length', length],
      ['Precision', precision],
      ['Scale', scale],
      ['Field id', fieldId],
      ['Read as', duckdb],
    ].flatMap(([label, text]) => (label && text ? [[label, text] as const] : [])),
  }));
}

async function keyValuePairs(file: ParquetFile, options: QueryOptions): Promise<Pairs> {
  const slice = (column: string): string => `array_slice(${column}, 1, ${MAX_VALUE_BYTES})`;
  const sql = `SELECT ${slice('key')}, ${slice('value')} FROM parquet_kv_metadata($1) LIMIT ${MAX_KEY_VALUES}`;
  const result = await file.query(sql, options);
  return byRow(result).map(([key, value]) => [blobText(key ?? null), blobText(value ?? null)] as const);
}

const ROW_GROUP_SQL = `SELECT (row_group_id + 1)::VARCHAR, any_value(row_group_num_rows)::VARCHAR,
  any_value(row_group_num_columns)::VARCHAR, any_value(row_group_bytes)::VARCHAR, sum(total_compressed_size)::VARCHAR,
  (count(*) OVER ())::VARCHAR FROM parquet_metadata($1) GROUP BY row_group_id ORDER BY row_group_id LIMIT ${MAX_TABLE_ROWS}`;

function rowGroupTable(found: readonly Row[]): MetadataTable {
  return {
    title: 'Row groups',
    columns: ['Row group', 'Rows', 'Columns', 'Bytes', 'Compressed bytes'],
    rows: found.map((row) => row.slice(0, 5).map((text) => text ?? NONE)),
    total: Number(found[0]?.[5] ?? 0),
  };
}

const CHUNK_COLUMNS = [
  ['Row group', '(row_group_id + 1)::VARCHAR'],
  ['Column', 'path_in_schema'],
  ['Type', 'type'],
  ['Values', 'num_values::VARCHAR'],
  ['Codec', 'compression'],
  ['Encodings', 'encodings'],
  ['Compressed bytes', 'total_compressed_size::VARCHAR'],
  ['Uncompressed bytes', 'total_uncompressed_size::VARCHAR'],
  ['Minimum', 'left(coalesce(stats_min_value, stats_min), 256)'],
  ['Maximum', 'left(coalesce(stats_max_value, stats_max), 256)'],
  ['Nulls', 'stats_null_count::VARCHAR'],
  ['Distinct', 'stats_distinct_count::VARCHAR'],
  ['First byte', 'least(data_page_offset, coalesce(nullif(dictionary_page_offset, 0), data_page_offset))::VARCHAR'],
  ['Bloom filter', "bloom_filter_offset || coalesce(' (' || bloom_filter_length || ' bytes)', '')"],
] as const;

const CHUNK_SQL = `SELECT ${CHUNK_COLUMNS.map(([, e]) => e).join(', ')}, (count(*) OVER ())::VARCHAR, row_group_id::VARCHAR,
  column_id::VARCHAR FROM parquet_metadata($1) LIMIT ${MAX_TABLE_ROWS}`;

function columnChunkTable(found: readonly Row[], footer: Footer | null): MetadataTable {
  const width = CHUNK_COLUMNS.length;
  return {
    title: 'Column chunks',
    columns: [...CHUNK_COLUMNS.map(([title]) => title), 'Column index', 'Offset index'],
    rows: found.map((row) => {
      const index = footer?.pageIndexes.get(`${row[width + 1] ?? ''}/${row[width + 2] ?? ''}`);
      return [...row.slice(0, width).map((text) => text ?? NONE), ...indexTexts(index, footer !== null)];
    }),
    total: Number(found[0]?.[width] ?? 0),
  };
}

function indexTexts(index: ChunkIndexes | undefined, known: boolean): [string, string] {
  // A footer that could not be read a second time is not the same as no index.
  if (!index) return known ? [NONE, NONE] : ['unknown', 'unknown'];
  const text = (offset: number | null, length: number | null): string =>
    offset === null ? NONE : `${offset}${length === null ? '' : ` (${length} bytes)`}`;
  return [text(index.columnIndexOffset, index.columnIndexLength), text(index.offsetIndexOffset, index.offsetIndexLength)];
}

async function rows(file: ParquetFile, sql: string, options: QueryOptions): Promise<Row[]> {
  return byRow(await file.query(sql, options)).map((row) => row.map((value) => (value === null ? null : String(value))));
}

function byRow(result: QueryResult): DuckDBValue[][] {
  const count = result.columns[0]?.length ?? 0;
  return Array.from({ length: count }, (_, row) => result.columns.map((column) => column[row] ?? null));
}

/** Bytes as text where they are UTF-8, else in hexadecimal. */
function blobText(value: DuckDBValue): string {
  if (!(value instanceof DuckDBBlobValue)) return NONE;
  try {
    // The bytes may be cut inside a character: streaming leaves such an end out.
    return new TextDecoder('utf-8', { fatal: true }).decode(value.bytes, { stream: true }).slice(0, MAX_VALUE_UNITS);
  } catch {
    return `0x${Buffer.from(value.bytes.subarray(0, MAX_VALUE_UNITS / 4)).toString('hex')}`;
  }
}
