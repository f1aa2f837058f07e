import { basename, dirname } from 'node:path';
import { LoupeError } from '../../rpc/failure.ts';
import { isArray } from '../numpy/npy-header.ts';
import { openShard } from '../shards/open.ts';
import type { Rewriter } from '../shards/rewriter.ts';
import type { Shard, ShardContext } from '../shards/shard.ts';
import { ArrayTable } from './array-table.ts';
import { stemOf, type FoundFile, type FoundLayout } from './find.ts';
import { idsOfArray, idsOfLines } from './id-list.ts';
import type { SideCarJoin } from './join.ts';
import { KeyJoin } from './key-join.ts';
import { MembershipJoin } from './membership-join.ts';
import { RowJoin, type RowCheck } from './row-join.ts';
import { openObjectTable } from './object-table.ts';
import { ShardKeys } from './shard-keys.ts';
import type { SideTable } from './side-table.ts';

export interface OpenedJoin {
  readonly layout: FoundLayout;
  readonly join: SideCarJoin;
  /** How edits go into the file; absent where they cannot. */
  readonly rewriter?: Rewriter | undefined;
  readonly bytesRead: () => number;
  readonly close: () => Promise<void>;
}

/** What a file's only array is called before a layout names it. */
const ARRAY_NAME = 'array';

/** Opens a file as the first of its layouts that it fits; null where it fits none. @throws LoupeError */
export async function openJoin({ path, layouts }: FoundFile, head: Buffer, shard: Shard, context: ShardContext): Promise<OpenedJoin | null> {
  const isNumpy = isArray(head) || /\.np[yz]$/i.test(path);
  const [first] = layouts;
  if (first?.join.by === 'membership' && !isNumpy) return openIds(path, first, shard, context);
  const table = await openTable(path, isNumpy, layouts, context);
  try {
    const layout = layouts.find((each) => fits(table, each));
    const opened = layout === undefined ? null : await joinTable(path, layout, table, shard, context);
    if (opened === null) await table.close();
    return opened;
  } catch (error) {
    await table.close();
    throw error;
  }
}

async function openTable(path: string, isArray: boolean, layouts: readonly FoundLayout[], context: ShardContext): Promise<SideTable> {
  if (isArray) return openArrayTable(path, layouts, context);
  if (/\.arrow$/i.test(path)) throw arrowRefusal(path);
  return layouts[0]?.isObject === true ? openObjectTable(path, context) : openShard(path, context);
}

/** A layout of the producer's, which its own tools write in another format too. */
function arrowRefusal(path: string): LoupeError {
  const words = `${basename(path)} is an Arrow file, which Loupe does not read. The same rows as ${basename(dirname(path))}.parquet beside its folder are joined; to_parquet of Hugging Face datasets writes them.`;
  return new LoupeError('unsupported', words, { path });
}

function openArrayTable(path: string, layouts: readonly FoundLayout[], context: ShardContext): Promise<ArrayTable> {
  // Of a file by a name of its own nothing else says what its rows are.
  const named = layouts.some(({ names }) => ARRAY_NAME in names);
  return ArrayTable.open(path, named ? ARRAY_NAME : stemOf(path).replace(/\.npy$/i, ''), context);
}

async function openIds(path: string, layout: FoundLayout, shard: Shard, context: ShardContext): Promise<OpenedJoin | null> {
  if (layout.join.by !== 'membership' || (layout.has !== undefined && 'uids' in layout.has)) return null;
  const ids = await idsOfLines(path, context.signal);
  const join = new MembershipJoin(path, shard, ids, new ShardKeys(shard, layout.join), stemOf(path).replace(/\.txt$/i, ''), context);
  return { layout, join, bytesRead: () => ids.bytesRead(), close: () => closeBoth(join, ids) };
}

function fits(table: SideTable, { has }: FoundLayout): boolean {
  const { columns } = table.state();
  if (has === undefined) return true;
  if ('columns' in has) return has.columns.every((name) => columns.some((column) => column.name === name));
  return columns.length === 1 && ('uids' in has ? columns[0]?.type === 'uid' : columns[0]?.kind === 'vector');
}

async function joinTable(path: string, layout: FoundLayout, table: SideTable, shard: Shard, context: ShardContext): Promise<OpenedJoin | null> {
  const { join: how } = layout;
  const opened = (join: SideCarJoin): OpenedJoin => ({ layout, join, rewriter: table.rewriter, bytesRead: () => table.state().bytesRead, close: () => table.close() });
  const columnOf = (name: string) => {
    const column = table.state().columns.find((each) => each.name === name);
    if (column === undefined) throw new LoupeError('malformed', `${basename(path)} has no column ${name}, by which it is joined.`, { path });
    return column;
  };
  switch (how.by) {
    case 'row': {
      const check: RowCheck | null = how.check === undefined ? null : { keys: new ShardKeys(shard, how.check), sideCar: columnOf(how.check.sideCar) };
      return opened(new RowJoin(path, shard, table, check));
    }
    case 'key':
      return opened(new KeyJoin(path, shard, table, new ShardKeys(shard, how), columnOf(how.sideCar), context.signal));
    case 'membership': {
      if (!(table instanceof ArrayTable)) return null;
      const ids = await idsOfArray(path, table, context.signal);
      const join = new MembershipJoin(path, shard, ids, new ShardKeys(shard, how), stemOf(path).replace(/\.npy$/i, ''), context);
      return { layout, join, bytesRead: () => ids.bytesRead(), close: () => closeBoth(join, ids) };
    }
    case 'shard':
      return null;
  }
}

async function closeBoth(join: MembershipJoin, ids: { close(): Promise<void> }): Promise<void> {
  await join.close();
  await ids.close();
}
