import type { ThumbnailWish } from '../grid/thumbnails.ts';
import type { Session } from '../session.ts';
import { rowsComplete, shownRows } from '../state.ts';
import { clampTop, galleryLayout, linesAt, topThatShows, type GalleryLayout, type GalleryRoom } from './layout.ts';
import { afterScroll, scrollTopFor, type ScrollPlace } from './scroll.ts';

/** Lines drawn beyond the screen at either side. */
const LINE_MARGIN = 1;
/** Screens whose pictures are made before they are scrolled to. */
const SCREENS_AHEAD = 1;
/** Rows beyond the screen whose cells are fetched too. */
const ROW_MARGIN = 30;

/** What the user chose and what the columns are. */
export type GalleryShape = Pick<GalleryRoom, 'size' | 'caption' | 'scores'> & {
  /** Columns, by index, whose cells the tiles draw or go by. */
  readonly columns: readonly number[];
};

/** What the gallery draws with. */
export interface GalleryView {
  readonly layout: GalleryLayout;
  /** Lines `[first, last)` that are drawn. */
  readonly first: number;
  readonly last: number;
  /** CSS pixels from where a line is among all lines to where it is in what is scrolled. */
  readonly base: number;
}

/** Pictures of a row that will soon be on screen. */
export type WishesOf = (position: number) => readonly ThumbnailWish[];

const NOTHING: GalleryView = { layout: galleryLayout({ width: 0, height: 0, size: 0, caption: false, scores: 0, rows: 0 }), first: 0, last: 0, base: 0 };
const NO_SHAPE: GalleryShape = { size: 0, caption: false, scores: 0, columns: [] };

/** Scrolls the gallery: says which lines are drawn, keeps the place while rows grow and tiles change their size, and says what comes next. */
export class GalleryDriver {
  readonly #session: Session;
  readonly #listeners = new Set<() => void>();
  #view = NOTHING;
  #shape = NO_SHAPE;
  #wishesOf: WishesOf = () => [];
  #scroller: HTMLElement | null = null;
  #width = 0;
  #height = 0;
  #place: ScrollPlace = { scrollTop: 0, top: 0 };
  #down = true;
  /** The layout that the cache was told of last. */
  #told: GalleryLayout | null = null;
  /** The row that shall stand at the top and is not read yet. */
  #goal: number | null = null;

