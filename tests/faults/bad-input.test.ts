/** What the issue calls bad input: a clear error that names the file and the place, or a partial view that says what is missing. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '../../extension/protocol/engine.ts';
import type { ErrorData } from '../../extension/protocol/errors.ts';
import type { OpenShard, Page, ShardState } from '../../extension/protocol/shards.ts';
import { toLoupeError } from '../../extension/rpc/failure.ts';
import { EngineProcess } from '../support/engine-process.ts';
import { deepJson, gzipBomb, hugePng, longLine, manyMembers, manyObjects, tar, write, zstdBomb } from '../support/hostile-files.ts';
import { poll } from '../support/poll.ts';
import { isLongRun } from '../support/random.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-faults-'));
let engine: EngineProcess;
let parquet: string;

beforeAll(async () => {
  engine = await EngineProcess.start();
  parquet = join(folder, 'good.parquet');
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(`COPY (SELECT i AS id, 'text ' || i AS text FROM range(50000) t(i)) TO '${parquet}' (FORMAT parquet, ROW_GROUP_SIZE 10000)`);
  connection.closeSync();
});
afterAll(async () => {
  expect(engine.alive, 'the engine lived through all of it').toBe(true);
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function failure(promise: Promise<unknown>): Promise<ErrorData> {
  try {
    await promise;
  } catch (error) {
    return toLoupeError(error).toData();
  }
  throw new Error('it should have failed');
}

function open(path: string): Promise<OpenShard> {
  return engine.request('shard/open', { location: { kind: 'file', path } });
}

async function settled({ shard, state }: OpenShard): Promise<ShardState> {
  if (state.rowsComplete && state.progress === undefined) return state;
  return poll('the shard to settle', () => {
    const now = engine.states.get(shard);
    return now?.rowsComplete === true && now.progress === undefined ? now : null;
  });
}

function page({ shard, state }: OpenShard, start: number, end: number): Promise<Page> {
  return engine.request('shard/page', { shard, start, end, columns: state.columns.map((column) => column.index) });
}

function row({ shard }: OpenShard, index: number): Promise<Row> {
  return engine.request('shard/row', { shard, row: index });
}

/** A state that has something to say, or null. */
function present(state: ShardState | undefined): ShardState | null {
  return state !== undefined && state.notices.length > 0 ? state : null;
}

function notices(state: ShardState): string {
  return state.notices.map(({ message }) => message).join('\n');
}

describe('files that are not what they should be', () => {
  it.each(['a.parquet', 'a.tar', 'a.json', 'a.tgz'])('an empty %s is said to be empty', async (name) => {
    const error = await failure(open(write(folder, name, '')));
    expect(error).toMatchObject({ code: 'malformed', path: join(folder, name) });
    expect(error.message).toContain(`${name} is empty`);
  });

  it('an empty JSON Lines file has no rows', async () => {
    const opened = await open(write(folder, 'empty.jsonl', ''));
    expect(await settled(opened)).toMatchObject({ rows: 0, rowsComplete: true });
  });

  it('a Parquet file cut anywhere is refused as malformed', async () => {
    for (const length of [3, 4, 8, 11, 12, 500, 20_000]) {
      const path = join(folder, `cut-${length}.parquet`);
      writeFileSync(path, readFileSync(parquet).subarray(0, length));
      const error = await failure(open(path));
      expect(error.code, `${length} bytes: ${error.message}`).toMatch(/malformed|unsupported/);
      expect(error.message).toContain(`cut-${length}.parquet`);
    }
  });

  it('a suffix that lies is told, and the bytes are believed', async () => {
    const path = join(folder, 'really-parquet.tar');
    writeFileSync(path, readFileSync(parquet));
    const opened = await open(path);
    expect(opened.state).toMatchObject({ format: 'parquet', rows: 50_000 });
    expect(notices(opened.state)).toContain('the bytes say Parquet');
  });

  it('a truncated tar shows what is before the cut, and says so', async () => {
    const whole = tar([0, 1, 2].map((i) => ({ name: `${i}.txt`, bytes: Buffer.alloc(2000, `${i}`) })));
    const opened = await open(write(folder, 'cut.tar', whole.subarray(0, 512 + 2048 + 512 + 700)));
    const state = await settled(opened);
    expect(state.rows).toBeGreaterThanOrEqual(1);
    expect(notices(state)).toMatch(/cut|truncated|ends/i);
    expect((await page(opened, 0, 1)).rowCount).toBe(1);
  });

  it('a truncated gzip shows the lines before the cut, and says so', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => JSON.stringify({ id: i, text: Math.sin(i).toString(36) })).join('\n');
    const bytes = gzipSync(lines);
    const opened = await open(write(folder, 'cut.jsonl.gz', bytes.subarray(0, bytes.length / 2)));
    const state = await settled(opened);
    expect(state.rows).toBeGreaterThan(100);
    expect(notices(state)).toMatch(/cut|truncated|ends/i);
  });

  it('invalid UTF-8 is shown with its line named', async () => {
    const bytes = Buffer.concat([Buffer.from('{"a": "x"}\n{"a": "'), Buffer.from([0xff, 0xfe]), Buffer.from('"}\n')]);
    const opened = await open(write(folder, 'latin.jsonl', bytes));
    await settled(opened);
    expect((await page(opened, 0, 2)).columns[0]?.texts).toEqual(['x', '\ufffd\ufffd']);
    expect(notices(await poll('the notice', () => present(engine.states.get(opened.shard))))).toContain('Line 2');
  });

  it('a member path with .. is text and nothing else', async () => {
    const opened = await open(write(folder, 'escape.tar', tar([{ name: '../../etc/passwd.txt', bytes: Buffer.from('harmless') }])));
    await settled(opened);
    const whole = await row(opened, 0);
    expect(whole.members?.[0]?.name).toBe('../../etc/passwd.txt');
  });
});

