import type { CellThumbnail, Picture } from '../../../extension/protocol/engine.ts';
import type { ResultId } from '../../../extension/protocol/queries.ts';
import type { ValuePath } from '../../../extension/protocol/values.ts';
import type { CellPlace } from '../../../extension/protocol/webview.ts';
import { toLoupeError } from '../../../extension/rpc/failure.ts';

export const MAX_THUMBNAILS = 400;
export const MAX_THUMBNAILS_IN_FLIGHT = 4;

/** Of those, pictures that are not on screen yet. */
const MAX_AHEAD_IN_FLIGHT = 2;

/** A thumbnail now: asked for, there, or why not. */
export type Thumbnail = (
  | { readonly status: 'pending' }
  | { readonly status: 'ok'; readonly url: string; readonly title: string }
  | { readonly status: 'broken'; readonly message: string; readonly nothing?: true }
  /** At a host that the user was not asked about. */
  | { readonly status: 'unasked'; readonly host: string }
) & {
  /** Where the cell's pictures are in it, where it has several. */
  readonly places?: readonly ValuePath[];
};

/** Which picture of a cell, and how high in CSS pixels. */
export interface ThumbnailDetail {
  readonly path: ValuePath;
  readonly height: number;
}

/** One line of the grid. */
export const LINE_HIGH: ThumbnailDetail = { path: [], height: 26 };

/** A picture that will soon be on screen. */
export interface ThumbnailWish {
  readonly row: number;
  readonly column: number;
  readonly place: RowPlace;
  readonly detail: ThumbnailDetail;
}

export type FetchThumbnail = (place: CellPlace & Pick<ThumbnailDetail, 'height'>, signal: AbortSignal) => Promise<CellThumbnail>;

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
  readonly detail: ThumbnailDetail;
  place: RowPlace;
  /** Not on screen, but soon. */
  ahead: boolean;
  /** Cells that show it now. */
  readonly watchers: Set<() => void>;
  controller?: AbortController;
}

const PENDING: Thumbnail = { status: 'pending' };

/**
 * Thumbnails of cells on screen. Those of the screen that was drawn last come first (it is where the user scrolled to),
 * from its beginning on; those that left the screen before their turn are not fetched, and the URLs of the ones not seen
 * for longest are freed. What comes next is made when nothing on screen waits.
 */
export class Thumbnails {
  readonly #fetch: FetchThumbnail;
  readonly #urls: BlobUrls;
  /** In the order of last use, the oldest first. */
  readonly #entries = new Map<string, Entry>();
  /** What was wanted at one moment is wanted in its order; of moments the last one counts most. */
  readonly #queue: Entry[][] = [];
  #moment: Entry[] | null = null;
  #ahead: readonly Entry[] = [];
  #inFlight = 0;

  constructor(fetch: FetchThumbnail, urls: BlobUrls) {
    this.#fetch = fetch;
    this.#urls = urls;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(row: number, column: number, detail = LINE_HIGH): Thumbnail {
    return this.#entries.get(keyOf(row, column, detail))?.thumbnail ?? PENDING;
  }

  /** Wants a thumbnail for as long as it is on screen. @returns a function that says it left */
  watch(row: number, column: number, changed: () => void, place: RowPlace = { position: row, result: null }, detail = LINE_HIGH): () => void {
    const entry = this.#use({ row, column, place, detail });
    entry.watchers.add(changed);
    if (isMissing(entry)) this.#enqueue(entry);
    this.#pump();
    return () => {
      entry.watchers.delete(changed);
      // A row that is drawn again at once (recycled) watches again before this runs.
      queueMicrotask(() => {
        if (!isWanted(entry)) this.#giveUp(entry);
      });
    };
  }

