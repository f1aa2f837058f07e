import { basename } from 'node:path';
import { LoupeError } from '../../../rpc/failure.ts';
import type { ByteSource } from '../source.ts';

/** Bytes behind the footer: its length and the magic. */
const TAIL = 8;
const MIN_FILE = 12;
/** The end of a footer names its writer, before a few bytes for each column. */
const WRITER_BYTES = 4_096;

/** What the ends of a file tell. */
export interface FileEnds {
  /** The footer's length in bytes. */
  readonly footerLength: number;
  /** The last bytes of the file. */
  readonly tail: Buffer;
}

/**
 * Looks at both ends of the file before anybody decodes it, so that the common kinds of damage get a name.
 * @throws LoupeError `malformed`, `encrypted`
 */
export async function checkEnds(source: ByteSource): Promise<FileEnds> {
  const name = basename(source.path);
  const refuse = (code: 'malformed' | 'encrypted', message: string, place?: string): LoupeError =>
    new LoupeError(code, `${name} ${message}`, { path: source.path, ...(place === undefined ? {} : { place }) });
  const size = source.byteLength;
  if (size === 0) throw refuse('malformed', 'is empty.');
  const head = (await source.slice(0, 4)).toString('latin1');
  if (size < MIN_FILE) throw refuse('malformed', `has ${size} bytes, fewer than any Parquet file.`);
  const tail = await source.slice(Math.max(0, size - WRITER_BYTES), size);
  const magic = tail.subarray(-4).toString('latin1');
  const place = `byte ${size - TAIL}`;
  if (magic === 'PARE') throw refuse('encrypted', 'is encrypted (its footer too), and Loupe has no key.', place);
  if (magic !== 'PAR1') {
    const cut = head === 'PAR1' || head === 'PARE';
    throw refuse('malformed', cut ? 'is cut short: it begins as Parquet but ends without a footer.' : 'is not a Parquet file.', place);
  }
  const length = tail.readUInt32LE(tail.length - TAIL);
  if (length === 0 || length > size - MIN_FILE) {
    throw refuse('malformed', `says that its footer has ${length} bytes, but the file has ${size}.`, place);
  }
  return { footerLength: length, tail };
}
