import { describe, expect, it } from 'vitest';
import type { Column } from '../../../extension/protocol/shards.ts';
import { keyAction } from '../../../webview/controls/tree.tsx';
import { uniqueNames } from '../../../webview/shards/grid/frame.ts';
import { blocksInView, planRequests, serves } from '../../../webview/shards/grid/page-plan.ts';
import { growthMovesView, movedPosition, rowsThatFit, rowThatShows } from '../../../webview/shards/grid/position.ts';
import { chosenWidths, defaultWidth, WIDTHS_KEY, WidthStorage } from '../../../webview/shards/grid/widths.ts';
import { looksLikePicture } from '../../../webview/shards/panel/magic.ts';
import { prettyJson } from '../../../webview/shards/panel/pretty-json.ts';
import { schemaLines } from '../../../webview/shards/panel/schema-lines.ts';
import { declaredDiffers, nextZoom, stepZoom } from '../../../webview/shards/panel/zoom.ts';

const column = (name: string, index: number, type = 'VARCHAR', kind: Column['kind'] = 'text'): Column => ({ index, name, type, kind });

describe('plan of pages', () => {
  it('covers the view block by block, the middle first', () => {
    expect(blocksInView({ start: 150, end: 450, columns: [] })).toEqual([2, 1, 3, 4]);
    expect(blocksInView({ start: 5, end: 5, columns: [] })).toEqual([]);
  });

  it('groups columns of a block by the first row that they lack, and stops at the last row', () => {
    const loaded = (_: number, index: number): number => (index === 1 ? 30 : 0);
    expect(planRequests({ start: 0, end: 90, columns: [0, 1, 2] }, 60, loaded)).toEqual([
      { block: 0, start: 0, end: 60, columns: [0, 2] },
      { block: 0, start: 30, end: 60, columns: [1] },
    ]);
  });

  it('knows what still serves', () => {
    const request = { block: 0, start: 0, end: 100, columns: [1, 2] };
    expect(serves(request, { start: 90, end: 120, columns: [2] })).toBe(true);
    expect(serves(request, { start: 100, end: 120, columns: [2] })).toBe(false);
    expect(serves(request, { start: 90, end: 120, columns: [3] })).toBe(false);
  });
});

describe('places in the grid', () => {
  it('brings the top row back', () => {
    const fit = rowsThatFit(42 + 20 * 33 + 10, 42);
    expect(fit).toBe(20);
    expect(rowThatShows(1000, fit, 1_000_000)).toBe(1019);
    expect(rowThatShows(0, fit, 5)).toBe(0);
    expect(rowThatShows(999_990, fit, 1_000_000)).toBe(999_999);
  });

  it('lets rows grow freely at the top and in small tables', () => {
    expect(growthMovesView(1_000_000_000, 0)).toBe(false);
    expect(growthMovesView(10_000, 500)).toBe(false);
    expect(growthMovesView(1_000_000, 500)).toBe(true);
  });

  it('leads back by keys, within the rows', () => {
    const at = { rowIndex: 100, colIndex: 3 };
    expect(movedPosition(at, 'ArrowDown', 20, 1000)).toEqual({ rowIndex: 101, colIndex: 3 });
    expect(movedPosition(at, 'PageDown', 20, 105)).toEqual({ rowIndex: 106, colIndex: 3 });
    expect(movedPosition(at, 'x', 20, 1000)).toBeNull();
  });

  it('tells columns of the same name apart', () => {
    expect(uniqueNames(['a', 'a', 'a (2)', ''].map((name, i) => column(name, i)))).toEqual(['a', 'a (2)', 'a (2) (2)', '']);
  });
});

