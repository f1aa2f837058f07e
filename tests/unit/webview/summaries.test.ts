import { describe, expect, it } from 'vitest';
import type { ColumnPath, ResultId } from '../../../extension/protocol/queries.ts';
import type { ShardState } from '../../../extension/protocol/shards.ts';
import type { ColumnSummary } from '../../../extension/protocol/statistics.ts';
import { LoupeError } from '../../../extension/rpc/failure.ts';
import { Scores } from '../../../webview/shards/statistics/scores.ts';
import { Summaries } from '../../../webview/shards/statistics/summaries.ts';
import { countsByItself, type SummaryTarget } from '../../../webview/shards/statistics/summary-plan.ts';
import { settled } from './fake-host.ts';

interface Asked {
  readonly column: ColumnPath;
  readonly quick: boolean;
  readonly result?: ResultId;
  readonly signal: AbortSignal;
  readonly answer: (summary?: Partial<ColumnSummary>) => void;
  readonly fail: (error: LoupeError) => void;
}

const column = (name: string, index: number, kind: ShardState['columns'][number]['kind'] = 'number'): ShardState['columns'][number] => ({ index, name, type: '', kind });
const shard: ShardState = {
  path: '/x.parquet',
  format: 'parquet',
  compression: 'none',
  fileSize: 1_000,
  rows: 1000,
  rowsComplete: true,
  columns: [column('a', 0), column('b', 1), column('text', 2, 'text')],
  notices: [],
  bytesRead: 0,
};
const target = (more: Partial<SummaryTarget> = {}): SummaryTarget => ({ opening: 1, shard, result: null, ...more });

function fixture(): { summaries: Summaries; asked: Asked[]; last: () => Asked; words: () => string[] } {
  const asked: Asked[] = [];
  const summaries = new Summaries(
    (params, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new LoupeError('cancelled', 'Cancelled.')));
        const plain: ColumnSummary = { column: params.column, rows: params.quick ? 10 : 1000, tableRows: 1000, exact: !params.quick, nulls: 0, missing: 0, nans: 0, infinities: 0, ofLength: false };
        const kept = { rows: 1, bins: [], top: [], nulls: 0 };
        asked.push({ ...params, signal, fail: reject, answer: (more = {}) => resolve({ ...plain, ...(params.result === undefined ? {} : { kept }), ...more }) });
      }),
  );
  const words = (): string[] => asked.map((each) => `${each.column.join('.')} ${each.quick ? 'quick' : 'whole'}${each.result === undefined ? '' : ` of ${each.result}`}`);
  return { summaries, asked, last: () => asked.at(-1)!, words };
}

