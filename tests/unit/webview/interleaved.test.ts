import { describe, expect, it } from 'vitest';
import type { Row } from '../../../extension/protocol/engine.ts';
import type { Column } from '../../../extension/protocol/shards.ts';
import type { Value } from '../../../extension/protocol/values.ts';
import { interleavedOf } from '../../../webview/shards/interleaved/items.ts';
import { SPARK_HEIGHT, SPARK_WIDTH, sparklinePath } from '../../../webview/shards/panel/sparkline.ts';

const list = (items: readonly Value[], length = items.length): Value => ({ type: 'list', items, length });
const bytes: Value = { type: 'bytes', size: 3, head: new Uint8Array([1, 2, 3]) };

function found(...cells: (readonly [string, Value])[]) {
  const columns: Column[] = cells.map(([name], index) => ({ index, name, type: 'x', kind: 'list' }));
  const row: Row = { row: 0, place: 'line 1', cells: cells.map(([, value], column) => ({ column, value })), bytesRead: 0 };
  return interleavedOf(row, columns);
}

describe('interleaved documents', () => {
  it('are told in the order of their positions; what is not aligned with them is not used', () => {
    const hashes = list(['h1', 'h2']);
    const document = found(['image_hashes', hashes], ['images', list([null, 'https://x/a.jpg', null, bytes])], ['images_metadata', hashes], ['texts', list(['one', null, 'two', null])]);
    expect(document).toEqual({
      images: 1,
      length: 4,
      misaligned: null,
      items: [
        { text: 'one', image: null },
        { text: null, image: { kind: 'address', text: 'https://x/a.jpg' } },
        { text: 'two', image: null },
        { text: null, image: { kind: 'picture' } },
      ],
    });
  });

  it('show an image struct by its bytes, else by its address', () => {
    const entries = (image: Value): Value => ({ type: 'struct', entries: [['bytes', image], ['path', 'a.jpg']], length: 2 });
    const document = found(['texts', list([null, null, 'x'])], ['images', list([entries(bytes), entries(null), null])]);
    expect(document?.items.map(({ image }) => image)).toEqual([{ kind: 'picture' }, { kind: 'address', text: 'a.jpg' }, null]);
  });

  it('tell positions without exactly one, and how much of a long one is here', () => {
    const document = found(['texts', list(['a', 'b', null, ''], 9)], ['images', list([null, 'u', null, 'u'], 9)]);
    expect(document).toMatchObject({ length: 9, misaligned: { first: 1, count: 2 } });
    expect(document?.items).toHaveLength(4);
  });

  it('are not seen in texts that describe images, or in lists of different lengths', () => {
    expect(found(['texts', list(['a', 'b'])], ['images', list([bytes, bytes])])).toBeNull();
    expect(found(['texts', list(['a', null])], ['images', list([null])])).toBeNull();
    expect(found(['texts', list([list([]), null])], ['images', list([null, bytes])])).toBeNull();
    expect(found(['texts', list([])], ['images', list([])])).toBeNull();
    expect(found(['texts', 'a'], ['images', list([null])])).toBeNull();
  });
});

describe('sparklines', () => {
  it('go through the extremes of every point, from edge to edge', () => {
    expect(sparklinePath([[0, 0], [-1, 1], [1, 1]], -1, 1)).toBe(`M0 16L0 16L256 ${SPARK_HEIGHT}L256 0L${SPARK_WIDTH} 0L${SPARK_WIDTH} 0`);
  });
  it('break where nothing is finite, and lie in the middle where all is one value', () => {
    expect(sparklinePath([[2, 2], null, [2, 2]], 2, 2)).toBe('M0 16L0 16M512 16L512 16');
    expect(sparklinePath([[5, 5]], 5, 5)).toBe('M0 16L0 16');
    expect(sparklinePath([null], 0, 0)).toBe('');
  });
});
