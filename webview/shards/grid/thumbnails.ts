import type { CellPicture, Picture } from '../../../extension/protocol/engine.ts';
import type { ResultId } from '../../../extension/protocol/queries.ts';
import type { CellPlace } from '../../../extension/protocol/webview.ts';
import { toLoupeError } from '../../../extension/rpc/failure.ts';

export const MAX_THUMBNAILS = 400;
export const MAX_THUMBNAILS_IN_FLIGHT = 4;

/** A thumbnail now: asked for, there, or why not. */
export type Thumbnail =
  | { readonly status: 'pending' }
  | { readonly status: 'ok'; readonly url: string; readonly title: string }
  | { readonly status: 'broken'; readonly message: string }
  /** At a host that the user was not asked about. */
  | { readonly status: 'unasked'; readonly host: string };

export type FetchThumbnail = (place: CellPlace, signal: AbortSignal) => Promise<CellPicture>;

/** Where a picture's row stands in what the grid shows: rows near each other there are read together. */
export interface RowPlace {
  readonly position: number;
  readonly result: ResultId | null;
}

/** Makes and frees the URLs of pictures; `URL` itself in a browser. */
export interface BlobUrls {
  createObjectURL(blob: Blob): string;
  revokeObjectURL(url: string): void;
}

interface Entry {
  thumbnail: Thumbnail;
  /** Number in the table: it stays the same picture under another filter. */
  readonly row: number;
  readonly column: number;
  place: RowPlace;
  /** Cells that show it now. */
  readonly watchers: Set<() => void>;
  controller?: AbortController;
}

const PENDING: Thumbnail = { status: 'pending' };

/**
 * Thumbnails of cells on screen. Those asked for last come first (they are where the user scrolled to), those
 * that left the screen before their turn are not fetched, and the URLs of the ones not seen for longest are freed.
 */
export class Thumbnails {
  readonly #fetch: FetchThumbnail;
  readonly #urls: BlobUrls;
  /** In the order of last use, the oldest first. */
  readonly #entries = new Map<string, Entry>();
  readonly #queue: Entry[] = [];
  #inFlight = 0;

  constructor(fetch: FetchThumbnail, urls: BlobUrls) {
    this.#fetch = fetch;
    this.#urls = urls;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(row: number, column: number): Thumbnail {
    return this.#entries.get(`${row}:${column}`)?.thumbnail ?? PENDING;
  }

  /** Wants a thumbnail for as long as it is on screen. @returns a function that says it left */
  watch(row: number, column: number, changed: () => void, place: RowPlace = { position: row, result: null }): () => void {
    const entry = this.#use(row, column, place);
    entry.watchers.add(changed);
    if (entry.thumbnail.status === 'pending' && entry.controller === undefined) this.#queue.push(entry);
    this.#pump();
    return () => {
      entry.watchers.delete(changed);
      // A row that is drawn again at once (recycled) watches again before this runs.
      queueMicrotask(() => {
        if (entry.watchers.size > 0) return;
        entry.controller?.abort();
        delete entry.controller;
      });
    };
  }

  /** The engine is there again: what it took down with it is asked for again. */
  resume(): void {
    for (const entry of this.#entries.values()) if (entry.watchers.size > 0) this.#queue.push(entry);
    this.#pump();
  }

  /** Forgets all, and asks again for those on screen. */
  clear(): void {
    const watched = [...this.#entries.values()].filter((entry) => entry.watchers.size > 0);
    for (const entry of this.#entries.values()) this.#free(entry);
    this.#queue.length = 0;
    for (const entry of this.#entries.values()) if (entry.watchers.size === 0) this.#entries.delete(`${entry.row}:${entry.column}`);
    for (const entry of watched) {
      entry.thumbnail = PENDING;
      this.#queue.push(entry);
      for (const changed of entry.watchers) changed();
    }
    this.#pump();
  }

  #use(row: number, column: number, place: RowPlace): Entry {
    const key = `${row}:${column}`;
    const entry = this.#entries.get(key) ?? { thumbnail: PENDING, row, column, place, watchers: new Set<() => void>() };
    entry.place = place;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    for (const [oldKey, old] of this.#entries) {
      if (this.#entries.size <= MAX_THUMBNAILS) break;
      if (old.watchers.size > 0) continue;
      this.#free(old);
      this.#entries.delete(oldKey);
    }
    return entry;
  }

  #free(entry: Entry): void {
    entry.controller?.abort();
    delete entry.controller;
    if (entry.thumbnail.status === 'ok') this.#urls.revokeObjectURL(entry.thumbnail.url);
    entry.thumbnail = PENDING;
  }

  #pump(): void {
    while (this.#inFlight < MAX_THUMBNAILS_IN_FLIGHT) {
      const entry = this.#queue.pop();
      if (entry === undefined) return;
      const wanted = entry.watchers.size > 0 && entry.thumbnail.status === 'pending' && entry.controller === undefined;
      if (wanted) void this.#load(entry);
    }
  }

  async #load(entry: Entry): Promise<void> {
    const controller = new AbortController();
    const { place } = entry;
    entry.controller = controller;
    this.#inFlight++;
    const thumbnail = await this.#ask(entry, controller.signal);
    this.#inFlight--;
    if (entry.controller === controller) delete entry.controller;
    if (thumbnail?.status === 'broken' && entry.place.result !== place.result) {
      // Its place was in a result that is gone meanwhile.
      this.#queue.push(entry);
    } else if (thumbnail !== null && !controller.signal.aborted) {
      entry.thumbnail = thumbnail;
      for (const changed of entry.watchers) changed();
    } else if (thumbnail?.status === 'ok') {
      this.#urls.revokeObjectURL(thumbnail.url);
    }
    this.#pump();
  }

  async #ask(entry: Entry, signal: AbortSignal): Promise<Thumbnail | null> {
    try {
      const { position, result } = entry.place;
      return this.#thumbnail(await this.#fetch({ row: position, column: entry.column, path: [], ...(result === null ? {} : { result }) }, signal));
    } catch (error) {
      const failure = toLoupeError(error);
      return failure.code === 'cancelled' || failure.code === 'engine-lost' ? null : { status: 'broken', message: failure.message };
    }
  }

  #thumbnail(picture: CellPicture): Thumbnail {
    if (picture.status !== 'ok') return picture;
    const { format, width, height } = picture.facts;
    const title = `${format} · ${width} × ${height}${picture.warning === undefined ? '' : ` · ${picture.warning}`}`;
    return { status: 'ok', url: this.#urls.createObjectURL(pictureBlob(picture)), title };
  }
}

/** The bytes of a picture as a browser takes them. */
export function pictureBlob(picture: Extract<Picture, { status: 'ok' }>): Blob {
  return new Blob([new Uint8Array(picture.bytes)], { type: picture.mediaType });
}
