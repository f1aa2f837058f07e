import { basename, relative, sep } from 'node:path';
import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import type { Condition, Query } from '../../protocol/queries.ts';
import type { Preset, RecognisedColumn } from '../../protocol/scores.ts';
import type { Column, ShardState } from '../../protocol/shards.ts';
import { presetsFor } from '../scores/presets.ts';
import { recognise } from '../scores/recognise.ts';
import { readShape } from '../shards/column-shape.ts';
import type { Shard } from '../shards/shard.ts';
import { columnStatistics, type ColumnStatistics } from '../statistics/all-columns.ts';

/** What a data set card says. */
export interface CardFacts {
  readonly name: string;
  readonly format: string;
  readonly rows: number;
  readonly bytes: number;
  /** The rows are some of those that the files have. */
  readonly isFiltered: boolean;
  readonly query: Query;
  readonly files: readonly { readonly name: string; readonly rows?: number }[];
  /** More files than are listed. */
  readonly moreFiles: number;
  /** Types are null where only a loader can say what they become. */
  readonly columns: readonly { readonly name: string; readonly words: string; readonly kind: Column['kind']; readonly type: DuckDBType | null }[];
  /** Columns that come from files beside the shards. */
  readonly joined: readonly { readonly name: string; readonly words: string; readonly file: string }[];
  readonly statistics: readonly ColumnStatistics[];
  readonly scores: readonly RecognisedColumn[];
  /** Published filters: those that the query applies, or where there is none those that the columns allow. */
  readonly presets: readonly Preset[];
}

/**
 * @param shown the rows that the card is about: those of the shard that the query keeps
 * @throws LoupeError
 */
export async function cardFacts(shard: Shard, shown: Shard, query: Query, corrections: readonly RecognisedColumn[], signal: AbortSignal): Promise<CardFacts> {
  const statistics = await columnStatistics(shown, null, signal);
  const state = shard.state();
  const columns = state.columns.filter(({ origin }) => origin === undefined);
  const relation = await shard.relation(columns.map(({ index }) => ({ index, fields: [] })), () => undefined, signal);
  const recognised = recognise(await readShape(shard, signal), state.path, corrections);
  const isFiltered = query.conditions.length > 0;
  const presets = presetsFor(recognised);
  return {
    name: basename(state.path).replace(/\.(parquet|tar|tgz|gz|zst|jsonl|ndjson|json)$/i, ''),
    format: state.format,
    rows: shown.state().rows,
    bytes: state.fileSize,
    isFiltered,
    query,
    ...filesOf(state),
    columns: columns.map(({ name, type, kind }, at) => ({ name, words: type, kind, type: loadedType(state, kind, relation.types[at]) })),
    joined: state.columns.flatMap(({ name, type, origin }) => (origin?.kind === 'side-car' ? [{ name, words: type, file: basename(origin.file) }] : [])),
    statistics,
    scores: recognised.filter(({ role }) => role.role === 'score'),
    presets: isFiltered ? presets.filter((preset) => isUsed(preset, query.conditions)) : presets,
  };
}

function filesOf({ path, parts, partCount = 1 }: ShardState): Pick<CardFacts, 'files' | 'moreFiles'> {
  if (parts === undefined) return { files: [{ name: basename(path) }], moreFiles: 0 };
  const files = parts.map((part) => ({ name: relative(path, part.path).split(sep).join('/'), rows: part.rows }));
  return { files, moreFiles: partCount - parts.length };
}

/** What a loader makes of a column; of JSON text and of members of an archive it decides itself. */
function loadedType({ format, parts = [] }: ShardState, kind: Column['kind'], type: DuckDBType | undefined): DuckDBType | null {
  const formats = format === 'set' ? parts.map((part) => part.format) : [format];
  if (type === undefined || formats.some((each) => each === 'webdataset' || each === 'tar')) return null;
  const isText = type.typeId === DuckDBTypeId.VARCHAR;
  return formats.every((each) => each === 'parquet') || !isText || kind === 'text' ? type : null;
}

/** Every condition of the preset is one of the query's; of a share the end that it was turned into. */
function isUsed({ conditions, top }: Preset, used: readonly Condition[]): boolean {
  const texts = new Set(used.map((condition) => JSON.stringify(condition)));
  const ranged = top === undefined || used.some((condition) => condition.type === 'range' && JSON.stringify(condition.column) === JSON.stringify(top.column));
  return ranged && conditions.every((condition) => texts.has(JSON.stringify(condition)));
}
