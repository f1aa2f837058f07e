import { describe, expect, it } from 'vitest';
import type { SqlResult } from '../../../extension/protocol/queries.ts';
import type { Page } from '../../../extension/protocol/shards.ts';
import { LoupeError } from '../../../extension/rpc/failure.ts';
import { ResultPages } from '../../../webview/shards/sql/result-pages.ts';
import { runnerOf, SqlRunner } from '../../../webview/shards/sql/sql-runner.ts';
import { FakeHost, settled } from './fake-host.ts';

const answer = (sqlResult: number): SqlResult => ({ sqlResult, columns: [{ name: 'id', type: 'BIGINT' }], rows: 250, complete: true, milliseconds: 3 });

function page(start: number, count: number): Page {
  const texts = Array.from({ length: count }, (_, i) => String(start + i));
  return { start, rowCount: count, columns: [{ column: 0, texts, kinds: texts.map(() => 'number' as const), sizes: texts.map(() => 0) }], bytesRead: 0 };
}

describe('the runner', () => {
  it('runs a statement, keeps its result and lets the one before go', async () => {
    const fake = new FakeHost();
    const runner = new SqlRunner(fake.host);
    void runner.run('SELECT 1');
    expect(runner.state()).toMatchObject({ running: true, statement: 'SELECT 1', answer: null });
    fake.of('view/sql')[0]!.answer(answer(1));
    await settled();
    expect(runner.state()).toMatchObject({ running: false, error: null, answer: { result: { sqlResult: 1 } } });
    void runner.run('SELECT 2');
    expect(runner.state().answer?.result.sqlResult).toBe(1);
    fake.of('view/sql')[1]!.answer(answer(2));
    await settled();
    expect(runner.state().answer?.result.sqlResult).toBe(2);
    expect(fake.of('view/sqlClose').map(({ params }) => params)).toEqual([{ sqlResult: 1 }]);
  });

  it('keeps the result before while the next one fails, and tells why', async () => {
    const fake = new FakeHost();
    const runner = new SqlRunner(fake.host);
    void runner.run('SELECT 1');
    fake.of('view/sql')[0]!.answer(answer(1));
    await settled();
    void runner.run('SELEC');
    fake.of('view/sql')[1]!.fail(new LoupeError('invalid-request', 'No.', { place: 'line 1, column 1' }));
    await settled();
    expect(runner.state()).toMatchObject({ running: false, statement: 'SELEC', error: { message: 'No.' }, answer: { result: { sqlResult: 1 } } });
  });

  it('ends what is running when it is cancelled or another one is run', async () => {
    const fake = new FakeHost();
    const runner = new SqlRunner(fake.host);
    void runner.run('one');
    void runner.run('two');
    const [one, two] = fake.of('view/sql');
    expect(one!.signal!.aborted).toBe(true);
    expect(two!.signal!.aborted).toBe(false);
    await settled();
    expect(runner.state()).toMatchObject({ running: true, statement: 'two' });
    runner.cancel();
    await settled();
    expect(runner.state()).toMatchObject({ running: false, error: null, answer: null });
  });

  it('knows what its own statement waits for, until that is over', async () => {
    const fake = new FakeHost();
    const runner = new SqlRunner(fake.host);
    void runner.run('SELECT 1');
    const { run } = fake.of('view/sql')[0]!.params as { run: string };
    const progress = { label: 'Reading rows', done: 1, total: 4 };
    fake.tell('document/sqlProgress', { run: 'that of another editor', progress: { ...progress, done: 3 } });
    expect(runner.state().progress).toBeNull();
    fake.tell('document/sqlProgress', { run, progress });
    expect(runner.state().progress).toEqual(progress);
    fake.of('view/sql')[0]!.answer(answer(1));
    await settled();
    fake.tell('document/sqlProgress', { run, progress });
    expect(runner.state().progress).toBeNull();
    void runner.run('SELECT 2');
    expect((fake.of('view/sql')[1]!.params as { run: string }).run).not.toBe(run);
  });

  it('remembers what was run, the newest first, also from before', async () => {
    const fake = new FakeHost();
    const runner = new SqlRunner(fake.host);
    fake.of('view/sqlHistory')[0]!.answer({ statements: ['b', 'a'] });
    await settled();
    void runner.run('a ');
    expect(runner.history()).toEqual(['a', 'b']);
    expect(runnerOf(fake.host)).toBe(runnerOf(fake.host));
  });
});

describe('the pages of a result', () => {
  const asked: { start: number; end: number; signal: AbortSignal; answer: (page: Page) => void; fail: (error: Error) => void }[] = [];
  const pages = (failed: (error: unknown) => void = () => undefined): ResultPages => {
    asked.length = 0;
    return new ResultPages(250, (start, end, signal) => new Promise((answer, fail) => asked.push({ start, end, signal, answer, fail })), failed);
  };

  it('are asked for once, by blocks, and only those on screen', async () => {
    const result = pages();
    let changes = 0;
    result.subscribe(() => changes++);
    result.want(90, 120);
    result.want(95, 125);
    expect(asked.map(({ start, end }) => [start, end])).toEqual([[0, 100], [100, 200]]);
    expect(result.row(100)).toBeUndefined();
    asked[1]!.answer(page(100, 100));
    await settled();
    expect(changes).toBe(1);
    expect(result.row(120)).toEqual([{ text: '120', kind: 'number', size: 0 }]);
    result.want(230, 400);
    expect(asked.slice(2).map(({ start, end }) => [start, end])).toEqual([[200, 250]]);
  });

  it('are asked for further where long rows did not fit one message', async () => {
    const result = pages();
    result.want(0, 10);
    asked[0]!.answer(page(0, 30));
    await settled();
    expect(asked.map(({ start, end }) => [start, end])).toEqual([[0, 100], [30, 100]]);
    asked[1]!.answer(page(30, 70));
    await settled();
    expect(result.row(99)?.[0]?.text).toBe('99');
  });

  it('tell what fails, but not when nobody wants them any more', async () => {
    const failures: unknown[] = [];
    const result = pages((error) => failures.push(error));
    result.want(0, 10);
    asked[0]!.fail(new Error('gone'));
    await settled();
    expect(failures).toHaveLength(1);
    result.want(0, 10);
    result.close();
    expect(asked[1]!.signal.aborted).toBe(true);
    asked[1]!.fail(new Error('cancelled'));
    await settled();
    expect(failures).toHaveLength(1);
  });
});
