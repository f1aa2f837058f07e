import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ByteSource, GrowingSource } from '../source.ts';

/** Bytes `[start, end)` of an archive that somebody needs. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Ranges closer than this are read as one: a read costs more than the bytes between. */
const MAX_GAP = 16 * 1024;
/** One read is not merged beyond this; a single range may be longer. */
const MAX_RUN = 8 * 1024 * 1024;
/** Reads under way at a time. */
const CONCURRENT_READS = 4;

/** The reads that cover all ranges, in order, neighbours merged. Pure. */
export function planReads(ranges: readonly Range[]): Range[] {
  const reads: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (range.end <= range.start) continue;
    const last = reads.at(-1);
    const merged = last && range.start <= last.end + MAX_GAP ? { start: last.start, end: Math.max(last.end, range.end) } : null;
    const overlaps = last !== undefined && range.start < last.end;
    if (merged !== null && (overlaps || merged.end - merged.start <= MAX_RUN)) reads[reads.length - 1] = merged;
    else reads.push(range);
  }
  return reads;
}

/**
 * The bytes of each range, in the order given; shorter where the archive ends. Waits for bytes that are
 * still being decompressed.
 */
export async function readRanges(source: ByteSource | GrowingSource, ranges: readonly Range[], signal: AbortSignal): Promise<Buffer[]> {
  const reads = planReads(ranges);
  const last = reads.at(-1);
  if (last !== undefined && 'grown' in source && source.byteLength < last.end) await source.grown(last.end - 1, signal);
  const bytes: Buffer[] = new Array<Buffer>(reads.length);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < reads.length) {
      signal.throwIfAborted();
      const index = next++;
      const read = reads[index];
      if (read !== undefined) bytes[index] = await source.slice(read.start, read.end);
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENT_READS, reads.length) }, work));
  signal.throwIfAborted();
  return ranges.map((range) => cutOut(range, reads, bytes));
}

const NOTHING = Buffer.alloc(0);

function cutOut(range: Range, reads: readonly Range[], bytes: readonly Buffer[]): Buffer {
  let low = 0;
  let high = reads.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((reads[middle]?.start ?? Infinity) <= range.start) low = middle;
    else high = middle - 1;
  }
  const read = reads[low];
  if (read === undefined || range.end <= range.start) return NOTHING;
  return bytes[low]?.subarray(range.start - read.start, range.end - read.start) ?? NOTHING;
}

/** Lets other work of the process have a turn when the last one is more than 10 ms ago. */
export class Turns {
  #last = performance.now();

  async pause(signal?: AbortSignal): Promise<void> {
    if (performance.now() - this.#last < 10) return;
    await nextTurn();
    signal?.throwIfAborted();
    this.#last = performance.now();
  }
}
