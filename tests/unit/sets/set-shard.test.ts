import { appendFileSync, rmSync, utimesSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LintFinding } from '../../../extension/protocol/lint.ts';
import type { ShardState } from '../../../extension/protocol/shards.ts';
import { GRID_LIMITS } from '../../../extension/protocol/values.ts';
import { openShard } from '../../../extension/engine/shards/open.ts';
import type { Shard, ShardContext } from '../../../extension/engine/shards/shard.ts';
import { expandSet } from '../../../extension/engine/sets/expand.ts';
import { SetShard } from '../../../extension/engine/sets/set-shard.ts';
import { query } from '../../../extension/engine/duckdb/session.ts';
import { tar } from '../../support/hostile-files.ts';
import { poll } from '../../support/poll.ts';
import { rowsOf, SetFixture, textOf } from './fixture.ts';

let fixture: SetFixture;
beforeEach(() => void (fixture = new SetFixture()));
afterEach(() => fixture.end());

const signal = new AbortController().signal;
const messages = (shard: Shard): string => shard.state().notices.map(({ message }) => message).join('\n');
const difference = (state: ShardState, name: string): string | undefined => state.columns.find((column) => column.name === name)?.difference;

async function writeParquet(name: string, select: string): Promise<void> {
  await query(`COPY (${select}) TO '${fixture.path(name)}' (FORMAT parquet)`, []);
}

/** A set whose shards are opened by a function of the test. */
async function openWith(open: (path: string, context: ShardContext) => Promise<Shard>, maxOpen?: number): Promise<SetShard> {
  const location = { kind: 'set' as const, folder: fixture.folder, patterns: ['**'] };
  const context = { cacheFolder: fixture.path('.cache'), cacheBytes: 1e9, changed: () => undefined, signal };
  const shard = new SetShard({ location, expansion: await expandSet(location, signal), context, open, ...(maxOpen === undefined ? {} : { maxOpen }) });
  await shard.firstRows(signal);
  return shard;
}