describe('column widths', () => {
  it('live in the view, not in the browser', () => {
    const written: (number | null)[][] = [];
    const storage = new WidthStorage(
      () => [100, 200],
      (widths) => written.push([...widths]),
    );
    expect(storage.getItem(WIDTHS_KEY)).toBe('[100,200]');
    expect(storage.getItem('other')).toBeNull();
    storage.setItem(WIDTHS_KEY, '[100,null,300]');
    expect(written).toEqual([[100, null, 300]]);
  });

  it('are kept only where the user chose them', () => {
    const columns = [column('id', 0, 'BIGINT', 'number'), column('text', 1)];
    const wide = defaultWidth(columns[1]!) + 60;
    expect(chosenWidths(columns, [defaultWidth(columns[0]!), wide], {})).toEqual({ text: wide });
    expect(chosenWidths(columns, [null, defaultWidth(columns[1]!)], { text: 50, gone: 70 })).toEqual({ gone: 70 });
  });
});

describe('trees', () => {
  const items = [
    { id: 'a', depth: 0, position: 1, siblings: 2, expanded: true },
    { id: 'b', depth: 1, position: 1, siblings: 1 },
    { id: 'c', depth: 0, position: 2, siblings: 2, expanded: false },
  ];

  it.each([
    ['ArrowRight', 0, 1],
    ['ArrowLeft', 0, 'toggle'],
    ['ArrowLeft', 1, 0],
    ['ArrowRight', 2, 'toggle'],
    ['ArrowLeft', 2, null],
    ['ArrowDown', 2, 2],
    ['End', 0, 2],
    ['Enter', 1, 'open'],
    ['Enter', 2, 'toggle'],
    ['q', 0, null],
  ] as const)('%s on line %i', (key, index, want) => expect(keyAction(key, items, index)).toBe(want));

  it('has the lines of a schema, less those under closed ones', () => {
    const leaf = { name: 'element', type: 'BYTE_ARRAY', details: [], children: [] };
    const schema = [{ name: 'tags', type: 'LIST', details: [], children: [leaf] }, leaf];
    expect(schemaLines(schema, new Set()).map(({ id, depth }) => [id, depth])).toEqual([
      ['0', 0],
      ['0/0', 1],
      ['1', 0],
    ]);
    expect(schemaLines(schema, new Set(['0'])).map(({ id }) => id)).toEqual(['0', '1']);
  });
});

describe('pictures', () => {
  it('zooms by steps, from the fitted size first', () => {
    expect(stepZoom('fit', 1, 0.3)).toBe(0.5);
    expect(stepZoom('fit', -1, 0.3)).toBe(0.25);
    expect(stepZoom(16, 1, 0.3)).toBe(16);
    expect(nextZoom(2, '0', 0.3)).toBe('fit');
    expect(nextZoom('fit', '1', 0.3)).toBe(1);
    expect(nextZoom('fit', 'a', 0.3)).toBeNull();
  });

  it('knows a name that lies', () => {
    expect(declaredDiffers('jpg', 'jpeg')).toBe(false);
    expect(declaredDiffers('JPG', 'jpeg')).toBe(false);
    expect(declaredDiffers('png', 'webp')).toBe(true);
    expect(declaredDiffers(undefined, 'webp')).toBe(false);
  });

  it('goes by the first bytes', () => {
    expect(looksLikePicture(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]))).toBe(true);
    expect(looksLikePicture(new TextEncoder().encode('RIFF1234WEBPVP8 '))).toBe(true);
    expect(looksLikePicture(new TextEncoder().encode('RIFF1234WAVEfmt '))).toBe(false);
    expect(looksLikePicture(new Uint8Array())).toBe(false);
  });
});

describe('pretty JSON', () => {
  it('adds lines and keeps every digit', () => {
    expect(prettyJson('{"id":9007199254740993,"a":[1,2],"e":{},"s":"x{,:}"}')).toBe(
      '{\n  "id": 9007199254740993,\n  "a": [\n    1,\n    2\n  ],\n  "e": {},\n  "s": "x{,:}"\n}',
    );
  });

  it('leaves alone what is no JSON, or too deep', () => {
    expect(prettyJson('{not json}')).toBe('{not json}');
    const deep = '['.repeat(5000) + ']'.repeat(5000);
    expect(prettyJson(deep)).toBe(deep);
  });
});
