import { basename } from 'node:path';
import { LoupeError } from '../../../rpc/failure.ts';
import { askHeaders, askPages } from './ask-pages.ts';
import type { ByteValues } from './byte-values.ts';
import { DecodedPage, decodeDictionary, type Slot } from './decoded-page.ts';
import type { FileUses } from './file-uses.ts';
import { MAX_PAGE_BYTES, type Chunk, type ChunkPages, type Leaf, type PageHeader, type PageLocation } from './layout.ts';
import type { PageCache } from './page-cache.ts';
import { PageFault } from './page-fault.ts';
import { plannedBytes, planPages, type PagePart } from './plan-pages.ts';

/** Places of one row; one with more is left to others. */
const MAX_ROW_SLOTS = 1_000_000;

/** Bytes of decoded pages that one request may hold at once. */
const MAX_HELD = 256 * 1024 * 1024;

/** Pages read side by side: over a network disk each is a wait. */
const LANES = 8;

/** A file whose pages are read. */
export interface PagedFile {
  readonly path: string;
  readonly uses: FileUses;
  readonly cache: PageCache;
  /** What this file's pages are kept under in the cache. */
  readonly key: string;
  /** Fires when the file is closed. */
  readonly signal: AbortSignal;
}

/** What the pages of one request take in memory. */
interface Held {
  bytes: number;
}

/** The chunk of one leaf in one row group. */
export class ChunkReader {
  readonly #file: PagedFile;
  readonly #leaf: Leaf;
  readonly #group: number;
  readonly #chunk: Chunk;
  readonly #rows: number;
  #located: Promise<ChunkPages> | null = null;
  readonly #headers = new Map<number, PageHeader>();
  /** Rows that begin in each page, by its offset. */
  readonly #rowsOf = new Map<number, number>();

  constructor(file: PagedFile, leaf: Leaf, group: number, chunk: Chunk, rows: number) {
    this.#file = file;
    this.#leaf = leaf;
    this.#group = group;
    this.#chunk = chunk;
    this.#rows = rows;
  }

  /** Bytes of the whole chunk. */
  get size(): number {
    return this.#chunk.size;
  }

  /** Bytes to read for these rows, ascending within the row group. @throws LoupeError */
  async cost(rows: readonly number[]): Promise<number> {
    const pages = await this.#locate();
    return plannedBytes(pages, planPages(pages.pages, rows));
  }

