import * as scales from 'd3-scale';
import { describe, expect, it } from 'vitest';
import type { ColumnSummary, Histogram } from '../../../extension/protocol/statistics.ts';
import { barHeight, barsPath, countFrom, slotAt, weightedSlotAt } from '../../../webview/charts/geometry.ts';
import { stepsOf } from '../../../webview/charts/heatmap.tsx';
import { axisOf, binAt, drawnEdges, roundedText } from '../../../webview/charts/scale.ts';
import { percent, shortCount, shortValue } from '../../../webview/shards/short-text.ts';
import { barCondition, barEnds, canFilter, chosenBars, measureOf, seriesOf as seriesOfMeasure, withBars, type Series } from '../../../webview/shards/statistics/series.ts';
import { presentThreshold, roughlyKept, thresholdAt, thresholdCondition, thresholdQuery, withoutRange } from '../../../webview/shards/statistics/threshold.ts';

const SCORES: Histogram = { edges: [0, 0.25, 0.5, 0.75, 1], edgeTexts: ['0.0', '0.25', '0.5', '0.75', '1.0'], counts: [10, 20, 30, 40], whole: false };
const STARS: Histogram = { edges: [1, 2, 3, 4], edgeTexts: ['1', '2', '3', '4'], counts: [5, 6, 7], whole: true };

const summary = (more: Partial<ColumnSummary> = {}): ColumnSummary => ({
  column: ['a'],
  rows: 100,
  tableRows: 100,
  exact: true,
  nulls: 0,
  missing: 0,
  nans: 0,
  infinities: 0,
  ofLength: false,
  ...more,
});

describe('geometry', () => {
  it('draws what is not empty, however rare', () => {
    expect(barHeight(0, 100)).toBe(0);
    expect(barHeight(1, 1_000_000)).toBeGreaterThan(0.05);
    expect(barHeight(50, 100)).toBe(0.5);
    expect(barHeight(100, 100)).toBe(1);
    expect(barHeight(10, 1000, true)).toBeGreaterThan(barHeight(10, 1000));
  });

  it('makes one path of all bars, each in its slot', () => {
    expect(barsPath([1, 0, 2], 2)).toBe('M0.07 1V0.5H0.93V1ZM2.07 1V0H2.93V1Z');
  });

  it('finds the slot under the pointer, at the edges too', () => {
    expect([0, 24, 25, 99, 100, 140, -5].map((x) => slotAt(x, 100, 4))).toEqual([0, 0, 1, 3, 3, 3, 0]);
    expect([0, 69, 71, 100].map((x) => weightedSlotAt(x, 100, [70, 20, 10]))).toEqual([0, 0, 1, 2]);
  });

  it('counts from a cut on, with a part of the bin that it goes through', () => {
    expect(countFrom(SCORES.edges, SCORES.counts, 0)).toBe(100);
    expect(countFrom(SCORES.edges, SCORES.counts, 0.5)).toBe(70);
    expect(countFrom(SCORES.edges, SCORES.counts, 0.625)).toBe(55);
    expect(countFrom(SCORES.edges, SCORES.counts, 1)).toBe(0);
  });

  it('goes from values to pixels and back, for times too', () => {
    const axis = axisOf(scales, [0, 10], 40, 200, false);
    expect(axis.toPixel(5)).toBe(140);
    expect(axis.toValue(140)).toBe(5);
    const upwards = axisOf(scales, [0, 10], 240, -240, false);
    expect(upwards.toPixel(10)).toBe(0);
    const times = axisOf(scales, [Date.UTC(2020, 0), Date.UTC(2024, 0)], 0, 400, true);
    expect(times.ticks.map(({ label }) => label)).toEqual(['2020', '2021', '2022', '2023', '2024']);
  });

  it('knows the bin of a value', () => {
    expect([-1, 0, 0.25, 0.3, 1, 7].map((value) => binAt(SCORES.edges, value))).toEqual([0, 0, 1, 1, 3, 3]);
    expect(drawnEdges([3, 3])).toEqual([2.5, 3.5]);
    expect(drawnEdges(SCORES.edges)).toBe(SCORES.edges);
  });

  it('rounds to what the hand can mean', () => {
    expect(roundedText(0.2941666, 0.0007, false)).toBe('0.2942');
    expect(roundedText(1234.4, 3, false)).toBe('1234');
    expect(roundedText(3.6, 0.01, true)).toBe('4');
  });

  it('leaves empty cells of a heatmap empty and shows the fullest in the strongest colour', () => {
    const steps = stepsOf([[0, 1], [10, 100]]);
    expect(steps.at(-1)).toEqual([{ column: 1, row: 1 }]);
    expect(steps.flat()).toHaveLength(3);
  });
});

