import { basename } from 'node:path';
import { LoupeError } from '../../../rpc/failure.ts';
import type { ByteValues } from './byte-values.ts';
import { ChunkPlaces } from './chunk-places.ts';
import { DecodedPage, decodeDictionary, type Slot } from './decoded-page.ts';
import type { FileUses } from './file-uses.ts';
import { MAX_PAGE_BYTES, type Chunk, type Leaf, type PageHeader, type PageLocation } from './layout.ts';
import type { PageCache } from './page-cache.ts';
import { PageFault } from './page-fault.ts';
import { PageRuns } from './page-runs.ts';
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

/** One leaf's part of one row group. */
export interface LeafChunk {
  readonly leaf: Leaf;
  readonly chunk: Chunk;
  /** Index of the row group, and its rows. */
  readonly group: number;
  readonly rows: number;
  /** What its pages are kept under in the cache. */
  readonly key: string;
}

/** What one request goes by. */
interface Request {
  readonly places: ChunkPlaces;
  readonly runs: PageRuns;
  /** Bytes of memory that its pages take. */
  held: number;
}

/** Reads rows of one column chunk. */
export class ChunkReader {
  readonly #file: PagedFile;
  readonly #of: LeafChunk;

  constructor(file: PagedFile, of: LeafChunk) {
    this.#file = file;
    this.#of = of;
  }

  /** Bytes of the whole chunk. */
  get size(): number {
    return this.#of.chunk.size;
  }

  /** Bytes to read for these rows, ascending within the row group. @throws LoupeError */
  async cost(rows: readonly number[]): Promise<number> {
    const places = await this.#places();
    return plannedBytes(places, planPages(places.pages, rows));
  }

  /** The places of each of these rows, ascending within the row group. @throws LoupeError */
  async slots(rows: readonly number[], signal: AbortSignal): Promise<Slot[][]> {
    const places = await this.#places();
    const parts = planPages(places.pages, rows);
    const wanted = parts.flatMap(({ page }) => places.pages[page] ?? []);
    await this.#named(wanted[0]?.offset, places.loadHeaders(wanted));
    const found: Slot[][][] = [];
    const missing = wanted.filter(({ offset }) => !this.#file.cache.has(this.#key(`${offset}`)));
    const request: Request = { places, runs: new PageRuns(this.#file.uses, missing), held: 0 };
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let i = next++; i < parts.length; i = next++) {
        signal.throwIfAborted();
        const part = parts[i];
        if (part !== undefined) found[i] = await this.#partSlots(request, part);
      }
    };
    await this.#file.uses.use(() => Promise.all(Array.from({ length: Math.min(LANES, parts.length) }, lane)));
    return found.flat();
  }

  async #partSlots(request: Request, { page: index, rows }: PagePart): Promise<Slot[][]> {
    const page = await this.#page(request, index);
    const first = request.places.pages[index]?.firstRow ?? 0;
    const slots: Slot[][] = [];
    for (const row of rows) slots.push(await this.#rowSlots(request, index, page, row - first));
    return slots;
  }

  /** The places of the row that is the page's `row`th to begin. */
  async #rowSlots(request: Request, index: number, page: DecodedPage, row: number): Promise<Slot[]> {
    const { places } = request;
    const slots: Slot[] = [];
    const { rowStarts } = page;
    const start = rowStarts === null ? row : rowStarts[row];
    if (start === undefined || start >= page.count) throw this.#error(new PageFault('it holds fewer rows than it should'), places.pages[index]?.offset);
    const end = rowStarts === null ? start + 1 : (rowStarts[row + 1] ?? page.count);
    this.#take(slots, page, start, end, places.pages[index]);
    const isLast = rowStarts !== null && row + 1 >= rowStarts.length;
    for (let at = index + 1; isLast && places.pages[at]?.continues === true; at++) {
      const more = await this.#page(request, at);
      this.#take(slots, more, 0, more.rowStarts?.[0] ?? more.count, places.pages[at]);
      if ((more.rowStarts?.length ?? 0) > 0) break;
    }
    return slots;
  }

