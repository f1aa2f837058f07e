import { basename } from 'node:path';
import { MAX_PASTED, type BulkEdit, type BulkProblem, type BulkStretch, type BulkWish } from '../../protocol/bulk.ts';
import type { CellChange, Change, WrittenValue } from '../../protocol/edits.ts';
import { GRID_LIMITS, WHOLE_LIMITS, type Value } from '../../protocol/values.ts';
import { LoupeError, toLoupeError } from '../../rpc/failure.ts';
import { orAbort } from '../or-abort.ts';
import { ResultShard } from '../queries/result-shard.ts';
import type { Shard } from '../shards/shard.ts';
import { Replacer } from './replacer.ts';
import { writtenOf } from './written-value.ts';

/** Where a stretch ends: milliseconds, changes and bytes of values, so that one can be told of it and stop it. */
const MAX_TIME = 200;
const MAX_CHANGES = 20_000;
const MAX_BYTES = 8 * 1024 * 1024;

/** Rows that are read together: at first, and at most. Bytes of values above which fewer are. */
const FIRST_BATCH = 256;
const LAST_BATCH = 16_384;
const BATCH_BYTES = 4 * 1024 * 1024;

/** Rows that refuse, as many as are told. */
const MAX_PROBLEMS = 20;

/** Looks whether the column takes the value. @throws LoupeError with the reason */
export type CheckChange = (change: CellChange, signal: AbortSignal) => Promise<void>;

/** What is edited: what the grid shows, the shard itself, and whether it takes a change. */
export interface BulkParts {
  /** The shard, or a query's result in it. */
  readonly shown: Shard;
  readonly shard: Shard;
  readonly check: CheckChange;
}

/**
 * What an edit does to the rows from a position on, as far as that takes no longer than one waits for.
 * @throws LoupeError where the column cannot be edited, or the edit makes no sense
 */
export async function bulkStretch({ shown, shard, check }: BulkParts, { edit, start, end, keep = Infinity }: BulkWish, signal: AbortSignal): Promise<BulkStretch> {
  const make = await changeMaker(shard, edit, check);
  const rows = await lastRow(shown, edit, start, end, signal);
  const found = new Found(keep);
  const began = performance.now();
  let at = start;
  let size = FIRST_BATCH;
  while (at < rows && (edit.kind === 'values' || (performance.now() - began < MAX_TIME && found.changes.length < MAX_CHANGES && found.bytes < MAX_BYTES))) {
    signal.throwIfAborted();
    const to = Math.min(rows, at + size);
    const numbers = shown instanceof ResultShard ? shown.rowNumbers(at, to) : Array.from({ length: to - at }, (_, i) => at + i);
    const column = edit.kind === 'drop' ? [] : ((await shown.read({ start: at, end: to, columns: [edit.column], limits: WHOLE_LIMITS }, signal))[0] ?? []);
    const bytes = await make({ numbers, values: column, first: at - start }, found, signal);
    size = bytes > BATCH_BYTES ? Math.max(1, size >> 1) : Math.min(LAST_BATCH, size * 2);
    at = to;
  }
  return { next: at < rows ? at : null, rows, changed: found.changed, changes: found.changes, bytes: found.bytes, refused: found.refused, problems: found.problems };
}

/** What a stretch has found so far. */
class Found {
  readonly changes: Change[] = [];
  readonly problems: BulkProblem[] = [];
  changed = 0;
  refused = 0;
  bytes = 0;
  readonly #keep: number;

  constructor(keep: number) {
    this.#keep = keep;
  }

  add(change: Change, bytes: number): void {
    this.changed++;
    if (this.changes.length >= this.#keep) return;
    this.changes.push(change);
    this.bytes += bytes;
  }

  refuse(row: number, error: unknown): void {
    this.refused++;
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ row, message: toLoupeError(error).message });
  }
}

interface Batch {
  /** Numbers in the table. */
  readonly numbers: readonly number[];
  readonly values: readonly Value[];
  /** How many rows came before this batch. */
  readonly first: number;
}