describe('series', () => {
  const seriesOf = (of: ColumnSummary): Series | null => seriesOfMeasure(of, { unit: 'characters', of: 'length' });
  const values = summary({ nulls: 10, top: [{ value: 'en', count: 60 }, { value: 'de', count: 20 }], distinct: { count: 7, exact: true }, ofLength: true, histogram: STARS });

  it('are bins for numbers, values where few make up most, lengths of other texts', () => {
    expect(seriesOf(summary({ histogram: SCORES, top: [{ value: '1', count: 90 }] }))?.kind).toBe('range');
    expect(seriesOf(values)).toMatchObject({ kind: 'values', others: 10 });
    expect(seriesOf(summary({ ofLength: true, histogram: STARS, top: [{ value: 'x', count: 2 }], distinct: { count: 90, exact: true } }))?.kind).toBe('length');
    expect(seriesOf(summary())).toBeNull();
  });

  it('become conditions that cut exactly at the edges', () => {
    const series = seriesOf(summary({ histogram: SCORES }))!;
    expect(barCondition(series, ['a'], 1, 2)).toEqual({ type: 'range', column: ['a'], min: '0.25', max: '0.75', maxOpen: true });
    expect(barCondition(series, ['a'], 3, 3)).toEqual({ type: 'range', column: ['a'], min: '0.75', max: '1.0' });
    const stars = seriesOf(summary({ histogram: STARS }))!;
    expect(barCondition(stars, ['a'], 0, 1)).toEqual({ type: 'range', column: ['a'], min: '1', max: '2' });
    expect(barCondition(stars, ['a'], 2, 2)).toEqual({ type: 'range', column: ['a'], min: '3', max: '4' });
    const lengths: Series = { kind: 'length', measure: { unit: 'characters', of: 'length' }, histogram: STARS, kept: null };
    expect(barCondition(lengths, ['a'], 0, 1)).toEqual({ type: 'sql', where: 'length("a") BETWEEN 1 AND 2' });
    expect(barCondition(lengths, ['a'], 2, 2)).toEqual({ type: 'sql', where: 'length("a") BETWEEN 3 AND 4' });
    expect(barCondition(seriesOf(values)!, ['a'], 0, 1)).toEqual({ type: 'values', column: ['a'], values: ['en', 'de'] });
  });

  it('know which bars a filter lets pass', () => {
    const series = seriesOf(summary({ histogram: SCORES }))!;
    expect(chosenBars(series, [], ['a'])).toBeNull();
    expect(chosenBars(series, withBars([], series, ['a'], 1, 2), ['a'])).toEqual([false, true, true, false]);
    const stars = seriesOf(summary({ histogram: STARS }))!;
    expect(chosenBars(stars, withBars([], stars, ['a'], 1, 1), ['a'])).toEqual([false, true, false]);
    expect(chosenBars(seriesOf(values)!, [{ type: 'values', column: ['a'], values: ['de'] }], ['a'])).toEqual([false, true]);
  });

  it('say what they measure, and ask a filter only for what it can find', () => {
    const columns = (['text', 'list', 'image', 'vector', 'mixed'] as const).map((kind, index) => ({ index, name: kind, type: '', kind }));
    const measures = (format: 'parquet' | 'jsonl'): unknown[] => columns.map(({ name }) => {
      const { unit, of } = measureOf({ columns, format }, [name]);
      return [unit, of];
    });
    expect(measures('parquet')).toEqual([['characters', 'length'], ['items', 'len'], ['bytes', null], ['norm', null], ['characters', null]]);
    expect(measures('jsonl')[1]).toEqual(['items', null]);
    const norms = seriesOfMeasure(summary({ histogram: SCORES }), { unit: 'norm', of: null })!;
    expect([norms.kind, canFilter(norms), withBars([], norms, ['a'], 0, 1)]).toEqual(['length', false, []]);
  });

  it('name bars of whole numbers by their number', () => {
    expect(barEnds({ kind: 'range', histogram: STARS, kept: null }, 1)).toEqual({ from: '2', to: '2', last: true });
    expect(barEnds({ kind: 'range', histogram: SCORES, kept: null }, 1)).toEqual({ from: '0.25', to: '0.5', last: false });
  });
});

