import { describe, expect, it } from 'vitest';
import type { Row } from '../../../extension/protocol/engine.ts';
import type { Column } from '../../../extension/protocol/shards.ts';
import type { Span } from '../../../extension/protocol/spans.ts';
import type { Value } from '../../../extension/protocol/values.ts';
import { CodePoints } from '../../../webview/shards/spans/code-points.ts';
import { placeSpans, spansAt } from '../../../webview/shards/spans/place.ts';
import { spanColumns } from '../../../webview/shards/spans/recognise.ts';
import { LEVELS, levelOf, scaleOf, segmentsOf } from '../../../webview/shards/spans/shading.ts';

const span = (start: number, end: number, score: string | null = '0.5'): Span => ({ start, end, score });
const number = (text: string | number): Value => ({ type: 'number', text: String(text) });
const list = (...items: Value[]): Value => ({ type: 'list', items, length: items.length });
const struct = (...entries: (readonly [string, Value])[]): Value => ({ type: 'struct', entries, length: entries.length });

describe('code points', () => {
  it('counts as Python does: a pair is one, a lone surrogate too', () => {
    const text = 'a😀b\ud800\ud83d\udc4dc\udc00';
    const points = new CodePoints(text);
    expect(points.length).toBe(7);
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((offset) => points.units(offset))).toEqual([0, 1, 3, 4, 5, 7, 8, 9]);
  });

  it('cuts what Python would cut, for every span of a text', () => {
    const text = 'naïve 👩‍👩‍👧 text\n𝒜𝒷 end\n';
    const points = new CodePoints(text);
    const python = [...text];
    expect(points.length).toBe(python.length);
    for (let start = 0; start <= python.length; start++) {
      for (let end = start; end <= python.length; end++) {
        expect(text.slice(points.units(start), points.units(end))).toBe(python.slice(start, end).join(''));
      }
    }
  });
});

describe('placing spans', () => {
  const text = '😀one\n😀two\n';
  const placed = (spans: readonly Span[], length: number | null = [...text].length, shown = text) => placeSpans(spans, new CodePoints(shown), length);

  it('has the newline in the span of a line', () => {
    const lines = placed([span(0, 5), span(5, 10)]);
    expect(lines.map(({ from, to }) => text.slice(from, to))).toEqual(['😀one\n', '😀two\n']);
    expect(lines.map(({ problem }) => problem)).toEqual([null, null]);
  });

  it('tells what is outside of the text, and shades what is inside', () => {
    expect(placed([span(8, 99), span(50, 60), span(-3, 2), span(4, 1)]).map(({ from, to, problem }) => [from, to, problem])).toEqual([
      [10, 12, 'outside'],
      [12, 12, 'outside'],
      [0, 3, 'impossible'],
      [5, 5, 'impossible'],
    ]);
  });

  it('takes what lies behind the part on screen for no fault of the file', () => {
    expect(placed([span(0, 5), span(5, 10), span(5, 11)], 10, '😀one\n').map(({ problem }) => problem)).toEqual([null, 'notHere', 'outside']);
    expect(placed([span(50, 60)], null)[0]?.problem).toBe('notHere');
  });

  it('finds all spans around a place', () => {
    const spans = placed([span(0, 10), span(5, 7), span(2, 2)]);
    expect(spansAt(spans, 6).map(({ span: found }) => found.start)).toEqual([0, 5]);
    expect(spansAt(spans, 12)).toEqual([]);
  });
});