  #take(slots: Slot[], page: DecodedPage, start: number, end: number, location: PageLocation | undefined): void {
    if (slots.length + end - start > MAX_ROW_SLOTS) throw this.#error(new PageFault('a row has too many items', 'too-large'), location?.offset);
    try {
      for (let place = start; place < end; place++) slots.push(page.slot(place));
    } catch (error) {
      throw this.#error(error, location?.offset);
    }
  }

  async #page(request: Request, index: number): Promise<DecodedPage> {
    const { places } = request;
    const location = places.pages[index];
    if (location === undefined) throw this.#error(new PageFault('it is missing'));
    const page = await this.#kept(`${location.offset}`, location.offset, () => this.#decode(request, location, places.rowsOf(index)));
    request.held += page.memory;
    if (request.held > MAX_HELD) throw this.#error(new PageFault(`the rows asked for have pages of more than ${MAX_HELD} bytes`, 'too-large'), location.offset);
    return page;
  }

  /** @param rows that begin in it as its index says; the page must agree, since nothing else would tell a wrong index */
  async #decode({ places, runs }: Request, location: PageLocation, rows: number): Promise<DecodedPage> {
    const header = await places.header(location);
    const isNamed = header.encoding === 'RLE_DICTIONARY' || header.encoding === 'PLAIN_DICTIONARY';
    const [body, dictionary] = await Promise.all([this.#body(location, header, runs), isNamed ? this.#dictionary(places) : null]);
    const page = await DecodedPage.from(body, header, this.#of.leaf, this.#of.chunk.codec, dictionary);
    const found = page.rowStarts?.length ?? page.count;
    if (found !== rows) throw new PageFault(`it holds ${found} rows, not ${rows}`);
    if (!location.continues && page.rowStarts !== null && page.count > 0 && page.rowStarts[0] !== 0) throw new PageFault('it begins in the middle of a row');
    return page;
  }

  async #dictionary(places: ChunkPlaces): Promise<ByteValues | null> {
    const { dictionary: location } = places;
    if (location === null) return null;
    return this.#kept('dictionary', location.offset, async () => {
      const header = await places.header(location);
      return decodeDictionary(await this.#body(location, header), header, this.#of.leaf, this.#of.chunk.codec);
    });
  }

  async #body(location: PageLocation, header: PageHeader, runs: PageRuns | null = null): Promise<Uint8Array> {
    if (header.length + header.compressed !== location.size) throw new PageFault('it has another size than its index says');
    if (header.compressed > MAX_PAGE_BYTES) throw new PageFault(`it has more than ${MAX_PAGE_BYTES} bytes`, 'too-large');
    const page = (await runs?.take(location.offset)) ?? null;
    if (page !== null) return page.subarray(header.length, header.length + header.compressed);
    const start = location.offset + header.length;
    return this.#file.uses.use((source) => source.slice(start, start + header.compressed));
  }

  #places(): Promise<ChunkPlaces> {
    const { path, signal, uses } = this.#file;
    const { chunk, leaf, rows } = this.#of;
    return this.#kept('places', chunk.start, async () => {
      const places = await ChunkPlaces.of({ path, chunk, maxRepetition: leaf.maxRepetition, rows }, signal);
      uses.count(places.bytesRead);
      return places;
    });
  }

  /** What was made of the file's bytes, once for all who ask; only the end of the file stops it. */
  #kept<T extends { readonly memory: number }>(name: string, offset: number, make: () => Promise<T>): Promise<T> {
    return this.#named(offset, this.#file.cache.load(this.#key(name), make));
  }

  #key(name: string): string {
    return `${this.#file.key}/${this.#of.key}/${name}`;
  }

  /** The same, with errors that say where. */
  async #named<T>(offset: number | undefined, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw this.#error(error, offset);
    }
  }

  /** Whatever a page's bytes made a decoder say, in words that name file and place. */
  #error(error: unknown, offset = this.#of.chunk.start): unknown {
    if (error instanceof LoupeError) return error;
    if (error instanceof Error && error.name === 'AbortError') return error;
    const place = `row group ${this.#of.group + 1}, column ${this.#of.leaf.name}, page at byte ${offset}`;
    const [code, words] = error instanceof PageFault ? [error.code, error.message] : ['malformed' as const, 'it cannot be decoded'];
    return new LoupeError(code, `${basename(this.#file.path)} (${place}): ${words}.`, { path: this.#file.path, place, cause: error });
  }
}
