import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { closeDuckdb } from '../../extension/engine/duckdb/session.ts';
import { openParquet } from '../../extension/engine/shards/parquet/open.ts';
import type { Shard } from '../../extension/engine/shards/shard.ts';
import { WHOLE_LIMITS, type Value } from '../../extension/protocol/values.ts';
import { LoupeError } from '../../extension/rpc/failure.ts';
import { corpusFolder, readOracle, reportSkipped } from './corpus.ts';
import type { Exception } from './exception.ts';
import { parseExactly, sameAsJson, type Json } from './parquet-json.ts';

const NOTATION = "a VARIANT is shown in DuckDB's notation, which has no quotes";
const ROUNDED = 'hyparquet wrote a 64-bit integer as a double: the last digits are rounded';

/** Differences that are understood; at most 20. */
const EXCEPTIONS: readonly Exception[] = [
  { file: 'nested_structs.rust', place: '0,0', ours: '94251302258849568', theirs: '94251302258849570', cause: ROUNDED },
  { file: 'shredded-partial-object', place: '0,1', ours: "{'a': NULL, 'b': iceberg, 'd': 2024-01-30}", theirs: '"d":"2024-01-30T00:00:00.000Z"', cause: NOTATION },
  { file: 'shredded-sparse-timestamp', place: '0,0', ours: "{'count': 42, 'event_type': login}", theirs: '"event_type":"login"', cause: NOTATION },
  { file: 'shredded-sparse-timestamp', place: '1,0', ours: "{'event_type': click}", theirs: '"event_type":"click"', cause: NOTATION },
  { file: 'shredded-sparse-timestamp', place: '2,0', ours: "{'count': NULL, 'event_type': purchase}", theirs: '"event_type":"purchase"', cause: NOTATION },
  { file: 'shredded-sparse-timestamp', place: '3,0', ours: "{'d': '2024-01-15 10:30:00', 'event_type': timeout}", theirs: '"event_type":"timeout"', cause: NOTATION },
  { file: 'shredded-type-mismatch', place: '0,0', ours: "{'count': 42}", theirs: '"count"', cause: NOTATION },
  { file: 'shredded-type-mismatch', place: '1,0', ours: "{'count': not a number}", theirs: '"count":"not a number"', cause: NOTATION },
];

const corpus = corpusFolder();
const signal = new AbortController().signal;

afterAll(closeDuckdb);

describe.skipIf(corpus === null)('Parquet beside other readers', () => {
  const root = join(corpus ?? '', 'parquet');

  it('has at most 20 exceptions', () => expect(EXCEPTIONS.length).toBeLessThanOrEqual(20));

  it('gives every cell that hyparquet gives', { timeout: 600_000 }, async () => {
    const errors = readOracle<Record<string, { duckdb: { read_error?: string } }>>(corpus ?? '', 'parquet/oracle.json');
    const tally = { files: 0, cells: 0, refused: 0 };
    const differences: string[] = [];
    for (const name of jsonFiles(join(root, 'hyparquet'))) {
      const refused = errors[`parquet/hyparquet/${name}.parquet`]?.duckdb.read_error !== undefined;
      const rows = parseExactly(readFileSync(join(root, 'hyparquet', `${name}.json`), 'utf8')) as readonly (readonly Json[])[];
      differences.push(...(await compareRows(join(root, 'hyparquet', `${name}.parquet`), name, rows, refused, tally)));
    }
    console.log(`parquet: ${tally.files} files agree with hyparquet in ${tally.cells} cells; ${tally.refused} cells or files refused as DuckDB does`);
    expect(differences.filter((text) => !EXCEPTIONS.some((known) => isKnown(known, text)))).toEqual([]);
    for (const known of EXCEPTIONS) expect(differences.filter((text) => isKnown(known, text))).toHaveLength(1);
    expect(tally.cells).toBeGreaterThan(40_000);
  });

  it('gives every cell of the CSV files that came with the Parquet files', { timeout: 600_000 }, async () => {
    let cells = 0;
    for (const [file, csv, separator] of csvPairs(root)) {
      const lines = readFileSync(join(root, csv), 'utf8').split('\n').filter((line) => line !== '');
      if (separator === ',') lines.shift();
      const values = await readAll(await open(join(root, file)));
      expect(values[0], file).toHaveLength(lines.length);
      for (const [row, line] of lines.entries()) {
        const fields = separator === ',' ? csvFields(line) : line.split(separator);
        for (const [column, want] of fields.entries()) {
          expect(csvText(values[column]?.[row] ?? null), `${file} ${row},${column}`).toBe(csvNumber(want));
          cells++;
        }
      }
    }
    console.log(`parquet: ${cells} cells agree with CSV files`);
    expect(cells).toBeGreaterThan(10_000);
  });

  it('tells row groups, codecs, sizes and page indexes as the footer has them', { timeout: 600_000 }, async () => {
    let chunks = 0;
    const withIndexes = readdirSync(join(root, 'hyparquet')).flatMap((file) => /^(.*)\.offset_indexes\.json$/.exec(file)?.[1] ?? []);
    for (const name of [...withIndexes, 'bloom_filter', 'brotli_compressed']) {
      const expected = JSON.parse(readFileSync(join(root, 'hyparquet', `${name}.metadata.json`), 'utf8')) as FooterJson;
      const { tables, properties } = await (await open(join(root, 'hyparquet', `${name}.parquet`))).metadata(signal);
      expect(tables.find(({ title }) => title === 'Row groups')?.rows.map(([, rows]) => Number(rows)), name).toEqual(expected.row_groups.map((group) => group.num_rows));
      expect(new Map(properties).get('Created by'), name).toBe(expected.created_by ?? '');
      const table = tables.find(({ title }) => title === 'Column chunks');
      const want = expected.row_groups.flatMap((group, index) => group.columns.map((chunk) => chunkCells(index, chunk)));
      const at = (title: string): number => table?.columns.indexOf(title) ?? -1;
      const shown = CHUNK_TITLES.map(at);
      expect(table?.rows.map((row) => shown.map((index) => row[index])), name).toEqual(want);
      chunks += want.length;
    }
    console.log(`parquet: ${chunks} column chunks told as the footer has them`);
    expect(chunks).toBeGreaterThan(20);
  });
});

