import type { Value, ValueLimits } from '../../../protocol/values.ts';
import type { ReadRequest } from '../shard.ts';
import type { ArchiveIndex } from './archive-index.ts';
import { fieldKind, type FieldKind } from './field-kind.ts';
import type { MemberReader, MemberWish } from './member-reader.ts';
import { bytesWanted, memberValue } from './member-value.ts';
import { Turns } from './read-ranges.ts';
import { splitKey } from './sample-key.ts';

/** The name of the first column. */
export const KEY_COLUMN = '__key__';
/** Rows and bytes that are read and held at a time. */
const BATCH_ROWS = 512;
const BATCH_BYTES = 32 * 1024 * 1024;

const MISSING: Value = { type: 'missing' };

/** Text within the limit; what is cut says how long it was. */
export function limitedText(text: string, limits: ValueLimits): Value {
  return text.length <= limits.text ? text : { type: 'text', text: text.slice(0, limits.text), length: text.length };
}

/** What one cell needs of the archive. */
interface CellWish extends MemberWish {
  readonly row: number;
  readonly columns: readonly number[];
  readonly kind: FieldKind | null;
}

/** Rows of a WebDataset: a sample each, its key first, then a column for each field. */
export async function readSamples(index: ArchiveIndex, reader: MemberReader, request: ReadRequest, signal: AbortSignal): Promise<Value[][]> {
  const end = Math.min(request.end, index.rows);
  const result: Value[][] = request.columns.map(() => []);
  const turns = new Turns();
  for (let row = request.start; row < end; ) {
    const batch = planBatch(index, request, row, end);
    for (const column of result) for (let at = row; at < batch.end; at++) column.push(MISSING);
    const found = await reader.read(batch.wishes, signal);
    for (const [at, wish] of batch.wishes.entries()) {
      const value = await cellValue(wish, found[at], request.limits);
      for (const column of wish.columns) {
        const cells = result[column];
        if (cells !== undefined) cells[wish.row - request.start] = value;
      }
      await turns.pause(signal);
    }
    row = batch.end;
  }
  return result;
}

async function cellValue(wish: CellWish, found: Awaited<ReturnType<MemberReader['read']>>[number] | undefined, limits: ValueLimits): Promise<Value> {
  if (found === undefined) return MISSING;
  if ('entry' in found) return limitedText(splitKey(found.entry.name)?.key ?? '', limits);
  return wish.kind === null ? MISSING : memberValue(wish.kind, found, limits);
}

/** The wishes of as many rows as fit a batch, one row at least. Pure. */
function planBatch(index: ArchiveIndex, request: ReadRequest, from: number, to: number): { readonly end: number; readonly wishes: CellWish[] } {
  const wanted = new Map<number, number[]>();
  for (const [at, column] of request.columns.entries()) wanted.set(column, [...(wanted.get(column) ?? []), at]);
  const wishes: CellWish[] = [];
  let bytes = 0;
  let row = from;
  while (row < to && row < from + BATCH_ROWS && bytes < BATCH_BYTES) {
    for (const wish of rowWishes(index, row, wanted, request.limits)) {
      wishes.push(wish);
      bytes += wish.bytes === 'header' ? 512 : wish.bytes;
    }
    row++;
  }
  return { end: row, wishes };
}

function rowWishes(index: ArchiveIndex, row: number, wanted: ReadonlyMap<number, readonly number[]>, limits: ValueLimits): CellWish[] {
  const { members, fields } = index;
  const [first, end] = index.span(row);
  const wishes: CellWish[] = [];
  const key = wanted.get(0);
  if (key !== undefined) wishes.push({ row, member: first, bytes: 'header', columns: key, kind: null });
  for (let member = first; member < end; member++) {
    if (!members.inSample(member)) continue;
    const field = members.field(member);
    const columns = wanted.get(field + 1);
    if (columns === undefined) continue;
    const kind = fieldKind(fields[field]?.name ?? '');
    wishes.push({ row, member, bytes: bytesWanted(kind, members.size(member), limits), columns, kind });
  }
  return wishes;
}
