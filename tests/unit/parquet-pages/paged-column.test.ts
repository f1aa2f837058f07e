/** Files of many small pages that pyarrow wrote: every cell read by page, against what pyarrow reads back. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { closeDuckdb } from '../../../extension/engine/duckdb/session.ts';
import { ParquetFile, type ParquetTable } from '../../../extension/engine/shards/parquet/table.ts';
import { CellPages } from '../../../extension/engine/shards/parquet-pages/cell-pages.ts';
import { FileUses } from '../../../extension/engine/shards/parquet-pages/file-uses.ts';
import type { ColumnLayout } from '../../../extension/engine/shards/parquet-pages/layout.ts';
import { PageCache } from '../../../extension/engine/shards/parquet-pages/page-cache.ts';
import { PagedColumn } from '../../../extension/engine/shards/parquet-pages/paged-column.ts';
import { WHOLE_LIMITS, type Value } from '../../../extension/protocol/values.ts';

const folder = resolve(import.meta.dirname, '../../oracles/pyarrow');
const signal = new AbortController().signal;
const names = readdirSync(folder).filter((name) => /^pages-.*\.parquet$/.test(name));

afterAll(closeDuckdb);

/** A value as `tests/oracles/make.py` writes it. */
type Reading = null | string | { b: string } | { l: Reading[] } | { s: [string, Reading][] };

function readingOf(value: Value): Reading {
  if (value === null || typeof value === 'string') return value;
  if (typeof value !== 'object') throw new Error(`no such value by page: ${value}`);
  switch (value.type) {
    case 'bytes':
      return { b: Buffer.from(value.head).toString('hex') };
    case 'list':
      return { l: value.items.map(readingOf) };
    case 'struct':
      return { s: value.entries.map(([name, item]) => [name, readingOf(item)]) };
    default:
      throw new Error(`no such value by page: ${value.type}`);
  }
}

async function openColumns(name: string): Promise<{ table: ParquetTable; columns: PagedColumn[]; cells: CellPages }> {
  const file = await ParquetFile.at(join(folder, name));
  const table = await file.table({ signal });
  const cells = new CellPages(file, table, signal);
  const columns = (await cells.columns(table.columns.map((_, index) => index))).filter((column) => column instanceof PagedColumn);
  return { table, columns, cells };
}

describe('files of small pages', () => {
  it('are there in every codec and encoding', () => expect(names).toHaveLength(7));

  it.each(names)('%s: every cell', async (name) => {
    const golden = JSON.parse(readFileSync(join(folder, name.replace('.parquet', '.json')), 'utf8')) as { rows: number; columns: Record<string, Reading[]> };
    const { table, columns } = await openColumns(name);
    expect(columns).toHaveLength(Object.keys(golden.columns).length);
    const all = Array.from({ length: golden.rows }, (_, row) => row);
    for (const [index, column] of columns.entries()) {
      const wanted = golden.columns[table.columns[index]?.name ?? ''] ?? [];
      expect((await column.read(all, WHOLE_LIMITS, signal)).map(readingOf), `${index}`).toEqual(wanted);
      for (const row of [0, 16, 17, 40, 49]) expect((await column.read([row], WHOLE_LIMITS, signal)).map(readingOf), `${index}, row ${row}`).toEqual([wanted[row]]);
    }
  });

  it('give a cell from a part of their bytes', async () => {
    for (const name of names.filter((other) => !/dictionary|second/.test(other))) {
      const { columns } = await openColumns(name);
      const [text] = columns;
      expect(await text?.pageBytes([8]), name).toBeLessThan((text?.chunkBytes([8]) ?? 0) / 3);
    }
  });
});

it('says which part of a column the footer does not place, and leaves no reading behind', async () => {
  const closed = new AbortController();
  const path = join(folder, 'pages-plain.parquet');
  const leaf = { physical: 'BYTE_ARRAY', typeLength: 0, maxRepetition: 0, maxDefinition: 1, meaning: { name: '', unit: '' as const, bits: 64, isSigned: true, scale: 0, precision: 0 } };
  const chunk = { start: 4, size: 100, values: 17, codec: 'UNCOMPRESSED', offsetIndex: null };
  const layout: ColumnLayout = {
    rowCounts: [17],
    firstLeaf: 0,
    root: { name: 'image', repetition: 'REQUIRED', isContainer: false, children: [], leaf: null },
    leaves: [
      { ...leaf, name: 'image.bytes', chunks: [chunk] },
      { ...leaf, name: 'image.path', chunks: [null] },
    ],
  };
  const file = { path, uses: new FileUses(path), cache: new PageCache(1_000), key: '0', signal: closed.signal };
  const column = new PagedColumn(file, layout, { kind: 'struct', definition: 0, fields: [['bytes', { kind: 'bytes', leaf: 0 }], ['path', { kind: 'text', leaf: 1 }]] });
  const reading = column.read([3], WHOLE_LIMITS, signal);
  closed.abort();
  await expect(reading).rejects.toMatchObject({ code: 'unsupported', place: 'row group 1, column image.path' });
});
