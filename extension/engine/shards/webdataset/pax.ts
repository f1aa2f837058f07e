import { decodeBytes } from './tar-header.ts';

/** Records of one extended header, last one wins; `damaged` where they do not follow the format to the end. */
export interface PaxRecords {
  readonly records: ReadonlyMap<string, string>;
  /** `GNU.sparse.offset` and `GNU.sparse.numbytes` of sparse format 0.0, which repeat: in order. */
  readonly sparsePairs: readonly number[];
  readonly damaged: boolean;
}

const MAX_RECORDS = 10_000;

/**
 * `LENGTH KEY=VALUE\n` records. A wrong length or a missing newline ends the reading; what came before it
 * counts, as in Python's tarfile and GNU tar.
 */
export function parsePax(bytes: Buffer): PaxRecords {
  const records = new Map<string, string>();
  const sparsePairs: number[] = [];
  let at = 0;
  let count = 0;
  while (at < bytes.length && bytes[at] !== 0) {
    const space = bytes.indexOf(0x20, at);
    const digits = space < 0 || space - at > 10 ? '' : bytes.toString('latin1', at, space);
    const length = /^\d+$/.test(digits) ? Number(digits) : 0;
    const equals = bytes.indexOf(0x3d, space + 1);
    const end = at + length;
    if (length === 0 || equals < 0 || equals >= end || end > bytes.length || ++count > MAX_RECORDS) {
      return { records, sparsePairs, damaged: true };
    }
    const key = decodeBytes(bytes.subarray(space + 1, equals));
    const value = decodeBytes(bytes.subarray(equals + 1, end - 1));
    if (key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes') sparsePairs.push(Number(value));
    else records.set(key, value);
    if (bytes[end - 1] !== 0x0a) return { records, sparsePairs, damaged: true };
    at = end;
  }
  return { records, sparsePairs, damaged: false };
}