if (corpus === null) reportSkipped('parquet', 'comparison with other readers');

interface ChunkJson {
  readonly meta_data: {
    readonly path_in_schema: readonly string[];
    readonly codec: string;
    readonly num_values: number;
    readonly total_compressed_size: number;
    readonly total_uncompressed_size: number;
    readonly bloom_filter_offset?: number;
    readonly bloom_filter_length?: number;
  };
  readonly column_index_offset?: number;
  readonly column_index_length?: number;
  readonly offset_index_offset?: number;
  readonly offset_index_length?: number;
}

interface FooterJson {
  readonly created_by?: string;
  readonly row_groups: readonly { readonly num_rows: number; readonly columns: readonly ChunkJson[] }[];
}

const CHUNK_TITLES = ['Row group', 'Column', 'Codec', 'Values', 'Compressed bytes', 'Uncompressed bytes', 'Bloom filter', 'Column index', 'Offset index'];

function chunkCells(group: number, { meta_data: chunk, ...indexes }: ChunkJson): string[] {
  const place = (offset?: number, length?: number): string => (offset === undefined ? '' : `${offset}${length === undefined ? '' : ` (${length} bytes)`}`);
  return [
    String(group + 1),
    chunk.path_in_schema.join(', '),
    chunk.codec,
    String(chunk.num_values),
    String(chunk.total_compressed_size),
    String(chunk.total_uncompressed_size),
    place(chunk.bloom_filter_offset, chunk.bloom_filter_length),
    place(indexes.column_index_offset, indexes.column_index_length),
    place(indexes.offset_index_offset, indexes.offset_index_length),
  ];
}

function jsonFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((file) => (/\.(metadata|column_indexes|offset_indexes)\.json$/.test(file) ? [] : (/^(.*)\.json$/.exec(file)?.[1] ?? [])));
}

async function compareRows(
  path: string,
  name: string,
  rows: readonly (readonly Json[])[],
  mayRefuse: boolean,
  tally: { files: number; cells: number; refused: number },
): Promise<string[]> {
  let values: Value[][];
  try {
    values = await readAll(await open(path));
  } catch (error) {
    if (!mayRefuse || !(error instanceof LoupeError)) throw error;
    tally.refused++;
    return [];
  }
  expect(values[0]?.length ?? 0, `${name} rows`).toBe(rows.length);
  tally.files++;
  const found: string[] = [];
  for (const [row, cells] of rows.entries()) {
    expect(cells, `${name} columns`).toHaveLength(values.length);
    for (const [column, want] of cells.entries()) {
      const got = values[column]?.[row] ?? null;
      if (mayRefuse && typeof got === 'object' && got?.type === 'invalid') tally.refused++;
      else if (sameAsJson(got, want)) tally.cells++;
      else found.push(`${name} ${row},${column}: ${JSON.stringify(got)} instead of ${plainJson(want)}`);
    }
  }
  return found;
}

function isKnown({ file, place, ours, theirs }: Exception, text: string): boolean {
  return text.startsWith(`${file} ${place}: `) && text.includes(ours) && text.includes(theirs);
}

function plainJson(json: Json): string {
  return JSON.stringify(json).replace(/\{"text":"([^"]*)"\}/g, '$1');
}

/** Parquet files whose rows somebody wrote as CSV: TPC-H's nations and the suite's delta encodings. */
function csvPairs(root: string): [file: string, csv: string, separator: string][] {
  const nations = readdirSync(join(root, 'fastparquet')).filter((file) => /nation.*\.parquet$/.test(file) && file !== 'nation.dict.parquet');
  const deltas = readdirSync(join(root, 'parquet-testing/data')).flatMap((file) => /^(.*)_expect\.csv$/.exec(file)?.[1] ?? []);
  return [
    ...nations.map((file): [string, string, string] => [`fastparquet/${file}`, 'fastparquet/nation.csv', '|']),
    ...deltas.map((name): [string, string, string] => [`parquet-testing/data/${name}.parquet`, `parquet-testing/data/${name}_expect.csv`, ',']),
  ];
}

function csvFields(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => (quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"')));
}

function csvText(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value.type === 'bytes') return Buffer.from(value.head).toString('utf8');
  return typeof value === 'object' && 'text' in value ? value.text : JSON.stringify(value);
}

function csvNumber(text: string): string {
  return text.trimEnd() === '' ? '' : text;
}

function open(path: string): Promise<Shard> {
  return openParquet(path, { cacheFolder: join(tmpdir(), 'loupe-test-parquet'), cacheBytes: 0, changed: () => undefined, signal });
}

function readAll(shard: Shard): Promise<Value[][]> {
  const { rows, columns } = shard.state();
  return shard.read({ start: 0, end: rows, columns: columns.map(({ index }) => index), limits: WHOLE_LIMITS }, signal);
}
