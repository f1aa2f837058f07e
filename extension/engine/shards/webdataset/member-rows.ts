import type { ColumnKind } from '../../../protocol/shards.ts';
import type { Value, ValueLimits } from '../../../protocol/values.ts';
import type { ReadRequest } from '../shard.ts';
import type { ArchiveIndex } from './archive-index.ts';
import type { MemberHeader, MemberReader, MemberWish } from './member-reader.ts';
import { contentValue, contentWanted } from './member-value.ts';
import { Turns } from './read-ranges.ts';
import { limitedText } from './sample-rows.ts';
import { isRegular, memberType } from './tar-header.ts';

/** Columns of an archive that is no WebDataset. */
export const MEMBER_COLUMNS: readonly (readonly [name: string, type: string, kind: ColumnKind])[] = [
  ['name', 'text', 'text'],
  ['type', 'text', 'text'],
  ['size', 'bytes', 'number'],
  ['mode', 'octal', 'text'],
  ['mtime', 'time', 'temporal'],
  ['link', 'text', 'text'],
  ['content', 'bytes', 'mixed'],
];
const CONTENT = 6;
const BATCH_ROWS = 512;
const BATCH_BYTES = 32 * 1024 * 1024;

/** Rows of a plain tar: a member each. */
export async function readMembers(index: ArchiveIndex, reader: MemberReader, request: ReadRequest, signal: AbortSignal): Promise<Value[][]> {
  const end = Math.min(request.end, index.rows);
  const result: Value[][] = request.columns.map(() => []);
  const withContent = request.columns.includes(CONTENT);
  const turns = new Turns();
  for (let row = request.start; row < end; ) {
    const batchEnd = withContent ? endOfBatch(index, row, end, request.limits) : Math.min(end, row + BATCH_ROWS);
    const wishes: MemberWish[] = [];
    for (let member = row; member < batchEnd; member++) {
      wishes.push({ member, bytes: 'header' });
      if (withContent) wishes.push({ member, bytes: contentWanted(index.members.size(member), request.limits) });
    }
    const found = await reader.read(wishes, signal);
    const step = withContent ? 2 : 1;
    for (let at = 0; at < found.length; at += step) {
      const header = found[at];
      if (header === undefined || !('entry' in header)) continue;
      const content = found[at + 1];
      for (const [position, column] of request.columns.entries()) {
        const value = column === CONTENT ? memberContent(header, content, request.limits) : headerCell(header, column, request.limits);
        result[position]?.push(value);
      }
      await turns.pause(signal);
    }
    row = batchEnd;
  }
  return result;
}

function endOfBatch(index: ArchiveIndex, from: number, to: number, limits: ValueLimits): number {
  let bytes = 0;
  let row = from;
  while (row < to && row < from + BATCH_ROWS && bytes < BATCH_BYTES) bytes += contentWanted(index.members.size(row++), limits);
  return row;
}

function memberContent(header: MemberHeader, content: Awaited<ReturnType<MemberReader['read']>>[number] | undefined, limits: ValueLimits): Value {
  if (content === undefined || 'entry' in content || !(isRegular(header.entry.flag) || content.size > 0)) return { type: 'missing' };
  return contentValue(content, limits);
}

function headerCell({ entry, details }: MemberHeader, column: number, limits: ValueLimits): Value {
  switch (MEMBER_COLUMNS[column]?.[0]) {
    case 'name':
      return limitedText(entry.name, limits);
    case 'type':
      return memberType(entry.flag);
    case 'size':
      return { type: 'number', text: String(entry.size) };
    case 'mode':
      return details.mode;
    case 'mtime':
      return details.mtime === '' ? { type: 'missing' } : timeValue(details.mtime);
    case 'link':
      return entry.link === '' ? { type: 'missing' } : limitedText(entry.link, limits);
    default:
      return { type: 'missing' };
  }
}

/** Seconds since 1970, with a fraction or not, in DuckDB's form of a time; a number where no calendar reaches. */
export function timeValue(seconds: string): Value {
  const [whole = '', fraction = ''] = seconds.split('.');
  const negative = seconds.startsWith('-') && /[1-9]/.test(fraction);
  const date = new Date((Number(whole) - (negative ? 1 : 0)) * 1000);
  if (Number.isNaN(date.getTime())) return { type: 'number', text: seconds };
  const text = date.toISOString().replace('T', ' ').slice(0, -5);
  const digits = negative ? complement(fraction) : fraction;
  const trimmed = digits.replace(/0+$/, '');
  return { type: 'temporal', text: `${text}${trimmed === '' ? '' : `.${trimmed}`}+00` };
}

/** The digits of 1 minus the fraction. */
function complement(fraction: string): string {
  const scale = 10n ** BigInt(fraction.length);
  return String(scale - BigInt(fraction)).padStart(fraction.length, '0');
}
