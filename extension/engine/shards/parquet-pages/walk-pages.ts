import { firstBytes } from '../parquet/level-bytes.ts';
import { MAX_PAGE_VALUES, MAX_PAGES, type PageHeader } from './layout.ts';
import { bitWidth, countZeros } from './level-runs.ts';
import { MAX_HEADER_READ, readAt, readPageHeader } from './page-header.ts';

/** A column chunk, as far as its pages are to be walked. */
export interface WalkedChunk {
  /** Where its first page begins. */
  readonly start: number;
  /** Values with their nulls: as many as there are levels. */
  readonly values: number;
  readonly codec: string;
  readonly maxRepetition: number;
}

export interface WalkedPage {
  readonly offset: number;
  /** Bytes of header and body. */
  readonly size: number;
  readonly header: PageHeader;
  /** Rows that begin in it. */
  readonly rows: number;
  /** It begins in the middle of a row. */
  readonly continues: boolean;
  /** Bytes read of it. */
  readonly bytesRead: number;
}

/** Bytes read at a page's beginning: its header, and where values repeat with most pages all its repetition levels. */
const HEADER_READ = 512;
const LEVELS_READ = 16 * 1024;

/**
 * The pages of a chunk, one after the other, from their headers; of values that repeat within a row also the levels are read,
 * since only they tell rows. Bodies are passed over.
 * @throws where the pages cannot be understood
 */
export function* walkPages(file: number, chunk: WalkedChunk): Generator<WalkedPage> {
  let values = 0;
  let offset = chunk.start;
  for (let pages = 0; values < chunk.values; pages++) {
    if (pages >= MAX_PAGES) throw new Error('too many pages');
    const { header, bytes } = readPageHeader(file, offset, chunk.maxRepetition > 0 ? LEVELS_READ : HEADER_READ);
    const size = header.length + header.compressed;
    const isData = header.kind === 'data' || header.kind === 'data-v2';
    const taken = isData ? Math.min(header.values, chunk.values - values) : 0;
    yield { offset, size, header, ...rowsIn(file, offset, header, bytes, chunk, taken) };
    values += taken;
    offset += size;
  }
}

function rowsIn(file: number, offset: number, header: PageHeader, bytes: Uint8Array, chunk: WalkedChunk, taken: number): Pick<WalkedPage, 'rows' | 'continues' | 'bytesRead'> {
  if (chunk.maxRepetition === 0 || taken === 0) return { rows: taken, continues: false, bytesRead: bytes.length };
  if (taken > MAX_PAGE_VALUES) throw new Error('too many values in a page');
  let known = bytes;
  for (;;) {
    const levels = repetitionLevels(header, known.subarray(header.length, header.length + header.compressed), chunk.codec);
    if (levels !== null) {
      const { zeros, startsWithZero } = countZeros(levels, bitWidth(chunk.maxRepetition), taken);
      return { rows: zeros, continues: !startsWithZero, bytesRead: known.length };
    }
    if (known.length >= header.length + header.compressed || known.length >= MAX_HEADER_READ) throw new Error('levels that end early');
    const more = readAt(file, offset, known.length * 8);
    if (more.length <= known.length) throw new Error('a page that ends early');
    known = more;
  }
}

/** The encoded repetition levels; null when these bytes of the body do not hold all of them. */
function repetitionLevels(header: PageHeader, body: Uint8Array, codec: string): Uint8Array | null {
  if (header.kind === 'data-v2') {
    if (header.repetitionBytes > header.compressed) throw new Error('levels that end early');
    return body.length < header.repetitionBytes ? null : body.subarray(0, header.repetitionBytes);
  }
  if (header.repetitionEncoding !== 'RLE') throw new Error(`levels encoded as ${header.repetitionEncoding}`);
  // Before a first version's repetition levels stands how many bytes they take.
  const size = firstBytes(codec, body, 4);
  if (size === null) throw new Error(`pages compressed as ${codec}`);
  if (size.length < 4) return null;
  const length = Buffer.from(size).readUInt32LE();
  if (length > MAX_HEADER_READ) throw new Error('too many levels');
  const levels = firstBytes(codec, body, 4 + length)?.subarray(4);
  return levels?.length === length ? levels : null;
}