describe('shades', () => {
  it('go from 0 to 1 for fractions, else between what is there', () => {
    expect(scaleOf(['0.2', null, '0.4'])).toEqual({ low: 0, high: 1 });
    expect(scaleOf(['-3', 'NaN', '7'])).toEqual({ low: -3, high: 7 });
    expect(scaleOf([null, 'nan', '1e999'])).toBeNull();
  });

  it('have a level for every score, and none for no number', () => {
    const scale = { low: 0, high: 1 };
    expect(['0', '0.5', '1'].map((score) => levelOf(score, scale))).toEqual([0, LEVELS / 2, LEVELS - 1]);
    expect(levelOf(null, scale)).toBeNull();
    expect(levelOf('nan', scale)).toBeNull();
    expect(levelOf('7', { low: 7, high: 7 })).toBe(LEVELS - 1);
  });

  const segments = (...spans: Span[]) =>
    segmentsOf(placeSpans(spans, new CodePoints('x'.repeat(20)), 20), { low: 0, high: 1 }).map(({ from, to, level }) => [from, to, level]);

  it('lie beside each other where spans overlap: the later beginning is on top', () => {
    expect(segments(span(0, 10, '0'), span(4, 14, '1'))).toEqual([[0, 4, 0], [4, 14, 5]]);
    expect(segments(span(0, 12, '0'), span(4, 6, '1'), span(5, 9, null))).toEqual([[0, 4, 0], [4, 5, 5], [5, 9, null], [9, 12, 0]]);
    expect(segments(span(3, 9, '0'), span(3, 5, '1'))).toEqual([[3, 5, 5], [5, 9, 0]]);
  });

  it('leave gaps where there are gaps, whatever the order of the file', () => {
    expect(segments(span(10, 12, '1'), span(2, 4, '0'), span(6, 6, '1'))).toEqual([[2, 4, 0], [10, 12, 5]]);
  });

  it('agree with a plain loop over every character', () => {
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 200; round++) {
      const spans = Array.from({ length: 1 + random(8) }, () => {
        const start = random(20);
        return span(start, start + random(12), (random(10) / 10).toString());
      });
      const shades = Array.from({ length: 20 }, (_, at) => {
        const over = spans.filter(({ start, end }) => start <= at && at < Math.min(end, 20));
        const last = Math.max(...over.map(({ start }) => start));
        const shortest = Math.min(...over.filter(({ start }) => start === last).map(({ end }) => Math.min(end, 20)));
        return over.filter(({ start, end }) => start === last && Math.min(end, 20) === shortest).map(({ score }) => levelOf(score, { low: 0, high: 1 }));
      });
      const drawn = segments(...spans);
      for (const [at, possible] of shades.entries()) {
        const found = drawn.filter(([from, to]) => from! <= at && at < to!);
        expect(found).toHaveLength(possible.length === 0 ? 0 : 1);
        if (possible.length > 0) expect(possible).toContain(found[0]![2]);
      }
    }
  });
});

describe('columns with spans', () => {
  const recognised = (...cells: (readonly [string, Value])[]) => {
    const columns: Column[] = cells.map(([name], index) => ({ index, name, type: 'x', kind: 'mixed' }));
    const row: Row = { row: 0, place: 'line 1', cells: cells.map(([, value], column) => ({ column, value })), bytesRead: 0 };
    return spanColumns(row, columns);
  };
  const spans = list(list(number(0), number(5), number('0.8')), list(number(5), number(9), null));

  it('are known by their shape: RedPajama, Dolma, a column that was joined', () => {
    expect(recognised(['raw_content', 'x'], ['text', 'y'], ['quality_signals', struct(['rps_lines', spans])])).toEqual({ sources: [2], text: 0 });
    expect(recognised(['id', 'a'], ['attributes', struct(['exp__pii__email', spans])], ['text', 'y'])).toEqual({ sources: [1], text: 2 });
    expect(recognised(['text', 'y'], ['pii', struct(['pii', struct(['email', spans])])], ['toxicity', { type: 'map', entries: [['t', spans]], length: 1 }])).toEqual({ sources: [1, 2], text: 0 });
    expect(recognised(['text', { type: 'text', text: 'y', length: 99 }], ['s', struct(['a', list(struct(['start', number('0.0')], ['end', number('3.0')], ['score', number(1)]))])])).toEqual({ sources: [1], text: 0 });
  });

  it('are known by their name where they are text', () => {
    expect(recognised(['raw_content', 'x'], ['quality_signals', '{"a": [[0, 1, 0.5]]}'])).toEqual({ sources: [1], text: 0 });
    expect(recognised(['text', 'x'], ['signals.json quality_signals', '{"a": [[0, 1, 0.5]]}'])).toEqual({ sources: [1], text: 0 });
    expect(recognised(['text', 'x'], ['metadata', '{"a": [[0, 1, 0.5]]}'])).toBeNull();
  });

  it('are not seen in boxes, empty attributes and rows without a text', () => {
    expect(recognised(['text', 'x'], ['attributes', struct()])).toBeNull();
    expect(recognised(['text', 'x'], ['boxes', spans])).toBeNull();
    expect(recognised(['text', 'x'], ['meta', struct(['box', list(number(0), number(5), number('0.8'))])])).toBeNull();
    expect(recognised(['text', 'x'], ['meta', struct(['pairs', list(list(number('0.5'), number(5), number(1)))])])).toBeNull();
    expect(recognised(['text', null], ['attributes', struct(['a', spans])])).toBeNull();
  });
});
