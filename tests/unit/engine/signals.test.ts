import { describe, expect, it } from 'vitest';
import { signalsIn } from '../../../extension/engine/spans/signals.ts';
import { vectorSummary } from '../../../extension/engine/pages/vector-summary.ts';
import type { Value } from '../../../extension/protocol/values.ts';
import { MAX_POINTS } from '../../../extension/protocol/vectors.ts';

const number = (text: string | number): Value => ({ type: 'number', text: String(text) });
const struct = (...entries: (readonly [string, Value])[]): Value => ({ type: 'struct', entries, length: entries.length });
const list = (...items: Value[]): Value => ({ type: 'list', items, length: items.length });
const triple = (start: Value, end: Value, score: Value): Value => list(start, end, score);

describe('signals', () => {
  it('keep their numbers as written, and null as null', () => {
    const value = struct(['a', list(triple(number(0), number('5.0'), number('0.10000000000000000001')), triple(number(5), number(9), null))]);
    expect(signalsIn(value)).toEqual([
      { name: 'a', spans: [{ start: 0, end: 5, score: '0.10000000000000000001' }, { start: 5, end: 9, score: null }], malformed: 0 },
    ]);
  });

  it('stand under the names of their experiments, in structs and maps', () => {
    const spans = list(triple(number(0), number(1), number(1)));
    const value = struct(['pii', struct(['email', spans], ['too_much_pii', true])], ['m', { type: 'map', entries: [['x', spans]], length: 1 }]);
    expect(signalsIn(value).map(({ name }) => name)).toEqual(['pii.email', 'm.x']);
  });

  it('count what is no span; a list of nothing but that is no signal', () => {
    const good = triple(number(0), number(1), number(1));
    const bad = [list(number(1)), null, triple(number('0.5'), number(1), number(1)), triple(number(0), number(1), 'high'), triple(null, number(1), number(1))];
    expect(signalsIn(struct(['a', list(good, ...bad)], ['b', list(...bad)], ['c', list()]))).toEqual([{ name: 'a', spans: [{ start: 0, end: 1, score: '1' }], malformed: 5 }]);
    expect(signalsIn(null)).toEqual([]);
    expect(signalsIn('text')).toEqual([]);
  });
});

describe('a vector at a glance', () => {
  const vector = (...numbers: (number | string)[]): Value => list(...numbers.map(number));

  it('has every value of a short one', () => {
    const { mean, ...rest } = vectorSummary(vector(3, -4, 0));
    expect(rest).toEqual({ dimension: 3, finite: 3, norm: 5, min: -4, max: 3, points: [[3, 3], [-4, -4], [0, 0]] });
    expect(mean).toBeCloseTo(-1 / 3);
  });

  it('keeps the extremes of a long one in few points', () => {
    const numbers = Array.from({ length: 5_000 }, (_, i) => Math.sin(i));
    numbers[4_321] = 99;
    const { points, max } = vectorSummary(vector(...numbers));
    expect(points).toHaveLength(MAX_POINTS);
    expect(max).toBe(99);
    expect(points[Math.floor((4_321 * MAX_POINTS) / 5_000)]![1]).toBe(99);
    expect(Math.min(...points.map((point) => point![0]))).toBe(Math.min(...numbers));
  });

  it('leaves out what is not finite and says how much is', () => {
    expect(vectorSummary(vector('nan', 1, 'inf', '1e999'))).toMatchObject({ dimension: 4, finite: 1, min: 1, max: 1, mean: 1, norm: 1, points: [null, [1, 1], null, null] });
    expect(vectorSummary(list(null, number('NaN')))).toMatchObject({ dimension: 2, finite: 0, min: null, max: null, mean: null, points: [null, null] });
  });

  it.each<Value>([null, 'text', list()])('refuses %j', (value) => expect(() => vectorSummary(value)).toThrow('no vector'));
});
