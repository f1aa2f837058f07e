import { basename } from 'node:path';
import type { Column, MetadataTable, SchemaNode, ShardMetadata, SideCar } from '../../protocol/shards.ts';
import { FileSource } from '../shards/source.ts';
import type { FoundFile } from './find.ts';
import { joinDetails, sideCarTable } from './side-car-table.ts';

/** A larger file of statistics is not shown, in bytes. */
const MAX_RECORD = 1024 * 1024;
const MAX_TEXT = 65_536;
const MAX_ENTRIES = 1_000;

/** What is joined to a shard. */
interface Joined {
  /** What the paths of the files are told relative to. */
  readonly folder: string;
  readonly columns: readonly Column[];
  readonly sideCars: readonly SideCar[];
}

/** The shard's own metadata with what the side-cars add: columns, a table of files, and records about the whole shard. */
export async function joinedMetadata(own: ShardMetadata, { folder, columns, sideCars }: Joined, records: readonly FoundFile[]): Promise<ShardMetadata> {
  const nodes = columns.map((column): SchemaNode => ({ name: column.name, type: column.type, details: joinDetails(column, sideCars), children: [] }));
  const statistics = await Promise.all(records.map(readRecord));
  return { ...own, schema: [...own.schema, ...nodes], tables: [...own.tables, ...sideCarTable(folder, sideCars), ...statistics.filter((table) => table !== null)] };
}

/** A JSON object as a table of two columns; one that is none is told as such. */
async function readRecord({ path, layouts }: FoundFile): Promise<MetadataTable | null> {
  const title = `${layouts[0]?.name ?? ''} (${basename(path)})`;
  const rows = await entries(path).catch((error: unknown): [string, string][] => [['cannot be read', error instanceof Error ? error.message : String(error)]]);
  return { title, columns: ['name', 'value'], rows: rows.slice(0, MAX_ENTRIES), total: rows.length };
}

async function entries(path: string): Promise<[string, string][]> {
  const source = await FileSource.open(path);
  try {
    if (source.byteLength > MAX_RECORD) return [['bytes', String(source.byteLength)]];
    const found: unknown = JSON.parse((await source.slice(0, source.byteLength)).toString('utf8'));
    if (typeof found !== 'object' || found === null) return [['value', JSON.stringify(found)]];
    return Object.entries(found).map(([name, value]) => [name.slice(0, MAX_TEXT), (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, MAX_TEXT)]);
  } finally {
    await source.close();
  }
}
