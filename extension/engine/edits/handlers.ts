import { basename } from 'node:path';
import { LOCAL_FILES } from '../../durable/local-files.ts';
import type { CellChange, CellPath, WrittenValue } from '../../protocol/edits.ts';
import type { EngineRequests } from '../../protocol/engine.ts';
import type { ShardId } from '../../protocol/shards.ts';
import { WHOLE_LIMITS, type ValueLimits } from '../../protocol/values.ts';
import type { RequestHandlers } from '../../rpc/connection.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { editRecord } from '../shards/jsonl/edit-record.ts';
import { locateValue } from '../pages/locate-value.ts';
import { saveShard } from '../saving/save-shard.ts';
import type { Rewriter } from '../shards/rewriter.ts';
import type { Shard } from '../shards/shard.ts';
import { EditSet } from './edit-set.ts';
import { editedFiles, factsOf } from './edited-files.ts';
import { checkAdded } from './added-value.ts';
import { OverlayShard } from './overlay-shard.ts';
import { valueOf, writtenOf } from './written-value.ts';

type Methods = 'shard/targets' | 'shard/written' | 'shard/checkEdit' | 'shard/edit' | 'shard/saveFacts' | 'shard/editedFiles' | 'shard/save';

/** Checks a text and keeps nothing of it. */
const NOTHING: ValueLimits = { text: 0, bytes: 0, items: 0, summariseVectors: true };

/** The requests about edits and saving. */
export function editHandlers(get: (id: ShardId) => Shard): Pick<RequestHandlers<EngineRequests>, Methods> {
  return {
    'shard/targets': async ({ shard }) => {
      const { rewriter } = get(shard);
      await rewriter?.ready?.();
      return { targets: rewriter?.targets() ?? [] };
    },
    'shard/written': async ({ shard, row, path }, signal) => ({ value: await writtenAt(get(shard), row, path, signal) }),
    'shard/checkEdit': async ({ shard, change }, signal) => {
      await checkChange(get(shard), change, signal);
      return null;
    },
    'shard/edit': async ({ shard, changes, epoch }) => {
      const overlay = overlayOf(get(shard));
      await overlay.rewriter?.ready?.();
      overlay.apply(changes, epoch);
      return null;
    },
    'shard/saveFacts': ({ shard }, signal) => {
      const overlay = overlayOf(get(shard));
      return factsOf(rewriterOf(overlay), overlay.edits, signal);
    },
    'shard/editedFiles': async ({ shard, changes }, signal) => {
      const overlay = overlayOf(get(shard));
      return { files: await editedFiles(rewriterOf(overlay), changes === undefined ? overlay.edits : new EditSet(changes), signal) };
    },
    'shard/save': ({ shard, target, expected, others = [] }, signal) => {
      const found = get(shard);
      return saveShard(LOCAL_FILES, { rewriter: rewriterOf(found), edits: overlayOf(found).edits, target, expected, others }, signal);
    },
  };
}

function overlayOf(shard: Shard): OverlayShard {
  if (shard instanceof OverlayShard && shard.rewriter !== undefined) return shard;
  throw readOnly(shard);
}

function rewriterOf(shard: Shard): Rewriter {
  if (shard.rewriter !== undefined) return shard.rewriter;
  throw readOnly(shard);
}

function readOnly(shard: Shard): LoupeError {
  const { path } = shard.state();
  return new LoupeError('unsupported', `${basename(path)} cannot be edited: Loupe does not write its format.`, { path });
}

/** Looks whether a cell's column takes its new value. @throws LoupeError `unsupported`, with the reason, where it does not */
export async function checkChange(shard: Shard, change: CellChange, signal: AbortSignal): Promise<void> {
  const added = shard instanceof OverlayShard ? shard.edits.columns.get(String(change.path[0])) : undefined;
  if (added !== undefined) {
    if ('json' in change.new) valueOf(change.new, NOTHING);
    checkAdded(added, change);
    return;
  }
  const rewriter = rewriterOf(shard);
  await rewriter.ready?.();
  if ('json' in change.new) valueOf(change.new, NOTHING);
  const target = targetOf(shard, change.path);
  await rewriter.check?.(target !== null && change.path.length > target.length ? await wholeChange(shard, change, target, signal) : change, signal);
}

/** The change of the whole value that a change of a place inside it makes. @throws LoupeError `conflict` where the place is not there */
async function wholeChange(shard: Shard, { row, path, old, new: value }: CellChange, column: CellPath, signal: AbortSignal): Promise<CellChange> {
  const whole = (json: string): string => `{"": ${json}}`;
  const before = await writtenAt(shard, row, column, signal);
  const text = before !== null && 'json' in before ? before.json : 'null';
  const record = editRecord(Buffer.from(whole(text)), [{ kind: 'cell', row, path: ['', ...path.slice(column.length)], old, new: value }], false);
  if (!Buffer.isBuffer(record)) throw new LoupeError(record.kind, `${String(column.at(-1))}: ${record.message}.`);
  return { kind: 'cell', row, path: column, old: { json: text }, new: { json: record.toString('utf8').slice(whole('').indexOf('}'), -1) } };
}

/** The path of the column that a path is of; null where there is none. */
function targetOf(shard: Shard, path: CellPath): CellPath | null {
  const target = shard.rewriter?.targets().find((each) => 'path' in each && each.path.length > 0 && each.path.length <= path.length && each.path.every((step, at) => path[at] === step));
  return target !== undefined && 'path' in target ? target.path : null;
}

/** What stands at a place of a row; null where JSON text cannot say it. @throws LoupeError for a row that is not there */
export async function writtenAt(shard: Shard, row: number, path: CellPath, signal: AbortSignal): Promise<WrittenValue | null> {
  await shard.rewriter?.ready?.();
  const targets = shard.rewriter?.targets() ?? [];
  const column = targets.findIndex((target) => 'path' in target && target.path.length <= path.length && target.path.every((step, at) => path[at] === step));
  const target = targets[column];
  if (target === undefined || !('path' in target)) return null;
  const values = await shard.read({ start: row, end: row + 1, columns: [column], limits: WHOLE_LIMITS }, signal);
  const cell = values[0]?.[0];
  if (cell === undefined) throw new LoupeError('invalid-request', `There is no row ${row + 1}.`);
  return writtenOf(locateValue(cell, path.slice(target.path.length)) ?? { type: 'missing' });
}
