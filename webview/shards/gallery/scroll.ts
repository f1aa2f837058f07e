import { clampTop, type GalleryLayout } from './layout.ts';

/** Where the gallery stands: as the browser knows it, and among all lines. They differ where there are more lines than a browser can scroll. */
export interface ScrollPlace {
  readonly scrollTop: number;
  /** CSS pixels from the first line's upper edge. */
  readonly top: number;
}

/** The room of the scroll bar. */
export type ScrollRoom = Pick<GalleryLayout, 'total' | 'canvas'> & { readonly height: number };

/** A scroll of at most this many screens is a wheel or a key, a longer one the bar being dragged. */
const NEAR = 2;

/** The place after the browser has scrolled. Near by a pixel is a pixel; far off the bar's share of the way counts. */
export function afterScroll(place: ScrollPlace, scrollTop: number, { total, canvas, height }: ScrollRoom): ScrollPlace {
  const end = Math.max(0, canvas - height);
  if (total <= canvas) return { scrollTop, top: clampTop(scrollTop, height, total) };
  if (scrollTop <= 0) return { scrollTop, top: 0 };
  // Browsers scroll to fractions of a pixel.
  if (scrollTop >= end - 1) return { scrollTop, top: total - height };
  const moved = scrollTop - place.scrollTop;
  const top = Math.abs(moved) <= NEAR * height ? place.top + moved : (scrollTop / end) * (total - height);
  return { scrollTop, top: clampTop(top, height, total) };
}

/** What the browser has to be scrolled to for a place among all lines. */
export function scrollTopFor(top: number, { total, canvas, height }: ScrollRoom): number {
  if (total <= canvas) return top;
  const end = canvas - height;
  // The very ends are those of the bar, and nothing else is.
  if (top <= 0) return 0;
  if (top >= total - height) return end;
  return Math.min(end - 2, Math.max(1, (top / (total - height)) * end));
}
