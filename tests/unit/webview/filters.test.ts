import { describe, expect, it } from 'vitest';
import type { ColumnPath, Condition } from '../../../extension/protocol/queries.ts';
import type { Column } from '../../../extension/protocol/shards.ts';
import { chipsOf, filtersOf } from '../../../webview/shards/filters/chips.ts';
import { negated, toggleValue, withCondition, withoutChartConditions } from '../../../webview/shards/filters/conditions.ts';
import { conditionText } from '../../../webview/shards/filters/describe.ts';
import { conditionOf, draftOf, newDraft, type WrittenCondition } from '../../../webview/shards/filters/draft.ts';
import { lengthCondition, lengthRange } from '../../../webview/shards/filters/length-condition.ts';
import { pieceAt, problemOf } from '../../../webview/shards/filters/problem.ts';
import { nextSort, sortedBy } from '../../../webview/shards/filters/sort.ts';

const range = (column: string, min: string, max: string): Condition => ({ type: 'range', column: [column], min, max });
const A: ColumnPath = ['a'];

describe('conditions', () => {
  it('put a new range in the place of the same column’s range, and beside all others', () => {
    const before = [range('a', '0', '1'), range('b', '0', '1'), negated(range('a', '3', '4'))];
    expect(withCondition(before, range('a', '5', '6'))).toEqual([range('a', '5', '6'), before[1], before[2]]);
    expect(withCondition(before, range('c', '5', '6'))).toHaveLength(4);
    expect(withCondition([{ type: 'text', column: A, text: 'x', matchCase: false, regex: false }], { type: 'text', column: A, text: 'y', matchCase: false, regex: false })).toHaveLength(2);
  });

  it('tell a struct’s fields apart', () => {
    const nested: Condition = { type: 'range', column: ['a', 'score'], min: '1' };
    expect(withCondition([range('a', '0', '1')], nested)).toHaveLength(2);
  });

  it('choose values one by one, alone, and not at all', () => {
    const one = toggleValue([], A, 'x', true);
    expect(one).toEqual([{ type: 'values', column: A, values: ['x'] }]);
    const two = toggleValue(one, A, null, false);
    expect(two).toEqual([{ type: 'values', column: A, values: ['x', null] }]);
    expect(toggleValue(two, A, 'x', true)).toEqual(one);
    expect(toggleValue(one, A, 'x', true)).toEqual([]);
    expect(toggleValue(two, A, 'x', false)).toEqual([{ type: 'values', column: A, values: [null] }]);
  });

  it('are their own opposite’s opposite', () => {
    expect(negated(range('a', '0', '1'))).toEqual({ ...range('a', '0', '1'), not: true });
    expect(negated(negated(range('a', '0', '1')))).toEqual(range('a', '0', '1'));
  });

  it('of a chart go, others stay', () => {
    const text: Condition = { type: 'text', column: A, text: 'x', matchCase: false, regex: false };
    expect(withoutChartConditions([range('a', '0', '1'), text, lengthCondition({ of: 'length', column: A, min: 3 }), range('b', '0', '1')], A)).toEqual([text, range('b', '0', '1')]);
  });

  it('of lengths are SQL that is read again, whatever the column is called', () => {
    for (const column of [['text'], ['a "b"', 'c.d'], ['']] as const) {
      for (const part of [{ min: 3 }, { below: 9 }, { min: 3, below: 9 }]) {
        for (const of of ['length', 'len', 'octet_length'] as const) expect(lengthRange(lengthCondition({ of, column, ...part }))).toEqual({ of, column, ...part });
      }
    }
    expect(lengthCondition({ of: 'length', column: ['a "b"', 'c'], min: 3, below: 9 })).toEqual({ type: 'sql', where: 'length("a ""b"""."c") BETWEEN 3 AND 8' });
    expect(lengthRange({ type: 'sql', where: 'length("a") >= 3 OR true' })).toBeNull();
  });

  it.each([
    [range('a', '0.25', '0.5'), 'a 0.25 ≤ … ≤ 0.5'],
    [{ ...range('a', '0.30000000000000004', '0.5'), maxOpen: true }, 'a 0.3 ≤ … < 0.5'],
    [range('a', '3', '3'), 'a = 3'],
    [{ type: 'range', column: A, min: '12345678901234567890' }, 'a ≥ 1.23e+19'],
    [{ type: 'range', column: ['t'], max: '2024-05-01 00:00:00' }, 't ≤ 2024-05-01'],
    [{ type: 'values', column: A, values: ['x'] }, 'a = x'],
    [{ type: 'values', column: A, values: ['x', null, 'y', 'z'] }, 'a in x, null, 2 more'],
    [{ type: 'text', text: 'dog', matchCase: false, regex: false }, 'text contains “dog”'],
    [{ type: 'text', column: A, text: '^d.g', matchCase: false, regex: true, not: true }, 'a not matches /^d.g/i'],
    [{ type: 'null', column: ['a', 'b'] }, 'a.b is null'],
    [{ type: 'ids', column: A, file: '/x/kept.npy' }, 'a in kept.npy'],
    [lengthCondition({ of: 'length', column: A, min: 3, below: 9 }), 'length of a 3 ≤ … < 9'],
    [{ type: 'sql', where: 'a >\n 3' }, 'SQL a > 3'],
    [{ type: 'changed' }, 'row differs from the other version'],
    [{ type: 'changed', not: true }, 'row not differs from the other version'],
  ] as [Condition, string][])('%j reads %s', (condition, words) => expect(conditionText(condition)).toBe(words));
});

