import { duckdbTable, hyparquetTable, parquetWasmTable, type ReadTable } from './parquet-readers.ts';

/** What a reader is asked for, and what it answers. */
export interface Reading {
  readonly reader: keyof typeof READERS;
  readonly path: string;
}
export type Answer = readonly (readonly [column: string, cells: readonly string[]])[] | null;

const READERS = { duckdb: duckdbTable, hyparquet: hyparquetTable, 'parquet-wasm': parquetWasmTable } satisfies Record<string, (path: string) => Promise<ReadTable>>;

process.on('message', ({ reader, path }: Reading) => {
  const answer = READERS[reader](path).then((table): Answer => [...table], () => null);
  void answer.then((table) => process.send?.(table));
});
