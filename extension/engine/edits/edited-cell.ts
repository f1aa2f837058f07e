import type { CellChange, CellPath, WrittenValue } from '../../protocol/edits.ts';
import { MISSING } from '../../protocol/edits.ts';
import type { Value, ValueLimits } from '../../protocol/values.ts';
import { editRecord } from '../shards/jsonl/edit-record.ts';
import { valueOf } from './written-value.ts';

/** A row's changes of one column, that is at its path or inside it. */
export function changesOf(cells: readonly CellChange[], path: CellPath): readonly CellChange[] {
  return cells.filter((change) => change.path.length >= path.length && path.every((step, at) => change.path[at] === step));
}

/** Whether the cell is known from its changes alone: one of them is of all of it. */
export function replacesAll(changes: readonly CellChange[], path: CellPath): boolean {
  return changes.some((change) => change.path.length === path.length);
}

/**
 * A cell with its changes done, within limits, as it will be read when it is saved.
 * @param before the whole value as the file has it; not looked at where a change replaces all of it
 */
export function editedCell(before: WrittenValue | null, changes: readonly CellChange[], path: CellPath, limits: ValueLimits): Value {
  let now = before;
  // What was changed inside before all of it was is gone.
  for (const change of changes.slice(Math.max(0, changes.findLastIndex((one) => one.path.length === path.length)))) {
    if (change.path.length === path.length) {
      now = change.new;
      continue;
    }
    const json = now !== null && 'json' in now ? now.json : 'null';
    const edited = editRecord(Buffer.from(json), [{ ...change, path: change.path.slice(path.length) }], false);
    if (!Buffer.isBuffer(edited)) return { type: 'invalid', text: json.slice(0, limits.text), message: `The edit does not fit the value: ${edited.message}.` };
    now = { json: edited.toString('utf8') };
  }
  return valueOf(now ?? MISSING, limits);
}