describe('rows', () => {
  test('are those of the shards in order, with the shard they are of', async () => {
    fixture.lines('2.jsonl', [{ a: 1 }, { a: 2 }]);
    fixture.lines('10.jsonl', [{ a: 4 }]);
    fixture.lines('3.jsonl', []);
    fixture.lines('sub/1.jsonl', [{ a: 5 }, { a: 6 }]);
    fixture.write('9.jsonl', '{"a": 3}');
    const shard = await fixture.open(['.']);
    await shard.settled();
    expect(await rowsOf(shard)).toEqual([
      { shard: '2.jsonl', a: '1' },
      { shard: '2.jsonl', a: '2' },
      { shard: '9.jsonl', a: '3' },
      { shard: '10.jsonl', a: '4' },
      { shard: 'sub/1.jsonl', a: '5' },
      { shard: 'sub/1.jsonl', a: '6' },
    ]);
    expect(await rowsOf(shard, 1, 4)).toMatchObject([{ a: '2' }, { a: '3' }, { a: '4' }]);
    expect(await rowsOf(shard, 6, 9)).toEqual([]);
    const state = shard.state();
    expect(state).toMatchObject({ format: 'set', path: fixture.folder, rows: 6, rowsComplete: true, partCount: 5 });
    expect(state.columns[0]).toEqual({ index: 0, name: 'shard', type: 'text', kind: 'text', origin: { kind: 'set' } });
    expect(state.parts?.map(({ start, rows, format }) => [start, rows, format])).toEqual([[0, 2, 'jsonl'], [2, 0, 'jsonl'], [2, 1, 'jsonl'], [3, 1, 'jsonl'], [4, 2, 'jsonl']]); // prettier-ignore
    expect(state.progress).toBeUndefined();
    expect(state.notices).toEqual([]);
  });

  test('one by one, in any order and more than once', async () => {
    fixture.lines('a.jsonl', [{ a: 1 }, { a: 2 }]);
    fixture.lines('b.jsonl', [{ a: 3, b: 'x' }, { a: 4 }]);
    const shard = await fixture.open(['*.jsonl']);
    await shard.settled();
    const values = await shard.readRows({ rows: [3, 0, 2, 0], columns: [1, 0, 2], limits: GRID_LIMITS }, signal);
    expect(values.map((column) => column.map(textOf))).toEqual([
      ['4', '1', '3', '1'],
      ['b.jsonl', 'a.jsonl', 'b.jsonl', 'a.jsonl'],
      ['·', '·', 'x', '·'],
    ]);
    expect(await shard.readRows({ rows: [], columns: [1], limits: GRID_LIMITS }, signal)).toEqual([[]]);
  });

  test('have their place, their record and their members in their own shard', async () => {
    fixture.lines('a.jsonl', [{ a: 1 }]);
    fixture.write('b.tar', tar([{ name: '7.txt', bytes: Buffer.from('seven') }]));
    const shard = await fixture.open(['a.jsonl', 'b.tar']);
    await shard.settled();
    expect([await shard.place(0, signal), await shard.place(1, signal)]).toEqual(['a.jsonl, line 1', 'b.tar, sample 7 (byte 0)']);
    expect([await shard.raw(0, signal), await shard.raw(1, signal)]).toEqual(['{"a":1}', null]);
    expect(await shard.members(0, signal)).toBeNull();
    expect(await shard.members(1, signal)).toMatchObject([{ name: '7.txt' }]);
    await expect(shard.place(2, signal)).rejects.toMatchObject({ code: 'invalid-request' });
    expect(await rowsOf(shard)).toMatchObject([{ shard: 'a.jsonl', a: '1', __key__: '·' }, { shard: 'b.tar', a: '·', __key__: '7', txt: 'seven' }]);
  });

  test('of a column that a reader meets while it reads are not taken for missing', async () => {
    // The key is beyond what is sampled when the shard opens.
    fixture.lines('a.jsonl', Array.from({ length: 3_000 }, (_, i) => (i === 2_500 ? { a: i, rare: 'yes' } : { a: i, filler: 'x'.repeat(2_000) })));
    fixture.lines('b.jsonl', [{ a: 0, rare: 'no' }]);
    const shard = await fixture.open(['*.jsonl']);
    await shard.settled();
    const rare = shard.state().columns.find(({ name }) => name === 'rare')!;
    const [values = []] = await shard.read({ start: 2_499, end: 2_501, columns: [rare.index], limits: GRID_LIMITS }, signal);
    expect(values.map(textOf)).toEqual(['·', 'yes']);
  });
});