/** Adds the changes of a batch; answers the bytes that its values have. */
type MakeChanges = (batch: Batch, found: Found, signal: AbortSignal) => Promise<number>;

async function changeMaker(shard: Shard, edit: BulkEdit, check: CheckChange): Promise<MakeChanges> {
  const name = basename(shard.state().path);
  if (shard.rewriter === undefined) throw new LoupeError('unsupported', `${name} cannot be edited: Loupe does not write its format.`);
  await shard.rewriter.ready?.();
  if (edit.kind === 'drop') {
    return ({ numbers }, found) => {
      for (const row of numbers) found.add({ kind: 'row', row, dropped: edit.dropped }, 0);
      return Promise.resolve(0);
    };
  }
  const target = shard.rewriter.targets()[edit.column];
  if (target === undefined) throw new LoupeError('invalid-request', 'There is no such column any more.');
  if ('readOnly' in target) throw new LoupeError('unsupported', target.readOnly);
  const news = newValues(edit);
  return async (batch, found, signal) => {
    const olds = batch.values.map((value) => writtenOf(value));
    const values = news(olds, batch.first);
    let bytes = 0;
    for (const [i, row] of batch.numbers.entries()) {
      const [old, value] = [olds[i], values[i]];
      if (old !== null && old !== undefined) bytes += sizeOf(old);
      if (value === undefined || value === null) continue;
      if (old === null || old === undefined) found.refuse(row, new LoupeError('unsupported', 'This cell holds what cannot be edited as text.'));
      else if (!isSame(old, value)) await addChange({ kind: 'cell', row, path: target.path, old, new: value }, found, check, signal);
    }
    return bytes;
  };
}

async function addChange(change: CellChange, found: Found, check: CheckChange, signal: AbortSignal): Promise<void> {
  try {
    await check(change, signal);
    found.add(change, sizeOf(change.old) + sizeOf(change.new));
  } catch (error) {
    signal.throwIfAborted();
    found.refuse(change.row, error);
  }
}

/** The new values of cells by their old ones; null where a cell stays as it is. */
type NewValues = (olds: readonly (WrittenValue | null)[], first: number) => readonly (WrittenValue | null | undefined)[];

function newValues(edit: Exclude<BulkEdit, { kind: 'drop' }>): NewValues {
  switch (edit.kind) {
    case 'set':
      return (olds) => olds.map(() => edit.value);
    case 'values':
      if (edit.values.length > MAX_PASTED) throw new LoupeError('too-large', `At most ${MAX_PASTED} values can be pasted at once.`);
      return (olds, first) => edit.values.slice(first, first + olds.length);
    case 'replace': {
      const replacer = new Replacer(edit);
      return (olds) => {
        const texts = olds.map(textOf);
        const replaced = replacer.replace(texts.filter((text) => text !== null)).values();
        return texts.map((text) => {
          const now = text === null ? null : (replaced.next().value ?? null);
          return now === null || now === text ? null : { json: JSON.stringify(now) };
        });
      };
    }
  }
}

/** The text that a cell is; null for one that is something else. */
function textOf(value: WrittenValue | null): string | null {
  return value !== null && 'json' in value && value.json.startsWith('"') ? (JSON.parse(value.json) as string) : null;
}

function isSame(a: WrittenValue, b: WrittenValue): boolean {
  return 'json' in a ? 'json' in b && a.json === b.json : !('json' in b);
}

function sizeOf(value: WrittenValue): number {
  return 'json' in value ? value.json.length : 0;
}

/** Where the rows end; rows that are not found or read yet are waited for. */
async function lastRow(shown: Shard, edit: BulkEdit, start: number, end: number | null, signal: AbortSignal): Promise<number> {
  const wanted = edit.kind === 'values' ? start + edit.values.length : end;
  if (!shown.state().rowsComplete) {
    if (wanted === null) await orAbort(shown.settled(), signal);
    else if (wanted > shown.state().rows) await shown.read({ start: wanted - 1, end: wanted, columns: [0], limits: GRID_LIMITS }, signal);
  }
  const { rows } = shown.state();
  return wanted === null ? rows : Math.min(wanted, rows);
}

