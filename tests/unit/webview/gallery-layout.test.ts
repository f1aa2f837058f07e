import { describe, expect, it } from 'vitest';
import { rowAfterKey } from '../../../webview/shards/gallery/keys.ts';
import { GAP, galleryLayout, linesAt, MAX_CANVAS, MAX_TILE, MIN_TILE, thumbnailHeight, topThatShows } from '../../../webview/shards/gallery/layout.ts';
import { afterScroll, scrollTopFor } from '../../../webview/shards/gallery/scroll.ts';

const room = { width: 1000, height: 700, size: 200, caption: true, scores: 2, rows: 1000 };

describe('tiles', () => {
  it('fill the width, as many as fit at the size that is wanted', () => {
    const { columns, tileWidth } = galleryLayout(room);
    expect(columns).toBe(4);
    expect(tileWidth).toBeGreaterThanOrEqual(200);
    expect(columns * (tileWidth + GAP) + GAP).toBeLessThanOrEqual(1000);
    expect(galleryLayout({ ...room, width: 30 }).columns).toBe(1);
    expect(galleryLayout({ ...room, size: 1 }).pictureHeight).toBe(MIN_TILE);
    expect(galleryLayout({ ...room, size: 9_999 }).pictureHeight).toBe(MAX_TILE);
  });

  it('make room for the words under them and none for words that are not there', () => {
    const all = galleryLayout(room).lineHeight;
    const bare = galleryLayout({ ...room, caption: false, scores: 0 }).lineHeight;
    expect(all - bare).toBe(6 + 4 * 18);
  });

  it('stand in as many lines as their rows need', () => {
    expect(galleryLayout({ ...room, rows: 0 }).lines).toBe(0);
    expect(galleryLayout({ ...room, rows: 1 }).lines).toBe(1);
    expect(galleryLayout({ ...room, rows: 5 }).lines).toBe(2);
  });

  it('are drawn on screen and a line beyond, however many there are', () => {
    const layout = galleryLayout({ ...room, rows: 1e9 });
    const [first, last] = linesAt(layout.total / 2, 700, layout, 1);
    expect(last - first).toBeLessThanOrEqual(Math.ceil(700 / layout.lineHeight) + 3);
    expect(linesAt(0, 700, layout, 1)[0]).toBe(0);
    expect(linesAt(layout.total - 700, 700, layout, 1)[1]).toBe(layout.lines);
    expect(linesAt(0, 700, galleryLayout({ ...room, rows: 0 }), 1)).toEqual([0, 0]);
  });

  it('ask for thumbnails in few heights', () => {
    const heights = new Set(Array.from({ length: MAX_TILE - MIN_TILE + 1 }, (_, i) => thumbnailHeight(MIN_TILE + i)));
    expect(heights.size).toBeLessThanOrEqual(5);
    for (const size of [96, 97, 200, 512]) expect(thumbnailHeight(size)).toBeGreaterThanOrEqual(size);
  });
});

describe('a line', () => {
  const layout = galleryLayout(room);
  it('is brought on screen with the least movement', () => {
    expect(topThatShows(0, 0, 700, layout)).toBe(0);
    expect(topThatShows(1, 0, 700, layout)).toBe(0);
    expect(topThatShows(5, 0, 700, layout)).toBe(6 * layout.lineHeight + GAP - 700);
    expect(topThatShows(5, 20_000, 700, layout)).toBe(5 * layout.lineHeight);
    expect(topThatShows(3, 0, 100, layout)).toBe(3 * layout.lineHeight);
  });
});

describe('scrolling', () => {
  it('is that of the browser where the browser can', () => {
    const scrollRoom = { total: 5_000, canvas: 5_000, height: 700 };
    expect(afterScroll({ scrollTop: 0, top: 0 }, 4_000, scrollRoom)).toEqual({ scrollTop: 4_000, top: 4_000 });
    expect(scrollTopFor(4_000, scrollRoom)).toBe(4_000);
  });

  const far = { total: 5e10, canvas: MAX_CANVAS, height: 700 };
  it('moves by a pixel a pixel with the wheel in a billion rows', () => {
    expect(afterScroll({ scrollTop: 1_000, top: 1e9 }, 1_100, far)).toEqual({ scrollTop: 1_100, top: 1e9 + 100 });
    expect(afterScroll({ scrollTop: 1_000, top: 1e9 }, 900, far)).toEqual({ scrollTop: 900, top: 1e9 - 100 });
  });

  it('goes by the bar when that is dragged', () => {
    expect(afterScroll({ scrollTop: 0, top: 0 }, (MAX_CANVAS - 700) / 2, far).top).toBeCloseTo((5e10 - 700) / 2, -1);
    expect(afterScroll({ scrollTop: 5_000, top: 3e10 }, 0, far).top).toBe(0);
    expect(afterScroll({ scrollTop: 5_000, top: 3e10 }, MAX_CANVAS - 700, far).top).toBe(5e10 - 700);
  });

  it('brings the bar where the place is, and the ends to the ends', () => {
    expect(scrollTopFor(0, far)).toBe(0);
    expect(scrollTopFor(5e10 - 700, far)).toBe(MAX_CANVAS - 700);
    const near = scrollTopFor(100, far);
    expect(near).toBeGreaterThan(0);
    expect(afterScroll({ scrollTop: near, top: 100 }, near, far).top).toBe(100);
    const late = scrollTopFor(5e10 - 800, far);
    expect(afterScroll({ scrollTop: late, top: 5e10 - 800 }, late, far).top).toBe(5e10 - 800);
  });
});

describe('keys', () => {
  const layout = { columns: 4, fit: 3 };
  const go = (key: string, row: number, rows = 22): number | null => rowAfterKey(key, row, rows, layout);
  it('lead from tile to tile and from line to line, and stay within the rows', () => {
    expect(go('ArrowRight', 3)).toBe(4);
    expect(go('ArrowLeft', 0)).toBe(0);
    expect(go('ArrowRight', 21)).toBe(21);
    expect(go('ArrowDown', 2)).toBe(6);
    expect(go('ArrowUp', 2)).toBe(2);
    expect(go('ArrowDown', 19)).toBe(21);
    expect(go('ArrowUp', 21)).toBe(17);
  });

  it('lead by screens and to the ends', () => {
    expect(go('PageDown', 1)).toBe(13);
    expect(go('PageDown', 18)).toBe(21);
    expect(go('PageUp', 13)).toBe(1);
    expect(go('Home', 13)).toBe(0);
    expect(go('End', 13)).toBe(21);
  });

  it('lead nowhere where there are no rows, and others nowhere at all', () => {
    expect(go('End', 0, 0)).toBeNull();
    expect(go('x', 3)).toBeNull();
  });
});