describe('distributions', () => {
  it('are asked for one after the other, a first look at all before the whole of any', async () => {
    const { summaries, last, words } = fixture();
    summaries.follow(target(), false);
    expect(words()).toEqual([]);
    summaries.show([['a'], ['b']]);
    for (let i = 0; i < 4; i++) {
      expect(words()).toHaveLength(i + 1);
      last().answer();
      await settled();
    }
    expect(words()).toEqual(['a quick', 'b quick', 'a whole', 'b whole']);
    expect(summaries.get(['b'])).toMatchObject({ summary: { exact: true }, counting: false });
  });

  it('are not asked whole where the first look saw everything', async () => {
    const { summaries, last, words } = fixture();
    summaries.follow(target(), false);
    summaries.show([['a']]);
    last().answer({ exact: true });
    await settled();
    expect(words()).toEqual(['a quick']);
  });

  it('of a column that was scrolled away are given up, and asked again when it is back', async () => {
    const { summaries, last, asked, words } = fixture();
    summaries.follow(target(), false);
    summaries.show([['a']]);
    summaries.show([['b']]);
    expect(asked[0]!.signal.aborted).toBe(true);
    last().answer({ exact: true });
    await settled();
    summaries.show([['a'], ['b']]);
    expect(words()).toEqual(['a quick', 'b quick', 'a quick']);
  });

  it('wait for rows, and make way for what the user waits for', async () => {
    const { summaries, asked, words } = fixture();
    summaries.follow(target(), true);
    summaries.show([['a']]);
    expect(words()).toEqual([]);
    summaries.follow(target(), false);
    const release = summaries.hold();
    expect(asked[0]!.signal.aborted).toBe(true);
    await settled();
    expect(words()).toEqual(['a quick']);
    release();
    expect(words()).toEqual(['a quick', 'a quick']);
  });

  it('of the column that is looked at come first', async () => {
    const { summaries, last, words } = fixture();
    summaries.follow(target(), false);
    summaries.show([['a'], ['b']]);
    summaries.focus([['b']]);
    last().answer();
    await settled();
    expect(words()).toEqual(['a quick', 'b quick']);
  });

  it('are told apart by what the filter keeps; the old share stays until the new one is there', async () => {
    const { summaries, last, words } = fixture();
    summaries.follow(target(), false);
    summaries.show([['a']]);
    last().answer({ exact: true });
    await settled();
    summaries.follow(target({ result: 7 }), false);
    last().answer({ exact: true, kept: { rows: 5, bins: [], top: [], nulls: 0 } });
    await settled();
    summaries.follow(target({ result: 8 }), false);
    expect(summaries.get(['a']).summary?.kept?.rows).toBe(5);
    last().answer({ exact: true, kept: { rows: 3, bins: [], top: [], nulls: 0 } });
    await settled();
    expect(summaries.get(['a']).summary?.kept?.rows).toBe(3);
    expect(words()).toEqual(['a quick', 'a whole of 7', 'a whole of 8']);
    summaries.follow(target(), false);
    expect(summaries.get(['a']).summary).not.toHaveProperty('kept');
  });

  it('that fail say why and are not asked again; another opening forgets all', async () => {
    const { summaries, last, words } = fixture();
    summaries.follow(target(), false);
    summaries.show([['a']]);
    last().fail(new LoupeError('unsupported', 'No distribution.'));
    await settled();
    summaries.follow(target(), false);
    expect(summaries.get(['a'])).toMatchObject({ summary: null, error: { message: 'No distribution.' } });
    expect(words()).toEqual(['a quick']);
    summaries.follow(target({ opening: 2 }), false);
    expect(words()).toEqual(['a quick', 'a quick']);
  });

  it('are not asked while the engine is gone', async () => {
    const { summaries, last, words } = fixture();
    summaries.follow(target(), false);
    summaries.show([['a']]);
    last().fail(new LoupeError('engine-lost', 'The engine ended.'));
    await settled();
    expect(words()).toEqual(['a quick']);
    summaries.follow(target({ opening: 2 }), false);
    expect(words()).toEqual(['a quick', 'a quick']);
  });

  it('of huge files are whole for columns of numbers by themselves, for others when asked', async () => {
    const huge = { ...shard, fileSize: 50e9 };
    expect(countsByItself(huge, ['a'])).toBe(true);
    expect(countsByItself(huge, ['text'])).toBe(false);
    expect(countsByItself({ ...huge, format: 'jsonl' }, ['a'])).toBe(false);
    expect(countsByItself(shard, ['text'])).toBe(true);
    const { summaries, last, words } = fixture();
    summaries.follow(target({ shard: huge }), false);
    summaries.show([['text']]);
    last().answer();
    await settled();
    expect(words()).toEqual(['text quick']);
    summaries.countWhole(['text']);
    expect(words()).toEqual(['text quick', 'text whole']);
  });

  it('are not asked whole while the table still grows', async () => {
    const { summaries, last, words } = fixture();
    summaries.follow(target({ shard: { ...shard, rowsComplete: false } }), false);
    summaries.show([['a']]);
    last().answer();
    await settled();
    expect(words()).toEqual(['a quick']);
    summaries.follow(target(), false);
    expect(words()).toEqual(['a quick', 'a whole']);
  });
});

describe('roles', () => {
  const role = { column: ['a'], role: { role: 'score', kind: 'cosine', better: 'higher', source: 'LAION' } } as const;

  it('are asked once for one table and one set of corrections', async () => {
    const asked: unknown[] = [];
    const scores = new Scores((corrections) => {
      asked.push(corrections);
      return Promise.resolve({ columns: [role], presets: [] });
    });
    scores.follow('1', []);
    scores.follow('1', []);
    await settled();
    expect(scores.get()).toEqual({ columns: [role], presets: [], known: true });
    scores.follow('2', [role]);
    expect(asked).toEqual([[], [role]]);
  });

  it('are what the user says where the engine has none', async () => {
    const scores = new Scores(() => Promise.reject(new LoupeError('unsupported', 'Not for this file.')));
    scores.follow('1', [role]);
    await settled();
    expect(scores.get()).toEqual({ columns: [role], presets: [], known: true });
  });
});
