import type { Splice } from '../../saving/splice.ts';

/** The shortest splice that makes one text of another, which begins at `start`; null where they are the same. It keeps neither. */
export function trimmedSplice(start: number, before: Buffer, after: Buffer): Splice | null {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  if (head === before.length && head === after.length) return null;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return {
    start: start + head,
    end: start + before.length - tail,
    bytes: Buffer.from(after.subarray(head, after.length - tail)),
    replaces: Buffer.from(before.subarray(head, before.length - tail)),
  };
}
