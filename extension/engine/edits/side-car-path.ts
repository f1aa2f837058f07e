import { basename } from 'node:path';
import { SIDE_CAR_STEP, type CellChange, type CellPath } from '../../protocol/edits.ts';
import { LoupeError } from '../../rpc/failure.ts';

/** Whether a path leads into a file beside the shard. */
export function isSideCarPath(path: CellPath): path is readonly [string, ...CellPath] {
  return typeof path[0] === 'string' && path[0].startsWith(SIDE_CAR_STEP);
}

/** An edit whose file is gone; it must not go into another. */
export function lostSideCar(shard: string, { path: [step], row }: CellChange): LoupeError {
  const name = String(step).slice(SIDE_CAR_STEP.length);
  return new LoupeError('conflict', `${name}, of which row ${row + 1} was edited, is not beside ${basename(shard)} any more; nothing was saved.`, { path: shard });
}