describe('files with large claims', () => {
  it('a line of 100 MB is shown cut, with rows before and after it', async () => {
    const opened = await open(longLine(folder, 100_000_000));
    const state = await settled(opened);
    expect(state.rows).toBe(3);
    const { columns, rowCount } = await page(opened, 0, 3);
    expect(rowCount).toBe(3);
    const text = columns.find(({ column }) => state.columns[column]?.name === 'text');
    expect(text?.texts[0]).toBe('short');
    expect(text?.texts[2]).toBe('after');
    expect(text?.texts[1]?.length).toBeLessThan(10_000);
    expect(JSON.stringify((await row(opened, 1)).cells).length).toBeLessThan(3_000_000);
  });

  it('a value of three million small objects opens as text in part, and says so', async () => {
    const opened = await open(manyObjects(folder, 3_000_000));
    await settled(opened);
    const { text, cut } = await engine.request('shard/text', { shard: opened.shard, row: 1, column: 0, path: [] });
    expect(cut).toBe(true);
    expect(text.startsWith('[\n  {\n    "x": 1\n  },')).toBe(true);
    expect(text.endsWith('"…"\n]')).toBe(true);
    expect((await page(opened, 2, 3)).columns[0]?.texts).toEqual(['3']);
  });

  it('deep JSON is named, not fatal', async () => {
    const opened = await open(deepJson(folder, 1_000_000));
    expect((await settled(opened)).rows).toBe(3);
    const { columns } = await page(opened, 0, 3);
    expect(columns[0]?.texts[0]).toBe('1');
    expect(columns[0]?.texts[2]).toBe('3');
    expect(await row(opened, 1)).toBeDefined();
  });

  it.each([
    ['gzip', gzipBomb],
    ['zstd', zstdBomb],
  ])('a bomb in %s ends with a partial view that says why', async (_, make) => {
    const opened = await open(make(folder, 6 * 1024));
    const state = await settled(opened);
    expect(state.rows).toBeGreaterThanOrEqual(1);
    expect(notices(state)).toMatch(/bomb/);
    expect((await page(opened, 0, 1)).columns[0]?.texts[0]).toBe('1');
    await engine.request('shard/close', { shard: opened.shard });
  });

  it('a picture of 30,000 x 30,000 pixels is answered in words', async () => {
    const opened = await open(hugePng(folder, 30_000));
    const state = await settled(opened);
    const column = state.columns.find(({ name }) => name === 'png')?.index ?? -1;
    const tile = await engine.request('shard/thumbnail', { shard: opened.shard, row: 0, column, path: [], height: 32 });
    if (tile.status === 'ok') expect(tile.facts.width).toBe(30_000);
    else expect(tile).toMatchObject({ status: 'broken', message: expect.stringMatching(/30,?000/) as unknown });
    expect((await engine.request('engine/status', {})).residentMemory).toBeLessThan(3e9);
  });

  it('a tar of very many members opens at once and reaches its last', async () => {
    const members = isLongRun() ? 1_000_000 : 100_000;
    const opened = await open(await manyMembers(folder, members));
    expect((await page(opened, 0, 10)).rowCount).toBe(10);
    const state = await settled(opened);
    expect(state.rows).toBe(members);
    const last = await page({ ...opened, state }, members - 1, members);
    expect(last.columns.map(({ texts }) => texts[0])).toContain(`text ${members - 1}`);
  });
});

