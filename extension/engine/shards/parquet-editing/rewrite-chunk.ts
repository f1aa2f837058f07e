import type { ByteValues } from '../parquet-pages/byte-values.ts';
import { ChunkPlaces } from '../parquet-pages/chunk-places.ts';
import { DecodedPage, decodeDictionary, type Slot } from '../parquet-pages/decoded-page.ts';
import type { Chunk, Leaf, PageHeader, PageLocation } from '../parquet-pages/layout.ts';
import { PageFault } from '../parquet-pages/page-fault.ts';
import { planPages } from '../parquet-pages/plan-pages.ts';
import type { ByteSource } from '../source.ts';
import { encodePage, type EncodedPage, type PageStyle } from './encode-page.ts';

/** Bytes of values from which on a page is ended, and pages that are encoded side by side. */
const PAGE_BYTES = 2 * 1024 * 1024;
const ENCODED_AT_ONCE = 4;

/** What rows of one column chunk become, by their number in the row group: the places that they have then; null for rows that go. */
export type ChunkEdits = ReadonlyMap<number, readonly Slot[] | null>;

export interface ChunkJob {
  readonly source: ByteSource;
  readonly leaf: Leaf;
  readonly chunk: Chunk;
  /** Rows of the row group. */
  readonly rows: number;
  readonly edits: ChunkEdits;
}

/** Bytes of the new chunk: of the old file, or new ones. */
export type Piece = { readonly start: number; readonly end: number } | Buffer;

/** A column chunk with edits in it. */
export interface RewrittenChunk {
  readonly pieces: readonly Piece[];
  /** Bytes of header and body of all pages. */
  readonly size: number;
  /** By how much the bytes are more when expanded, and the values, nulls counted. */
  readonly expandedBy: number;
  readonly valuesBy: number;
  /** By how much its nulls are more. */
  readonly nullsBy: number;
}

/** Pages of a run: the first and the last. */
interface Run {
  readonly first: number;
  last: number;
}

/**
 * A chunk whose pages that hold edited rows are written anew, as PLAIN; every other page is moved as it is.
 * @throws PageFault where a page cannot be read, EditFault where one would be too large
 */
export async function rewriteChunk({ source, leaf, chunk, rows, edits }: ChunkJob, signal: AbortSignal): Promise<RewrittenChunk> {
  const places = await ChunkPlaces.of({ path: source.path, chunk, maxRepetition: leaf.maxRepetition, rows }, signal);
  const reader = new PageReader(source, places, leaf, chunk.codec);
  const pieces: Piece[] = [];
  let [at, expandedBy, valuesBy, nullsBy] = [chunk.start, 0, 0, 0];
  for (const { first, last } of runsOf(places, edits)) {
    signal.throwIfAborted();
    const pages = places.pages.slice(first, last + 1);
    const [start, end] = [pages[0]?.offset ?? at, endOf(pages.at(-1), at)];
    if (start < at) throw new PageFault('it begins before the one before it ends');
    if (start > at) pieces.push({ start: at, end: start });
    at = end;
    const old = await reader.run(pages, first);
    const kept = edited(old.slots, places.pages[first]?.firstRow ?? 0, edits);
    expandedBy -= old.expanded;
    valuesBy += kept.length - old.slots.length;
    nullsBy += nullsOf(kept) - nullsOf(old.slots);
    if (kept.length === 0) continue;
    const style = { isSecond: old.header.kind === 'data-v2', hasChecksum: old.header.hasChecksum, codec: chunk.codec };
    for (const page of await encodePages(kept, leaf, style)) {
      pieces.push(page.bytes);
      expandedBy += page.expanded;
    }
  }
  // Some writers do not count all pages: none may be left behind.
  const end = Math.max(chunk.start + chunk.size, endOf(places.pages.at(-1), at));
  if (end > at) pieces.push({ start: at, end });
  return { pieces, size: pieces.reduce((sum, piece) => sum + sizeOf(piece), 0), expandedBy, valuesBy, nullsBy };
}

/** Bytes of a piece. */
export function sizeOf(piece: Piece): number {
  return Buffer.isBuffer(piece) ? piece.length : piece.end - piece.start;
}

/** Some writers make pages of a hundred megabytes: they become several, so that the next edit among them costs little. */
async function encodePages(slots: readonly Slot[], leaf: Leaf, style: PageStyle): Promise<EncodedPage[]> {
  const encoded: EncodedPage[] = [];
  const parts = pageParts(slots);
  for (let at = 0; at < parts.length; at += ENCODED_AT_ONCE) {
    encoded.push(...(await Promise.all(parts.slice(at, at + ENCODED_AT_ONCE).map((part) => encodePage(part, leaf, style)))));
  }
  return encoded;
}