describe('columns', () => {
  test('are united by name; how shards differ is said in words', async () => {
    await writeParquet('a.parquet', "SELECT 1::INTEGER AS id, 'x' AS text");
    await writeParquet('b.parquet', "SELECT 2::BIGINT AS id, 'y' AS text, 0.5::DOUBLE AS score");
    await writeParquet('c.parquet', "SELECT 'z' AS text, 3::INTEGER AS id");
    const shard = await fixture.open(['.']);
    await shard.settled();
    const state = shard.state();
    expect(state.columns.map(({ name, type, kind }) => [name, type, kind])).toEqual([
      ['shard', 'text', 'text'],
      ['id', 'INTEGER | BIGINT', 'number'],
      ['text', 'VARCHAR', 'text'],
      ['score', 'DOUBLE', 'number'],
    ]);
    expect(difference(state, 'id')).toBe('INTEGER in a.parquet and 1 more, BIGINT in b.parquet');
    expect(difference(state, 'text')).toBeUndefined();
    expect(difference(state, 'score')).toBe('missing in 2 of 3 shards (a.parquet, …)');
    expect(messages(shard)).toContain('2 columns are not the same in every shard: id (INTEGER in a.parquet');
    expect((await rowsOf(shard)).map(({ id, score }) => [id, score])).toEqual([['1', '·'], ['2', '0.5'], ['3', '·']]); // prettier-ignore
    const { tables } = await shard.metadata(signal);
    expect(tables.map(({ title, total }) => [title, total])).toEqual([['Shards', 3], ['Columns that differ', 2]]); // prettier-ignore
    expect(tables[0]!.rows[1]).toEqual(['b.parquet', 'parquet', '1', '2', expect.any(String), '']);
  });

  test('of JSON differ only where values are of another kind', async () => {
    fixture.lines('a.jsonl', [{ s: 'x', n: 1, o: { a: 1 }, l: [], z: null }]);
    fixture.lines('b.jsonl', [{ s: null, n: 'one', o: { b: 2 }, l: ['x'], z: 5 }]);
    fixture.lines('c.jsonl', [{ s: 'y', n: null, o: null, l: [1], z: 6 }]);
    const shard = await fixture.open(['.']);
    await shard.settled();
    const state = shard.state();
    expect(state.columns.flatMap(({ name, difference: words }) => (words === undefined ? [] : [[name, words]]))).toEqual([['n', 'number in a.jsonl, string in b.jsonl']]);
    expect(state.columns.map(({ name, type, kind }) => [name, type, kind])).toEqual([
      ['shard', 'text', 'text'],
      ['s', 'string | null', 'text'],
      ['n', 'number | string | null', 'mixed'],
      ['o', 'object | null', 'struct'],
      ['l', 'array | array<string> | array<number>', 'list'],
      ['z', 'number | null', 'number'],
    ]);
  });

  test('with one name twice in a file stay two', async () => {
    fixture.write('a.jsonl', '{"k": 1, "k": 2}\n');
    fixture.lines('b.jsonl', [{ k: 3, shard: 'own' }]);
    const shard = await fixture.open(['*.jsonl']);
    await shard.settled();
    expect(shard.state().columns.map(({ name }) => name)).toEqual(['shard', 'k', 'k (earlier)', 'shard']);
    const [values = []] = await shard.read({ start: 1, end: 2, columns: [3], limits: GRID_LIMITS }, signal);
    expect(values).toEqual(['own']);
  });
});