  /** Says what will soon be on screen, the nearest first; what was said before and is not wanted any more is given up. */
  prepare(wishes: readonly ThumbnailWish[]): void {
    const before = this.#ahead;
    for (const entry of before) entry.ahead = false;
    this.#ahead = wishes.slice(0, MAX_THUMBNAILS / 2).map((wish) => this.#use(wish));
    for (const entry of this.#ahead) entry.ahead = true;
    for (const entry of before) if (!isWanted(entry)) this.#giveUp(entry);
    this.#pump();
  }

  /** The engine is there again: what it took down with it is asked for again. */
  resume(): void {
    for (const entry of this.#entries.values()) if (entry.watchers.size > 0) this.#enqueue(entry);
    this.#pump();
  }

  /** Forgets all, and asks again for those on screen. */
  clear(): void {
    const watched = [...this.#entries.values()].filter((entry) => entry.watchers.size > 0);
    for (const entry of this.#entries.values()) this.#free(entry);
    this.#queue.length = 0;
    this.#moment = null;
    this.#ahead = [];
    for (const entry of this.#entries.values()) if (entry.watchers.size === 0) this.#entries.delete(keyOf(entry.row, entry.column, entry.detail));
    for (const entry of watched) {
      entry.thumbnail = PENDING;
      this.#enqueue(entry);
      for (const changed of entry.watchers) changed();
    }
    this.#pump();
  }

  #use({ row, column, place, detail }: ThumbnailWish): Entry {
    const key = keyOf(row, column, detail);
    const entry: Entry = this.#entries.get(key) ?? { thumbnail: PENDING, row, column, detail, place, ahead: false, watchers: new Set<() => void>() };
    entry.place = place;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    for (const [oldKey, old] of this.#entries) {
      if (this.#entries.size <= MAX_THUMBNAILS) break;
      if (old === entry || isWanted(old)) continue;
      this.#free(old);
      this.#entries.delete(oldKey);
    }
    return entry;
  }

  #giveUp(entry: Entry): void {
    entry.controller?.abort();
    delete entry.controller;
  }

  #free(entry: Entry): void {
    this.#giveUp(entry);
    entry.ahead = false;
    if (entry.thumbnail.status === 'ok') this.#urls.revokeObjectURL(entry.thumbnail.url);
    entry.thumbnail = PENDING;
  }

  #enqueue(entry: Entry): void {
    if (this.#moment === null) {
      this.#moment = [];
      this.#queue.push(this.#moment);
      queueMicrotask(() => (this.#moment = null));
    }
    this.#moment.push(entry);
  }

  #next(): Entry | undefined {
    for (let latest = this.#queue.at(-1); latest !== undefined; latest = this.#queue.at(-1)) {
      const entry = latest.shift();
      if (entry !== undefined) return entry;
      if (latest === this.#moment) this.#moment = null;
      this.#queue.pop();
    }
    return undefined;
  }

  #pump(): void {
    while (this.#inFlight < MAX_THUMBNAILS_IN_FLIGHT) {
      const entry = this.#next();
      if (entry === undefined) break;
      if (entry.watchers.size > 0 && isMissing(entry)) void this.#load(entry);
    }
    while (this.#inFlight < MAX_AHEAD_IN_FLIGHT) {
      const next = this.#ahead.find((entry) => entry.ahead && isMissing(entry));
      if (next === undefined) return;
      void this.#load(next);
    }
  }

  async #load(entry: Entry): Promise<void> {
    const controller = new AbortController();
    const { place } = entry;
    entry.controller = controller;
    this.#inFlight++;
    const thumbnail = await this.#ask(entry, controller.signal);
    this.#inFlight--;
    if (entry.controller === controller) {
      delete entry.controller;
      // What went down with the engine is not asked again by itself.
      if (thumbnail === null) entry.ahead = false;
    }
    if (thumbnail?.status === 'broken' && entry.place.result !== place.result) {
      // Its place was in a result that is gone meanwhile.
      this.#enqueue(entry);
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
      return this.#thumbnail(await this.#fetch({ row: position, column: entry.column, ...entry.detail, ...(result === null ? {} : { result }) }, signal));
    } catch (error) {
      const failure = toLoupeError(error);
      return failure.code === 'cancelled' || failure.code === 'engine-lost' ? null : { status: 'broken', message: failure.message };
    }
  }

  #thumbnail(picture: CellThumbnail): Thumbnail {
    if (picture.status !== 'ok') return picture;
    const { places } = picture;
    const { format, width, height } = picture.facts;
    const title = `${format} · ${width} × ${height}${picture.warning === undefined ? '' : ` · ${picture.warning}`}`;
    return { status: 'ok', url: this.#urls.createObjectURL(pictureBlob(picture)), title, ...(places === undefined ? {} : { places }) };
  }
}

function keyOf(row: number, column: number, { path, height }: ThumbnailDetail): string {
  return `${row}:${column}:${height}:${path.join(':')}`;
}

function isWanted({ watchers, ahead }: Entry): boolean {
  return watchers.size > 0 || ahead;
}

function isMissing({ thumbnail, controller }: Entry): boolean {
  return thumbnail.status === 'pending' && controller === undefined;
}

/** The bytes of a picture as a browser takes them. */
export function pictureBlob(picture: Extract<Picture, { status: 'ok' }>): Blob {
  return new Blob([new Uint8Array(picture.bytes)], { type: picture.mediaType });
}
