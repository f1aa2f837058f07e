/**
 * Where and why a compressed file cannot be decoded to its end.
 *
 * - `truncated`: the file ends inside a member or frame
 * - `trailing`: complete data is followed by bytes that are none
 * - `damaged`: the bytes break the format
 */
export class StreamFault extends Error {
  readonly kind: 'truncated' | 'trailing' | 'damaged';
  /** Offset in the compressed file. */
  readonly byte: number;
  readonly detail: string;

  constructor(kind: StreamFault['kind'], byte: number, detail = '', cause?: unknown) {
    super(`${kind} at byte ${byte}${detail === '' ? '' : `: ${detail}`}`, cause === undefined ? undefined : { cause });
    this.name = 'StreamFault';
    this.kind = kind;
    this.byte = byte;
    this.detail = detail;
  }

  /** A decoder's error in the chunk that begins at `byte`; anything that is no decoder's error passes unchanged. */
  static fromZlib(error: unknown, byte: number): unknown {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!/^(Z_|ZSTD_)/.test(code)) return error;
    return new StreamFault('damaged', byte, (error as Error).message, error);
  }
}