/** Cuts places where a row begins, once there is enough for a page. */
function pageParts(slots: readonly Slot[]): (readonly Slot[])[] {
  const parts: (readonly Slot[])[] = [];
  let [from, bytes] = [0, 0];
  for (const [at, slot] of slots.entries()) {
    if (slot.repetition === 0 && bytes >= PAGE_BYTES) {
      parts.push(slots.slice(from, at));
      [from, bytes] = [at, 0];
    }
    bytes += slot.bytes?.length ?? 0;
  }
  return from === 0 ? [slots] : [...parts, slots.slice(from)];
}

/** Pages that have to be written anew; a row that goes on in pages behind takes those with it. */
function runsOf(places: ChunkPlaces, edits: ChunkEdits): Run[] {
  const runs: Run[] = [];
  const rows = [...edits.keys()].sort((a, b) => a - b);
  for (const { page, rows: within } of planPages(places.pages, rows)) {
    const lastRow = (places.pages[page]?.firstRow ?? 0) + places.rowsOf(page) - 1;
    let last = page;
    if (within.at(-1) === lastRow) while (places.pages[last + 1]?.continues === true) last++;
    const before = runs.at(-1);
    if (before !== undefined && page <= before.last) before.last = Math.max(before.last, last);
    else runs.push({ first: page, last });
  }
  return runs;
}

/** @param firstRow the number of the row that is the first to begin in these places */
function edited(slots: readonly Slot[], firstRow: number, edits: ChunkEdits): Slot[] {
  const kept: Slot[] = [];
  let row = firstRow - 1;
  let change: readonly Slot[] | null | undefined;
  for (const slot of slots) {
    if (slot.repetition === 0) {
      change = edits.get(++row);
      for (const place of change ?? []) kept.push(place);
    }
    if (change === undefined) kept.push(slot);
  }
  return kept;
}

function nullsOf(slots: readonly Slot[]): number {
  return slots.reduce((sum, { bytes }) => (bytes === null ? sum + 1 : sum), 0);
}

function endOf(page: PageLocation | undefined, none: number): number {
  return page === undefined ? none : page.offset + page.size;
}

/** Decodes whole pages of one chunk. */
class PageReader {
  readonly #source: ByteSource;
  readonly #places: ChunkPlaces;
  readonly #leaf: Leaf;
  readonly #codec: string;
  #dictionary: Promise<ByteValues> | null = null;

  constructor(source: ByteSource, places: ChunkPlaces, leaf: Leaf, codec: string) {
    this.#source = source;
    this.#places = places;
    this.#leaf = leaf;
    this.#codec = codec;
  }

  /** The places of pages that follow one another, the header of the first, and the bytes of all when expanded. */
  async run(pages: readonly PageLocation[], first: number): Promise<{ readonly slots: readonly Slot[]; readonly header: PageHeader; readonly expanded: number }> {
    const slots: Slot[] = [];
    let header: PageHeader | null = null;
    let expanded = 0;
    for (const [at, page] of pages.entries()) {
      const own = await this.#places.header(page);
      header ??= own;
      expanded += own.length + own.uncompressed;
      const decoded = await this.#decode(page, own);
      const found = decoded.rowStarts?.length ?? decoded.count;
      if (found !== this.#places.rowsOf(first + at)) throw new PageFault(`it holds ${found} rows, not ${this.#places.rowsOf(first + at)}`);
      for (let place = 0; place < decoded.count; place++) slots.push(decoded.slot(place));
    }
    if (header === null) throw new PageFault('it is missing');
    return { slots, header, expanded };
  }

  async #decode(page: PageLocation, header: PageHeader): Promise<DecodedPage> {
    const isNamed = header.encoding === 'RLE_DICTIONARY' || header.encoding === 'PLAIN_DICTIONARY';
    return DecodedPage.from(await this.#body(page, header), header, this.#leaf, this.#codec, isNamed ? await this.#names() : null);
  }

  #names(): Promise<ByteValues> | null {
    const { dictionary } = this.#places;
    if (dictionary === null) return null;
    this.#dictionary ??= this.#places.header(dictionary).then(async (header) => decodeDictionary(await this.#body(dictionary, header), header, this.#leaf, this.#codec));
    return this.#dictionary;
  }

  #body({ offset, size }: PageLocation, header: PageHeader): Promise<Buffer> {
    if (header.length + header.compressed !== size) throw new PageFault('it has another size than its index says');
    return this.#source.slice(offset + header.length, offset + size);
  }
}
