import type { MetadataTable, SchemaNode, ShardMetadata } from '../../../protocol/shards.ts';
import type { ArchiveIndex, Field } from './archive-index.ts';
import { fieldKind } from './field-kind.ts';
import type { MemberReader } from './member-reader.ts';
import { MEMBER_COLUMNS } from './member-rows.ts';
import { KEY_COLUMN } from './sample-rows.ts';
import type { ScanEnd } from './scan.ts';
import { memberType } from './tar-header.ts';
import type { TarFile } from './tar-shard.ts';

/** Members that the list of the metadata view shows. */
const MAX_LISTED = 5_000;

export interface IndexedArchive extends TarFile {
  readonly index: ArchiveIndex;
  readonly reader: MemberReader;
  readonly end: ScanEnd | null;
}

/** The metadata view of an archive, as far as the index has come. */
export async function tarMetadata(archive: IndexedArchive, signal: AbortSignal): Promise<ShardMetadata> {
  const { index } = archive;
  return {
    properties: properties(archive),
    schema: index.layout === 'webdataset' ? sampleSchema(index) : memberSchema(),
    keyValues: globalRecords(index),
    tables: [typeTable(index), await memberTable(archive, signal)],
  };
}

function properties({ index, compression, fileSize, source, end }: IndexedArchive): [string, string][] {
  const webdataset = index.layout === 'webdataset';
  const rows: [string, string][] = [
    ['Format', webdataset ? 'WebDataset (tar)' : 'tar archive, no WebDataset'],
    ['Dialects', [...index.dialects].toSorted().join(', ')],
    ['Members', counted(index.members.length, index)],
    ['Bytes in members', String(index.memberBytes)],
    ['Compression', compression],
    ['File size', `${fileSize} bytes`],
  ];
  if (webdataset) rows.splice(1, 0, ['Samples', counted(index.samples, index)]);
  if (webdataset && index.metadataMembers > 0) rows.push(['Members about the shard (`__…`)', String(index.metadataMembers)]);
  if (compression !== 'none') rows.push(['Decompressed size', counted(source.byteLength, index)]);
  if (index.complete) rows.push(['End mark', end === null || end.endMark === null ? 'missing' : `at byte ${end.endMark}`]);
  return rows;
}

function counted(count: number, index: ArchiveIndex): string {
  return index.complete ? String(count) : `${count} so far`;
}

function sampleSchema(index: ArchiveIndex): SchemaNode[] {
  const key: SchemaNode = { name: KEY_COLUMN, type: 'text', details: [], children: [] };
  return [key, ...index.fields.map((field) => fieldNode(field, index.samples))];
}

function fieldNode(field: Field, samples: number): SchemaNode {
  const kind = fieldKind(field.name);
  const share = samples === 0 ? 0 : (field.samples / samples) * 100;
  const details: [string, string][] = [
    ['samples', `${field.samples} of ${samples} (${Number(share.toFixed(2))} %)`],
    ['bytes', String(field.bytes)],
    ['smallest', String(field.smallest)],
    ['mean', String(Math.round(field.bytes / field.samples))],
    ['largest', String(field.largest)],
  ];
  return { name: field.name, type: kind.decoding + (kind.gzip ? ' in gzip' : ''), details, children: [] };
}

function memberSchema(): SchemaNode[] {
  return MEMBER_COLUMNS.map(([name, type]) => ({ name, type, details: [], children: [] }));
}

/** Global pax records: the only key-value metadata that a tar has. */
function globalRecords(index: ArchiveIndex): [string, string][] {
  const records = index.globalsAt(Number.MAX_SAFE_INTEGER) ?? new Map<string, string>();
  return [...records].map(([key, value]) => [key, value.slice(0, 65_536)]);
}

function typeTable(index: ArchiveIndex): MetadataTable {
  const byType = new Map<string, number>();
  for (const [flag, count] of index.flags) byType.set(memberType(flag), (byType.get(memberType(flag)) ?? 0) + count);
  const rows = [...byType].map(([type, count]) => [type, String(count)]);
  return { title: 'Member types', columns: ['type', 'members'], rows, total: rows.length };
}

async function memberTable({ index, reader }: IndexedArchive, signal: AbortSignal): Promise<MetadataTable> {
  const listed = Array.from({ length: Math.min(MAX_LISTED, index.members.length) }, (_, member) => member);
  const headers = await reader.headers(listed, signal);
  const rows = headers.map(({ entry, details }) => [
    entry.name.slice(0, 4096),
    memberType(entry.flag),
    String(entry.size),
    String(entry.dataOffset),
    details.mode,
    entry.link.slice(0, 4096),
  ]);
  return { title: 'Members', columns: ['name', 'type', 'size', 'offset', 'mode', 'link'], rows, total: index.members.length };
}