describe('chips', () => {
  const query = { conditions: [range('a', '0', '1'), range('c', '0', '1')], sort: [] };

  it('stand in one row, those that are off at their places', () => {
    const chips = chipsOf({ query, parked: [{ index: 1, condition: range('b', '0', '1') }, { index: 3, condition: range('d', '0', '1') }] });
    expect(chips.map(({ condition, on }) => [condition.type === 'range' && condition.column[0], on])).toEqual([['a', true], ['b', false], ['c', true], ['d', false]]);
    expect(filtersOf(chips, { query, parked: [] })).toEqual({ query, parked: [{ index: 1, condition: range('b', '0', '1') }, { index: 3, condition: range('d', '0', '1') }] });
  });

  it('are switched off and on without losing their place', () => {
    const chips = chipsOf({ query, parked: [] });
    const off = filtersOf(chips.with(0, { ...chips[0]!, on: false }), { query, parked: [] });
    expect(off.query.conditions).toEqual([range('c', '0', '1')]);
    const again = chipsOf(off);
    expect(filtersOf(again.with(0, { ...again[0]!, on: true }), off)).toEqual({ query, parked: [] });
  });
});

describe('drafts', () => {
  const column = (kind: Column['kind']): Column => ({ index: 0, name: 'a', type: '', kind });

  it('begin with what such columns are mostly filtered by', () => {
    expect(newDraft(column('number'), false).kind).toBe('range');
    expect(newDraft(column('text'), false).kind).toBe('text');
    expect(newDraft(column('text'), true).kind).toBe('values');
    expect(newDraft(column('image'), false).kind).toBe('null');
    expect(newDraft(undefined, false).kind).toBe('sql');
  });

  it('of a condition give that condition back', () => {
    const conditions: WrittenCondition[] = [
      { type: 'range', column: A, min: '1', max: '2', maxOpen: true, not: true },
      { type: 'values', column: A, values: ['x', null, ''] },
      { type: 'text', text: 'x', matchCase: true, regex: true },
      { type: 'text', column: A, text: 'x', matchCase: false, regex: false },
      { type: 'null', column: ['a', 'b'], not: true },
      { type: 'ids', column: A, file: 'kept.parquet', fileColumn: ['uid'] },
      { type: 'sql', where: 'a > 3' },
    ];
    for (const condition of conditions) expect(conditionOf(draftOf(condition))).toEqual(condition);
  });

  it('say nothing while something is missing', () => {
    expect(conditionOf(newDraft(column('number'), false))).toBeNull();
    expect(conditionOf({ ...newDraft(column('number'), false), max: ' 7 ' })).toEqual({ type: 'range', column: A, max: '7' });
    expect(conditionOf(newDraft(column('image'), false))).toEqual({ type: 'null', column: A });
  });
});

describe('sorting', () => {
  it('goes ascending, descending, off', () => {
    const once = nextSort([], A, false);
    expect(once).toEqual([{ column: A, descending: false }]);
    expect(nextSort(once, A, false)).toEqual([{ column: A, descending: true }]);
    expect(nextSort(nextSort(once, A, false), A, false)).toEqual([]);
    expect(nextSort(once, ['b'], false)).toEqual([{ column: ['b'], descending: false }]);
  });

  it('adds a further key, and turns it without touching the others', () => {
    const two = nextSort([{ column: A, descending: true }], ['b'], true);
    expect(two).toEqual([{ column: A, descending: true }, { column: ['b'], descending: false }]);
    expect(nextSort(two, A, true)).toEqual([two[1]]);
    expect(nextSort(two, ['b'], true)[1]).toEqual({ column: ['b'], descending: true });
    expect(sortedBy(two, A, null)).toEqual([two[1]]);
    expect(sortedBy(two, A, false)).toEqual([{ column: A, descending: false }]);
  });
});

describe('a refused condition', () => {
  const sql: Condition = { type: 'sql', where: 'WIDTH > 512 AND widht < 3' };
  const refusal = { query: { conditions: [sql], sort: [] }, error: { code: 'invalid-request', message: 'No column widht.', place: 'character 17' } } as const;

  it('is known where only one can be meant', () => {
    expect(problemOf(sql, refusal, [range('a', '0', '1'), sql])).toBe('No column widht. (character 17)');
    expect(problemOf(range('a', '0', '1'), refusal, [range('a', '0', '1'), sql])).toBeUndefined();
    expect(problemOf(sql, refusal, [sql, { type: 'sql', where: 'true' }])).toBeUndefined();
    expect(problemOf(sql, null, [sql])).toBeUndefined();
  });

  it('is marked where its error is, counted in characters', () => {
    expect(pieceAt(sql.where, 'at character 17')).toEqual(['WIDTH > 512 AND ', 'widht', ' < 3']);
    expect(pieceAt('😀 > x', 'character 5')).toEqual(['😀 > ', 'x', '']);
    expect(pieceAt('a +', 'character 4')).toEqual(['a +', '', '']);
    expect(pieceAt('a', 'no place')).toBeNull();
  });
});