describe('files that change under our hands', () => {
  const lines = (n: number, from = 0): string => Array.from({ length: n }, (_, i) => `{"id": ${from + i}}\n`).join('');

  it('a file that is not there is said to be not there', async () => {
    const error = await failure(open(join(folder, 'nowhere.parquet')));
    expect(error).toMatchObject({ code: 'not-found', path: join(folder, 'nowhere.parquet') });
  });

  it('a folder is no shard', async () => {
    expect((await failure(open(folder))).code).toBe('unsupported');
  });

  it.skipIf(process.platform === 'win32')('a pipe is no shard, and is not waited for', async () => {
    const path = join(folder, 'pipe.parquet');
    execFileSync('mkfifo', [path]);
    expect((await failure(open(path))).code).toBe('unsupported');
  });

  it('a JSON Lines file that grows shows its new rows', async () => {
    const path = write(folder, 'growing.jsonl', lines(10));
    const opened = await open(path);
    expect((await settled(opened)).rows).toBe(10);
    appendFileSync(path, lines(5, 10));
    const grown = await poll('the new rows', async () => ((await page(opened, 10, 15)).rowCount === 5 ? page(opened, 10, 15) : null));
    expect(grown.columns[0]?.texts).toEqual(['10', '11', '12', '13', '14']);
  });

  it('a JSON Lines file that shrinks is told as changed', async () => {
    const path = write(folder, 'shrinking.jsonl', lines(100_000));
    const opened = await open(path);
    await settled(opened);
    truncateSync(path, 50);
    expect(await failure(page(opened, 90_000, 90_010))).toMatchObject({ code: 'changed' });
  });

  it('a Parquet file that is deleted is told', async () => {
    const path = join(folder, 'deleted.parquet');
    writeFileSync(path, readFileSync(parquet));
    const opened = await open(path);
    unlinkSync(path);
    const error = await failure(page(opened, 40_000, 40_010));
    expect(error.code).toMatch(/not-found|changed/);
    expect(error.message).toContain('deleted.parquet');
  });

  it('a Parquet file that is replaced by another is told, or read anew', async () => {
    const path = join(folder, 'replaced.parquet');
    writeFileSync(path, readFileSync(parquet));
    const opened = await open(path);
    await page(opened, 0, 10);
    writeFileSync(path, 'PAR1 nonsense PAR1');
    expect((await failure(page(opened, 20_000, 20_010))).code).toMatch(/changed|malformed/);
  });

  it('a file without permission is said to be so', async () => {
    const path = write(folder, 'private.jsonl', lines(3));
    chmodSync(path, 0o000);
    // Root reads everything: as root the file is asked for by an engine of another user.
    if (process.getuid?.() !== 0) {
      expect((await failure(open(path))).code).toBe('no-permission');
      return;
    }
    chmodSync(folder, 0o755);
    const other = await EngineProcess.start({}, undefined, 1024, 65_534);
    try {
      expect(await failure(other.request('shard/open', { location: { kind: 'file', path } }))).toMatchObject({ code: 'no-permission', path });
    } finally {
      await other.stop();
    }
  });

  it('a request that is cancelled ends as cancelled, and the shard goes on', async () => {
    const opened = await open(parquet);
    const controller = new AbortController();
    const asked = engine.request('shard/page', { shard: opened.shard, start: 0, end: 10_000, columns: [0, 1] }, controller.signal);
    controller.abort();
    expect((await failure(asked)).code).toBe('cancelled');
    expect((await page(opened, 0, 5)).rowCount).toBe(5);
  });
});
