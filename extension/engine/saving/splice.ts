/** Bytes `[start, end)` of a shard's (decompressed) bytes that others take the place of. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly bytes: Buffer;
  /** What stands there now, where it is known: a save that finds something else stops. */
  readonly replaces: Buffer | null;
  /** The bytes are the old file's, at another place. */
  readonly isMoved?: true;
}

/** Replacements in ascending order, none overlapping another; made while they are taken, so that no file needs memory for all. */
export type Splices = AsyncIterable<Splice>;

/** Whether nothing behind the splice moves. */
export function keepsLength({ start, end, bytes }: Splice): boolean {
  return bytes.length === end - start;
}