  constructor(session: Session) {
    this.#session = session;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): GalleryView => this.#view;

  /** Starts on the element that scrolls, where the view was left. @returns a function that lets it go */
  mount(scroller: HTMLElement): () => void {
    this.#scroller = scroller;
    const { view } = this.#session.store.state;
    const resize = new ResizeObserver(() => this.#measure());
    resize.observe(scroller);
    const onScroll = (): void => this.#scrolled();
    scroller.addEventListener('scroll', onScroll, { passive: true });
    const hadFocus = document.hasFocus() && document.activeElement === document.body;
    this.#goal = view.topRow;
    this.#measure();
    if (view.focus !== undefined) this.#showIfNear(view.focus.row);
    if (hadFocus) scroller.focus({ preventScroll: true });
    return () => {
      resize.disconnect();
      scroller.removeEventListener('scroll', onScroll);
      this.#scroller = null;
      this.#width = 0;
      this.#session.thumbnails.prepare([]);
    };
  }

  /** Tiles of another size, with other words. */
  shape(shape: GalleryShape, wishesOf: WishesOf): void {
    this.#shape = shape;
    this.#wishesOf = wishesOf;
    this.#lay();
  }

  /** More rows than before. */
  grow(): void {
    this.#lay();
  }

  /** Other rows took the place of those that were shown. */
  replace(): void {
    this.#goal = this.#session.store.state.view.topRow;
    this.#lay();
  }

  /** Brings a row on screen. */
  show(row: number): void {
    const { layout } = this.#view;
    this.#goal = null;
    this.#go(topThatShows(Math.floor(row / layout.columns), this.#place.top, this.#height, layout));
  }

  /** Says anew what comes next: cells arrived. */
  prepare(): void {
    const { layout, first, last } = this.#view;
    const lines = layout.fit * SCREENS_AHEAD;
    const rows = shownRows(this.#session.store.state);
    const [start, end] = this.#down ? [last, last + lines] : [Math.max(0, first - lines), first];
    const positions = Array.from({ length: Math.max(0, Math.min(rows, end * layout.columns) - start * layout.columns) }, (_, i) => start * layout.columns + i);
    this.#session.thumbnails.prepare((this.#down ? positions : positions.reverse()).flatMap((position) => this.#wishesOf(position)));
  }

  #measure(): void {
    if (this.#scroller === null) return;
    const { clientWidth: width, clientHeight: height } = this.#scroller;
    if (width === this.#width && height === this.#height) return;
    this.#width = width;
    this.#height = height;
    this.#lay();
  }

  /** Lays the tiles out anew; the row at the top stays there. */
  #lay(): void {
    const { state } = this.#session.store;
    const before = this.#view.layout;
    const anchor = this.#goal ?? Math.round(this.#place.top / before.lineHeight) * before.columns;
    const layout = galleryLayout({ width: this.#width, height: this.#height, ...this.#shape, rows: shownRows(state) });
    const moves = layout.columns !== before.columns || layout.lineHeight !== before.lineHeight;
    this.#view = { ...this.#view, layout };
    if (this.#width === 0) return;
    const there = anchor < shownRows(state) || rowsComplete(state);
    if ((this.#goal !== null && there) || (this.#goal === null && moves)) this.#go(Math.floor(anchor / layout.columns) * layout.lineHeight);
    else this.#go(this.#place.top);
    if (there) this.#goal = null;
  }

  #showIfNear(row: number): void {
    const { layout } = this.#view;
    const line = Math.floor(row / layout.columns);
    const top = Math.floor(this.#place.top / layout.lineHeight);
    if (Math.abs(line - top) <= 2 * layout.fit && this.#goal === null) this.show(row);
  }

  #go(top: number): void {
    const { layout } = this.#view;
    const room = { ...layout, height: this.#height };
    const to = clampTop(top, this.#height, layout.total);
    const scroller = this.#scroller;
    if (scroller === null) return;
    this.#down = to >= this.#place.top;
    const scrollTop = scrollTopFor(to, room);
    // The element gets its height with the next drawing, and until then it does not scroll that far.
    scroller.querySelector<HTMLElement>('.gallery-canvas')?.style.setProperty('height', `${layout.canvas}px`);
    if (Math.abs(scroller.scrollTop - scrollTop) >= 1) scroller.scrollTop = scrollTop;
    this.#place = { scrollTop: scroller.scrollTop, top: to };
    this.#draw();
  }

  #scrolled(): void {
    if (this.#scroller === null) return;
    const before = this.#place;
    this.#place = afterScroll(before, this.#scroller.scrollTop, { ...this.#view.layout, height: this.#height });
    if (this.#place.top === before.top) return;
    this.#goal = null;
    this.#down = this.#place.top > before.top;
    this.#draw();
  }

  #draw(): void {
    const { layout } = this.#view;
    const { top, scrollTop } = this.#place;
    const [first, last] = linesAt(top, this.#height, layout, LINE_MARGIN);
    const base = scrollTop - top;
    const before = this.#view;
    const same = before.first === first && before.last === last && this.#told === layout;
    this.#view = { layout, first, last, base };
    for (const listener of this.#listeners) listener();
    if (!same) this.#tell();
    const row = Math.max(0, Math.ceil((top - 1) / layout.lineHeight)) * layout.columns;
    if (this.#goal === null) this.#session.store.dispatch({ type: 'topRow', row: Math.min(row, Math.max(0, shownRows(this.#session.store.state) - 1)) });
  }

  /** Tells the cache what is on screen. */
  #tell(): void {
    const { layout, first, last } = this.#view;
    this.#told = layout;
    const { pages, summaries, store } = this.#session;
    summaries.show([]);
    const start = Math.max(0, first * layout.columns - ROW_MARGIN);
    pages.show({ start, end: Math.min(shownRows(store.state), last * layout.columns) + ROW_MARGIN, columns: this.#shape.columns });
    this.prepare();
  }
}
