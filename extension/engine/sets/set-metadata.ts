import type { Column, MetadataTable, SchemaNode, ShardMetadata, ShardState } from '../../protocol/shards.ts';
import { joinDetails, sideCarTable } from '../sidecars/side-car-table.ts';
import type { SetLocation } from './expand.ts';
import type { SetPart } from './part.ts';
import type { RowLayout } from './row-layout.ts';
import { short } from './wording.ts';

/** Rows that a table of the metadata view is cut to. */
const MAX_ROWS = 10_000;
/** Length of a cell of these tables. */
const MAX_CELL = 1_000;

interface SetFacts {
  readonly location: SetLocation;
  readonly state: ShardState;
  readonly parts: readonly SetPart[];
  readonly layout: RowLayout;
}

/** The metadata view of a set: its shards, and how they differ. */
export function setMetadata({ location, state, parts, layout }: SetFacts): ShardMetadata {
  return {
    properties: [
      ['Folder', location.folder],
      ['Patterns', short(location.patterns.join(', '), MAX_CELL)],
      ['Shards', String(parts.length)],
      ['Formats', [...new Set(parts.flatMap((part) => (part.state === null ? [] : [part.state.format])))].join(', ')],
      ['Rows', `${state.rows}${state.rowsComplete ? '' : ' so far'}`],
      ['Bytes', String(state.fileSize)],
    ],
    schema: state.columns.map((column): SchemaNode => ({ name: column.name, type: column.type, details: [...joinDetails(column, state.sideCars), ...differenceDetails(column)], children: [] })),
    keyValues: [],
    tables: [partsTable(parts, layout), ...differenceTable(state), ...sideCarTable(location.folder, state.sideCars)],
  };
}

function differenceDetails({ difference }: Column): SchemaNode['details'] {
  return difference === undefined ? [] : [['differs', difference]];
}

function partsTable(parts: readonly SetPart[], layout: RowLayout): MetadataTable {
  const rows = parts.slice(0, MAX_ROWS).map((part) => [
    part.file.name,
    part.state?.format ?? '',
    part.rowsComplete ? String(part.rows) : part.rows === 0 ? '' : `${part.rows} so far`,
    part.place <= layout.frontier && part.rows > 0 ? String(layout.start(part.place) + 1) : '',
    String(part.fileSize),
    short(part.error?.message ?? '', MAX_CELL),
  ]);
  return { title: 'Shards', columns: ['shard', 'format', 'rows', 'first row', 'bytes', 'problem'], rows, total: parts.length };
}

function differenceTable({ columns }: ShardState): MetadataTable[] {
  const different = columns.filter(({ difference }) => difference !== undefined);
  if (different.length === 0) return [];
  const rows = different.slice(0, MAX_ROWS).map(({ name, type, difference = '' }) => [name, short(type, MAX_CELL), short(difference, MAX_CELL)]);
  return [{ title: 'Columns that differ', columns: ['column', 'type', 'difference'], rows, total: different.length }];
}
