/** Widths that a tile may have, CSS pixels. */
export const MIN_TILE = 96;
export const MAX_TILE = 512;

/** CSS pixels between tiles and around them; gallery.css says the same. */
export const GAP = 8;
/** Inside a tile, around picture and words. */
const PADDING = 6;
/** One line of words. */
const TEXT_LINE = 18;
/** Lines of the caption. */
export const CAPTION_LINES = 2;

/** Heights in which thumbnails are made: a slider that moves must not ask for every picture at every step. */
const THUMBNAIL_HEIGHTS = [96, 160, 256, 384, 512];

/** Above this many pixels a scroll bar no longer stands for the tiles one to one: browsers cut higher elements off. */
export const MAX_CANVAS = 8_000_000;

export interface GalleryRoom {
  /** Of the place that the tiles have, CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Width of a tile that the user wants. */
  readonly size: number;
  readonly caption: boolean;
  readonly scores: number;
  readonly rows: number;
}

/** Where tiles stand: lines of `columns` tiles, all of one size. */
export interface GalleryLayout {
  readonly columns: number;
  /** Tiles fill the width: at least `size` wide. */
  readonly tileWidth: number;
  readonly pictureHeight: number;
  /** From one line's beginning to the next one's. */
  readonly lineHeight: number;
  readonly lines: number;
  /** Lines that fit whole; at least one. */
  readonly fit: number;
  /** Height of all lines, CSS pixels. */
  readonly total: number;
  /** Height of the element that is scrolled. */
  readonly canvas: number;
}

/** Tiles in the room that there is. */
export function galleryLayout({ width, height, size, caption, scores, rows }: GalleryRoom): GalleryLayout {
  const wanted = Math.min(MAX_TILE, Math.max(MIN_TILE, size));
  const columns = Math.max(1, Math.floor((width - GAP) / (wanted + GAP)));
  const tileWidth = Math.max(MIN_TILE, Math.floor((width - GAP * (columns + 1)) / columns));
  const words = (caption ? CAPTION_LINES * TEXT_LINE : 0) + scores * TEXT_LINE;
  const lineHeight = GAP + wanted + 2 * PADDING + (words === 0 ? 0 : PADDING + words);
  const lines = Math.ceil(rows / columns);
  const total = lines * lineHeight + GAP;
  return { columns, tileWidth, pictureHeight: wanted, lineHeight, lines, fit: Math.max(1, Math.floor(height / lineHeight)), total, canvas: Math.min(total, MAX_CANVAS) };
}

/** CSS pixels of the thumbnails for tiles of a size. */
export function thumbnailHeight(size: number): number {
  return THUMBNAIL_HEIGHTS.find((height) => height >= size) ?? MAX_TILE;
}

/** Lines `[first, last)` that are drawn: those on screen and `margin` more at either side. */
export function linesAt(top: number, height: number, { lineHeight, lines }: Pick<GalleryLayout, 'lineHeight' | 'lines'>, margin: number): readonly [first: number, last: number] {
  const first = Math.max(0, Math.floor(top / lineHeight) - margin);
  const last = Math.min(lines, Math.ceil((top + height) / lineHeight) + margin);
  return [Math.min(first, last), last];
}

/** Where to scroll to so that a line is on screen whole; the same place where it is already. */
export function topThatShows(line: number, top: number, height: number, { lineHeight, total }: Pick<GalleryLayout, 'lineHeight' | 'total'>): number {
  const start = line * lineHeight;
  const end = start + lineHeight + GAP;
  const to = start < top ? start : end > top + height ? end - height : top;
  return clampTop(lineHeight > height ? start : to, height, total);
}

export function clampTop(top: number, height: number, total: number): number {
  return Math.max(0, Math.min(top, total - height));
}