describe('threshold', () => {
  const column = ['a'] as const;

  it('takes the place of the column’s range, for counting and for filtering', () => {
    const query = { conditions: [{ type: 'range', column, min: '0.1', max: '0.2' }, { type: 'null', column: ['b'] }], sort: [{ column, descending: true }] } as const;
    const cut = thresholdAt(SCORES, 0.3333333, true, false);
    expect(cut).toEqual({ at: 0.333, text: '0.333', keepsAbove: true });
    expect(thresholdQuery(query, cut, column)).toEqual({ conditions: [{ type: 'range', column, min: '0.333' }, query.conditions[1]], sort: [] });
    expect(withoutRange(query, column)).toEqual({ conditions: [query.conditions[1]], sort: [] });
    expect(thresholdCondition({ ...cut, keepsAbove: false }, column)).toEqual({ type: 'range', column, max: '0.333' });
  });

  it('stands where the filter cuts', () => {
    expect(presentThreshold(SCORES, [], column, true)).toBeNull();
    expect(presentThreshold(SCORES, [{ type: 'range', column, max: '0.5' }], column, true)).toEqual({ at: 0.5, text: '0.5', keepsAbove: false });
    expect(presentThreshold(SCORES, [{ type: 'range', column, min: '0.3', max: '0.5' }], column, true)).toEqual({ at: 0.3, text: '0.3', keepsAbove: true });
  });

  it('is a time of the column’s own form', () => {
    expect(thresholdAt({ ...SCORES, edges: [0, Date.UTC(2024, 0)] }, Date.UTC(2022, 4, 1, 12), true, true).text).toBe('2022-05-01 12:00:00');
  });

  it('is the nearest edge where times lie beyond the years that are written', () => {
    const days = { ...SCORES, edges: [-185_542_587_100_800_000, 0, 185_542_587_100_800_000], edgeTexts: ['5877642-06-25 (BC)', '1970-01-01', '5881580-07-10'] };
    expect(thresholdAt(days, 185_000_000_000_000_000, true, true).text).toBe('5881580-07-10');
    expect(thresholdAt(days, -185_000_000_000_000_000, true, true).text).toBe('5877642-06-25 (BC)');
    expect(thresholdAt(days, Date.UTC(20_000, 0), true, true).text).toBe('1970-01-01');
    expect(thresholdAt(days, Date.UTC(9_999, 0), true, true).text).toBe('9999-01-01 00:00:00');
  });

  it('is guessed from the bins only where no other condition stands in the way', () => {
    const cut = { at: 0.5, text: '0.5', keepsAbove: true };
    expect(roughlyKept(summary({ histogram: SCORES }), cut, [])).toBe(70);
    expect(roughlyKept(summary({ histogram: SCORES }), { ...cut, keepsAbove: false }, [])).toBe(30);
    expect(roughlyKept(summary({ histogram: SCORES, tableRows: 1000 }), cut, [])).toBe(700);
    expect(roughlyKept(summary({ histogram: SCORES }), cut, [{ type: 'null', column: ['b'] }])).toBeNull();
  });
});

describe('short texts', () => {
  it.each([
    ['0.30000000000000004', '0.3'],
    ['1234', '1,234'],
    ['1234567.25', '1.23M'],
    ['-0.000012', '-1.20e-5'],
    ['9007199254740993', '9.01e+15'],
    ['2024-05-01 00:00:00', '2024-05-01'],
    ['2024-05-01 07:30:00.123+00', '2024-05-01 07:30'],
    ['a\nb', 'a b'],
  ])('%s is %s', (text, short) => expect(shortValue(text)).toBe(short));

  it('never say all or none of what is not', () => {
    expect([percent(0, 10), percent(1, 100_000), percent(99_999, 100_000), percent(10, 10), percent(1, 3)]).toEqual(['0 %', '<0.1 %', '>99.9 %', '100 %', '33 %']);
    expect([shortCount(1234), shortCount(10_000_000)]).toEqual(['1.23k', '10M']);
  });
});