describe('a shard that cannot be read', () => {
  test('is a part with an error; the others go on', async () => {
    fixture.lines('a.jsonl', [{ a: 1 }]);
    await writeParquet('c.parquet', 'SELECT 3 AS a');
    fixture.write('b.parquet', 'PAR1 this is no Parquet file PAR1');
    const shard = await fixture.open(['a.jsonl', 'b.parquet', 'gone.parquet', 'c.parquet']);
    await shard.settled();
    expect(await rowsOf(shard)).toEqual([{ shard: 'a.jsonl', a: '1' }, { shard: 'c.parquet', a: '3' }]); // prettier-ignore
    expect(messages(shard)).toMatch(/The rows of 2 of 4 shards are missing: b\.parquet \(.*\), gone\.parquet \(.*is not there/);
    expect(shard.state().parts?.map(({ error }) => error !== undefined)).toEqual([false, true, true, false]);
    expect(shard.state().rowsComplete).toBe(true);
  });

  test('is the error of the set where no other can be read either', async () => {
    fixture.write('a.parquet', 'PAR1 no PAR1');
    fixture.write('b.parquet', 'PAR1 no PAR1');
    await expect(fixture.open(['.'])).rejects.toMatchObject({ code: 'malformed', message: expect.stringMatching(/a\.parquet.*None of the 2 shards can be read/) as string });
    await expect(fixture.open(['*.tar'])).rejects.toMatchObject({ code: 'not-found' });
  });

  test('any more keeps its rows, which say why they cannot be read', async () => {
    await writeParquet('a.parquet', 'SELECT range AS a FROM range(3)');
    fixture.lines('b.jsonl', [{ a: 7 }]);
    const shard = await fixture.open(['a.parquet', 'b.jsonl']);
    await shard.settled();
    rmSync(fixture.path('a.parquet'));
    const rows = await rowsOf(shard);
    expect(rows.map(({ shard: name }) => name)).toEqual(['a.parquet', 'a.parquet', 'a.parquet', 'b.jsonl']);
    expect(rows.map(({ a }) => a)).toEqual([...Array<unknown>(3).fill(expect.stringMatching(/^!a\.parquet is not there any more/)), '7']);
    expect(messages(shard)).toMatch(/Some rows of 1 shard cannot be read any more: a\.parquet/);
    expect(shard.state().parts?.[0]).toMatchObject({ rows: 3, error: expect.stringContaining('not there') as string });
    await expect(shard.place(0, signal)).resolves.toBeDefined();
  });

  test('as it was, having grown, shows the rows that were counted', async () => {
    fixture.lines('a.jsonl', [{ a: 1 }]);
    fixture.lines('b.jsonl', [{ a: 2 }]);
    const shard = await fixture.open(['.']);
    await shard.settled();
    appendFileSync(fixture.path('a.jsonl'), '{"a": 1.5}\n');
    utimesSync(fixture.path('a.jsonl'), new Date(), new Date(Date.now() + 5_000));
    await poll('the growth to be told', async () => {
      expect((await rowsOf(shard)).map(({ a }) => a)).toEqual(['1', '2']);
      return messages(shard).includes('1 shard grew while the set was open: a.jsonl');
    });
  });
});

describe('opening', () => {
  /** A shard that counts when the test says so. */
  class Gate {
    readonly opened: string[] = [];
    readonly closed: string[] = [];
    openNow = 0;
    most = 0;
    readonly #waiting = new Map<string, PromiseWithResolvers<undefined>>();
    readonly held: ReadonlySet<string>;

    constructor(held: readonly string[] = []) {
      this.held = new Set(held);
    }

    readonly open = async (path: string, context: ShardContext): Promise<Shard> => {
      const name = path.slice(fixture.folder.length + 1);
      this.opened.push(name);
      this.openNow++;
      this.most = Math.max(this.most, this.openNow);
      const real = await openShard(path, context);
      await real.settled();
      const gate = Promise.withResolvers<undefined>();
      let free = !this.held.has(name);
      void gate.promise.then(() => {
        free = true;
        context.changed();
      });
      this.#waiting.set(name, gate);
      const state = (): ShardState => (free ? real.state() : { ...real.state(), rows: 1, rowsComplete: false, progress: { label: 'x', done: 0, total: 1 } });
      const close = async (): Promise<void> => {
        this.closed.push(name);
        this.openNow--;
        await real.close();
      };
      const gated: Partial<Shard> = { state, close, settled: () => (free ? Promise.resolve() : gate.promise), lint: () => Promise.resolve<LintFinding[]>([{ code: 'x', severity: 'info', message: 'm', row: 0, place: 'p' }]) };
      return new Proxy(real, {
        get: (target, key) => {
          const method: unknown = Reflect.get(gated, key) ?? Reflect.get(target, key);
          return typeof method === 'function' ? (method.bind(target) as unknown) : method;
        },
      });
    };

    release(name: string): void {
      this.#waiting.get(name)?.resolve(undefined);
    }
  }

  test('lets the first rows be read while others are counted, and waits for rows behind', async () => {
    fixture.lines('a.jsonl', [{ a: 1 }, { a: 2 }]);
    fixture.lines('b.jsonl', [{ a: 3 }]);
    const gate = new Gate(['a.jsonl']);
    const shard = await openWith(gate.open);
    expect(shard.state()).toMatchObject({ rows: 1, rowsComplete: false, progress: { label: 'Counting the rows of 2 shards' } });
    expect(await rowsOf(shard, 0, 1)).toMatchObject([{ a: '1' }]);
    const behind = rowsOf(shard, 1, 3);
    const stop = new AbortController();
    const waiting = shard.read({ start: 2, end: 3, columns: [0], limits: GRID_LIMITS }, stop.signal);
    stop.abort();
    await expect(waiting).rejects.toThrow();
    gate.release('a.jsonl');
    expect(await behind).toMatchObject([{ a: '2' }, { a: '3' }]);
    await shard.settled();
    expect(shard.state()).toMatchObject({ rows: 3, rowsComplete: true });
    await shard.close();
    expect(gate.openNow).toBe(0);
  });

  test('keeps no more shards open than the limit, and opens them again when they are read', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `${i}.jsonl`);
    for (const [i, name] of names.entries()) fixture.lines(name, [{ i, [`own${i}`]: i }]);
    const gate = new Gate();
    const shard = await openWith(gate.open, 3);
    await shard.settled();
    expect(shard.state().rows).toBe(12);
    expect(gate.openNow).toBeLessThanOrEqual(3);
    const rows = await rowsOf(shard);
    expect(rows.map(({ i }) => i)).toEqual(names.map((_, i) => String(i)));
    for (const [i, row] of rows.entries()) expect(row[`own${i}`]).toBe(String(i));
    expect(gate.opened.length).toBeGreaterThan(12);
    expect(gate.openNow).toBeLessThanOrEqual(3);
    await shard.close();
    expect(gate.openNow).toBe(0);
  });

  test('tells a shard that changed since it was counted', async () => {
    for (const name of ['a', 'b', 'c', 'd']) fixture.lines(`${name}.jsonl`, [{ a: name }]);
    const shard = await openWith(new Gate().open, 1);
    await shard.settled();
    fixture.lines('a.jsonl', [{ a: 'longer than before' }]);
    expect((await rowsOf(shard)).map(({ a }) => a)).toEqual([expect.stringMatching(/^!a\.jsonl was changed on disk/), 'b', 'c', 'd']);
    await shard.close();
  });

  test('gives findings of all shards their row in the set', async () => {
    fixture.lines('a.jsonl', [{ a: 1 }, { a: 2 }]);
    fixture.lines('b.jsonl', [{ a: 3 }]);
    const shard = await openWith(new Gate().open);
    expect(await shard.lint(signal)).toMatchObject([{ row: 0, place: 'a.jsonl: p' }, { row: 2, place: 'b.jsonl: p' }]); // prettier-ignore
    await shard.close();
  });

  test('of a shard that vanished gives this as the finding, and those of the others', async () => {
    fixture.lines('a.jsonl', [{ a: 1 }]);
    fixture.lines('b.jsonl', [{ a: 2 }]);
    const shard = await openWith(new Gate().open, 1);
    await shard.settled();
    // One shard is kept open: from now on it is the other one.
    await rowsOf(shard, 1, 2);
    rmSync(fixture.path('a.jsonl'));
    expect(await shard.lint(signal)).toMatchObject([{ code: 'archive', severity: 'error', message: expect.stringContaining('a.jsonl is not there') as string, place: 'a.jsonl: the file' }, { row: 1, place: 'b.jsonl: p' }]); // prettier-ignore
    await shard.close();
  });

  test('of hundreds counts them all', async () => {
    for (let i = 0; i < 300; i++) fixture.lines(`${i}.jsonl`, [{ i }]);
    const shard = await fixture.open(['*.jsonl']);
    await shard.settled();
    const state = shard.state();
    expect([state.rows, state.partCount, state.parts?.length]).toEqual([300, 300, 100]);
    expect((await rowsOf(shard, 298, 300)).map(({ i }) => i)).toEqual(['298', '299']);
    expect((await shard.metadata(signal)).tables[0]).toMatchObject({ total: 300 });
  });

  test('that is given up ends', async () => {
    fixture.lines('a.jsonl', [{ a: 1 }]);
    const gate = new Gate(['a.jsonl']);
    const shard = await openWith(gate.open);
    const reading = rowsOf(shard, 5, 6).catch(() => 'ended');
    gate.release('a.jsonl');
    await shard.close();
    expect(await reading).toBe('ended');
    expect(gate.openNow).toBe(0);
  });
});