  /** The places of each of these rows, ascending within the row group. @throws LoupeError */
  async slots(rows: readonly number[], signal: AbortSignal): Promise<Slot[][]> {
    const { pages } = await this.#locate();
    const parts = planPages(pages, rows);
    await this.#loadHeaders(parts.flatMap(({ page }) => pages[page] ?? []));
    const found: Slot[][][] = [];
    const held: Held = { bytes: 0 };
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let i = next++; i < parts.length; i = next++) {
        signal.throwIfAborted();
        const part = parts[i];
        if (part !== undefined) found[i] = await this.#partSlots(pages, part, held);
      }
    };
    await this.#file.uses.use(() => Promise.all(Array.from({ length: Math.min(LANES, parts.length) }, lane)));
    return found.flat();
  }

  async #partSlots(pages: readonly PageLocation[], { page: index, rows }: PagePart, held: Held): Promise<Slot[][]> {
    const location = pages[index];
    if (location === undefined) throw this.#error(new PageFault('it is missing'), this.#chunk.start);
    const page = await this.#heldPage(location, held);
    return Promise.all(rows.map((row) => this.#rowSlots(pages, index, page, row - location.firstRow, held)));
  }

  /** The places of the row that is the page's `row`th to begin. */
  async #rowSlots(pages: readonly PageLocation[], index: number, page: DecodedPage, row: number, held: Held): Promise<Slot[]> {
    const slots: Slot[] = [];
    const { rowStarts } = page;
    const offset = pages[index]?.offset ?? this.#chunk.start;
    const start = rowStarts === null ? row : rowStarts[row];
    if (start === undefined || start >= page.count) throw this.#error(new PageFault('it holds fewer rows than it should'), offset);
    const end = rowStarts === null ? start + 1 : (rowStarts[row + 1] ?? page.count);
    this.#take(slots, page, start, end, offset);
    const isLast = rowStarts !== null && row + 1 >= rowStarts.length;
    for (let at = index + 1; isLast && pages[at]?.continues === true; at++) {
      const next = pages[at] as PageLocation;
      const more = await this.#heldPage(next, held);
      this.#take(slots, more, 0, more.rowStarts?.[0] ?? more.count, next.offset);
      if ((more.rowStarts?.length ?? 0) > 0) break;
    }
    return slots;
  }

  #take(slots: Slot[], page: DecodedPage, start: number, end: number, offset: number): void {
    if (slots.length + end - start > MAX_ROW_SLOTS) throw this.#error(new PageFault('a row has too many items', 'too-large'), offset);
    try {
      for (let place = start; place < end; place++) slots.push(page.slot(place));
    } catch (error) {
      throw this.#error(error, offset);
    }
  }

  async #heldPage(location: PageLocation, held: Held): Promise<DecodedPage> {
    const page = await this.#page(location);
    held.bytes += page.memory;
    if (held.bytes > MAX_HELD) throw this.#error(new PageFault(`the rows asked for have pages of more than ${MAX_HELD} bytes`, 'too-large'), location.offset);
    return page;
  }

  #page(location: PageLocation): Promise<DecodedPage> {
    return this.#kept(location.offset, async () => {
      const header = await this.#headerOf(location);
      const isNamed = header.encoding === 'RLE_DICTIONARY' || header.encoding === 'PLAIN_DICTIONARY';
      const [body, dictionary] = await Promise.all([this.#body(location, header), isNamed ? this.#dictionary() : null]);
      const page = await DecodedPage.from(body, header, this.#leaf, this.#chunk.codec, dictionary);
      this.#checkRows(location, page);
      return page;
    });
  }

  async #dictionary(): Promise<ByteValues | null> {
    const { dictionary: location } = await this.#locate();
    if (location === null) return null;
    return this.#kept(location.offset, async () => {
      const header = await this.#headerOf(location);
      return decodeDictionary(await this.#body(location, header), header, this.#leaf, this.#chunk.codec);
    });
  }

  /** An offset index says where rows begin; the page must agree, since nothing else would tell a wrong index. */
  #checkRows({ offset, firstRow, continues }: PageLocation, page: DecodedPage): void {
    const { rowStarts } = page;
    if (!continues && rowStarts !== null && page.count > 0 && rowStarts[0] !== 0) throw this.#error(new PageFault('it begins in the middle of a row'), offset);
    const expected = this.#rowsOf.get(offset);
    if (expected !== undefined && expected !== (rowStarts?.length ?? page.count)) {
      throw this.#error(new PageFault(`it holds ${rowStarts?.length ?? page.count} rows from row ${firstRow + 1} on, not ${expected}`), offset);
    }
  }

  async #body(location: PageLocation, header: PageHeader): Promise<Uint8Array> {
    if (header.length + header.compressed !== location.size) throw new PageFault('it has another size than its index says');
    if (header.compressed > MAX_PAGE_BYTES) throw new PageFault(`it has more than ${MAX_PAGE_BYTES} bytes`, 'too-large');
    const start = location.offset + header.length;
    return this.#file.uses.use((source) => source.slice(start, start + header.compressed));
  }

  async #headerOf(location: PageLocation): Promise<PageHeader> {
    const known = location.header ?? this.#headers.get(location.offset);
    if (known !== undefined) return known;
    await this.#loadHeaders([location]);
    return this.#headerOf(location);
  }

  async #loadHeaders(locations: readonly PageLocation[]): Promise<void> {
    const missing = locations.filter(({ header, offset }) => header === null && !this.#headers.has(offset)).map(({ offset }) => offset);
    if (missing.length === 0) return;
    const headers = await askHeaders(this.#file.path, missing, this.#file.signal);
    if (headers === null) throw this.#error(new PageFault('there is no page header'), missing[0] ?? this.#chunk.start);
    for (const [index, header] of headers.entries()) this.#headers.set(missing[index] ?? -1, header);
  }

  /** Asked once for all who want it, so that only the file's own end stops it. A failure is not asked for again. */
  #locate(): Promise<ChunkPages> {
    this.#located ??= this.#ask();
    return this.#located;
  }

  async #ask(): Promise<ChunkPages> {
    const { path, signal, uses } = this.#file;
    const found = await askPages({ path, chunk: this.#chunk, maxRepetition: this.#leaf.maxRepetition, rows: this.#rows }, signal);
    signal.throwIfAborted();
    if (found === null) throw this.#error(new PageFault('its pages cannot be told apart'), this.#chunk.start);
    uses.count(found.bytesRead);
    for (const [index, { offset, firstRow }] of found.pages.entries()) {
      this.#rowsOf.set(offset, (found.pages[index + 1]?.firstRow ?? this.#rows) - firstRow);
    }
    return found;
  }

  /** What was made of the page at `offset`, once; errors say where. */
  #kept<T extends { readonly memory: number }>(offset: number, make: () => Promise<T>): Promise<T> {
    return this.#file.cache.load(`${this.#file.key}/${offset}`, make).catch((error: unknown) => {
      throw this.#error(error, offset);
    });
  }

  /** Whatever a page's bytes made a decoder say, in words that name file and place. */
  #error(error: unknown, offset: number): unknown {
    if (error instanceof LoupeError) return error;
    if (error instanceof Error && error.name === 'AbortError') return error;
    const place = `row group ${this.#group + 1}, column ${this.#leaf.name}, page at byte ${offset}`;
    const [code, words] = error instanceof PageFault ? [error.code, error.message] : ['malformed' as const, 'it cannot be decoded'];
    return new LoupeError(code, `${basename(this.#file.path)} (${place}): ${words}.`, { path: this.#file.path, place, cause: error });
  }
}
