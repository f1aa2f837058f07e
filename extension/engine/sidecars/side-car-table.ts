import { basename, relative } from 'node:path';
import type { Column, MetadataTable, SchemaNode, SideCar } from '../../protocol/shards.ts';

/** What the schema view says of a column that was joined: the file, and the key. */
export function joinDetails({ name, origin }: Column, sideCars: readonly SideCar[] = []): SchemaNode['details'] {
  if (origin?.kind !== 'side-car') return [];
  const { path = origin.file, files } = sideCars.find(({ columns }) => columns.includes(name)) ?? {};
  return [['from', basename(path) + andMore(files)], ['by', origin.key]];
}

/** The files that are joined, or were refused, as a table of the metadata view; none where there are none. */
export function sideCarTable(folder: string, sideCars: readonly SideCar[] = []): MetadataTable[] {
  if (sideCars.length === 0) return [];
  const rows = sideCars.map(({ path, files, layout, key, status, unmatched, orphans, error }) => [
    relative(folder, path) + andMore(files),
    layout,
    key,
    status,
    counted(unmatched),
    counted(orphans),
    error ?? '',
  ]);
  return [{ title: 'Side-cars', columns: ['file', 'layout', 'joined by', 'status', 'rows of the shard without partner', 'rows of the file without partner', 'error'], rows, total: rows.length }];
}

function andMore(files = 1): string {
  return files > 1 ? ` and ${files - 1} more` : '';
}

function counted(count: number | null): string {
  return count === null ? 'not counted' : String(count);
}
