import { askHeaders, askPages } from './ask-pages.ts';
import type { ChunkPages, ChunkQuestion, PageHeader, PageLocation } from './layout.ts';
import { PageFault } from './page-fault.ts';

/** About what the place of a page takes in memory, in bytes. */
const PLACE_BYTES = 400;

/** Where the pages of one chunk are. Headers that an offset index does not tell are read when they are wanted. */
export class ChunkPlaces {
  readonly #path: string;
  readonly #found: ChunkPages;
  readonly #rows: number;
  readonly #signal: AbortSignal;
  readonly #headers = new Map<number, PageHeader>();

  private constructor(path: string, found: ChunkPages, rows: number, signal: AbortSignal) {
    this.#path = path;
    this.#found = found;
    this.#rows = rows;
    this.#signal = signal;
  }

  /** @param signal fires when the file is closed. @throws PageFault where the pages cannot be told apart */
  static async of(question: ChunkQuestion, signal: AbortSignal): Promise<ChunkPlaces> {
    const found = await askPages(question, signal);
    if (found === null) throw new PageFault('its pages cannot be told apart');
    return new ChunkPlaces(question.path, found, question.rows, signal);
  }

  /** Data pages in file order. */
  get pages(): readonly PageLocation[] {
    return this.#found.pages;
  }

  get dictionary(): PageLocation | null {
    return this.#found.dictionary;
  }

  /** Bytes that were read to find the places. */
  get bytesRead(): number {
    return this.#found.bytesRead;
  }

  get memory(): number {
    return this.pages.length * PLACE_BYTES;
  }

  /** Rows that begin in a page. */
  rowsOf(index: number): number {
    return (this.pages[index + 1]?.firstRow ?? this.#rows) - (this.pages[index]?.firstRow ?? 0);
  }

  /** @throws PageFault */
  async header(location: PageLocation): Promise<PageHeader> {
    await this.loadHeaders([location]);
    const header = location.header ?? this.#headers.get(location.offset);
    if (header === undefined) throw new PageFault('there is no page header');
    return header;
  }

  /** Reads the headers of several pages together. @throws PageFault */
  async loadHeaders(locations: readonly PageLocation[]): Promise<void> {
    const missing = locations.filter(({ header, offset }) => header === null && !this.#headers.has(offset)).map(({ offset }) => offset);
    if (missing.length === 0) return;
    const headers = await askHeaders(this.#path, missing, this.#signal);
    if (headers === null) throw new PageFault('there is no page header');
    for (const [index, header] of headers.entries()) this.#headers.set(missing[index] ?? -1, header);
  }
}
