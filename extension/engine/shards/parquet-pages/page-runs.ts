import type { FileUses } from './file-uses.ts';
import type { PageLocation } from './layout.ts';

/** Bytes of one read at most: several of them go on side by side. */
const MAX_RUN_BYTES = 2 * 1024 * 1024;

interface Run {
  readonly pages: Pick<PageLocation, 'offset' | 'size'>[];
  bytes: number;
  /** What was not taken yet, by offset. */
  read: Promise<Map<number, Uint8Array>> | null;
}

/** Pages of one request that lie one behind the other, read together: a screen of pictures is a few reads instead of one a picture. */
export class PageRuns {
  readonly #uses: FileUses;
  readonly #runs = new Map<number, Run>();

  /** @param pages in file order, those that are there already left out */
  constructor(uses: FileUses, pages: readonly Pick<PageLocation, 'offset' | 'size'>[]) {
    this.#uses = uses;
    let run: Run = { pages: [], bytes: 0, read: null };
    for (const page of pages) {
      const last = run.pages.at(-1);
      const goesOn = last !== undefined && last.offset + last.size === page.offset && run.bytes + page.size <= MAX_RUN_BYTES;
      if (!goesOn) run = { pages: [], bytes: 0, read: null };
      run.pages.push(page);
      run.bytes += page.size;
      this.#runs.set(page.offset, run);
    }
  }

  /** The page with its header, once; null for a page that is read alone, or was taken. @throws LoupeError of the file system */
  async take(offset: number): Promise<Uint8Array | null> {
    const run = this.#runs.get(offset);
    if (run === undefined || run.pages.length === 1) return null;
    run.read ??= this.#read(run);
    const pages = await run.read;
    const bytes = pages.get(offset) ?? null;
    // Nobody asks for it again, since what is made of it is kept.
    pages.delete(offset);
    return bytes;
  }

  async #read({ pages }: Run): Promise<Map<number, Uint8Array>> {
    const found = await this.#uses.use((source) => source.slices(pages[0]?.offset ?? 0, pages.map(({ size }) => size)));
    return new Map(pages.map(({ offset }, at) => [offset, found[at] ?? new Uint8Array()]));
  }
}
