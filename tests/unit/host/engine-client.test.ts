import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { engineEnvironment } from '../../../extension/engine-client/environment.ts';
import type { ShardHandle } from '../../../extension/engine-client/shard-handle.ts';
import { LoupeError } from '../../../extension/rpc/failure.ts';
import { fakeEngineClient, until, type ClientFixture } from './engine-fixture.ts';

const PAGE = { start: 0, end: 1, columns: [] };

let fixture: ClientFixture;
beforeEach(() => {
  fixture = fakeEngineClient();
});
afterEach(() => fixture.end());

function open(name: string): ShardHandle {
  return fixture.client.open({ kind: 'file', path: fixture.file(name) });
}

const isOpen = (handle: ShardHandle) => until(() => handle.status.status === 'open', `${handle.path} is open`);
const hasFailed = (handle: ShardHandle) => until(() => handle.status.status === 'failed', `${handle.path} has failed`);

/** The process that answers; the fake engine puts its pid there. */
async function pidOf(handle: ShardHandle): Promise<number> {
  return (await handle.request('shard/page', PAGE)).rowCount;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'ok',
    (error: unknown) => (error as LoupeError).code,
  );
}

function failureOf(handle: ShardHandle): { code: string; message: string } {
  if (handle.status.status !== 'failed') throw new Error(`${handle.path} is ${handle.status.status}`);
  return handle.status.error;
}

describe('one engine', () => {
  test('is forked by the first file and shared by all', async () => {
    expect(fixture.client.processes).toBe(0);
    const [a, b] = [open('a'), open('b')];
    expect(await pidOf(a)).toBe(await pidOf(b));
    expect(fixture.client.processes).toBe(1);
  });

  test('tells changes to the shard they are about, and counts bytes', async () => {
    const [a, b] = [open('a'), open('b')];
    await isOpen(a);
    await isOpen(b);
    await b.request('shard/row', { row: 41 });
    const rows = (handle: ShardHandle): number => (handle.status.status === 'open' ? handle.status.state.rows : -1);
    await until(() => rows(a) === 41, 'the change arrives');
    expect(rows(b)).toBe(1);
    b.countBytes(7);
    expect(b.status.status === 'open' && b.status.state.bytesRead).toBe(7);
  });

  test('gives the error of a file that does not open to everybody who asks', async () => {
    const bad = open('fail');
    expect(await codeOf(bad.request('shard/page', PAGE))).toBe('malformed');
    expect(failureOf(bad).code).toBe('malformed');
  });

  test('hears of a cancelled request', async () => {
    const slow = open('slow');
    await isOpen(slow);
    const counts = async (): Promise<string> => (await slow.request('shard/metadata', {})).properties.join(' ');
    const stop = new AbortController();
    const page = codeOf(slow.request('shard/page', PAGE, stop.signal));
    await until(async () => (await counts()) === 'started,1 cancelled,0', 'the engine works on it');
    stop.abort();
    expect(await page).toBe('cancelled');
    expect(await counts()).toBe('started,1 cancelled,1');
  });

  test('closes what is closed here, also while it opens', async () => {
    const a = open('a');
    await isOpen(a);
    open('b').close();
    const c = open('c');
    await isOpen(c);
    c.close();
    const openShards = async (): Promise<number> => (await a.request('shard/page', PAGE)).bytesRead;
    await until(async () => (await openShards()) === 1, 'only one shard is open in the engine');
  });

  test('ends with the client, by force when it does not go by itself', async () => {
    process.env.LOUPE_TEST_STAY = '1';
    try {
      const pid = await pidOf(open('a'));
      await fixture.client.stop();
      expect(fixture.client.processes).toBe(0);
      expect(() => process.kill(pid, 0)).toThrow();
    } finally {
      delete process.env.LOUPE_TEST_STAY;
    }
  });

  test('takes new settings without a restart', async () => {
    const a = open('a');
    const pid = await pidOf(a);
    fixture.values['engine.duckdbThreads'] = 3;
    await fixture.client.configure();
    expect(await pidOf(a)).toBe(pid);
  });

  test('gets no token of the editor', () => {
    const kept = engineEnvironment({ PATH: '/bin', NODE_OPTIONS: '--inspect', GITHUB_TOKEN: 'x', VSCODE_IPC_HOOK: 'y', LC_ALL: 'C' });
    expect(kept).toEqual({ PATH: '/bin', LC_ALL: 'C', ELECTRON_RUN_AS_NODE: '1' });
  });
});

describe('a lost engine', () => {
  test('comes back with everything that was open; what was under way ends with engine-lost', async () => {
    const [a, b, slow] = [open('a'), open('b'), open('slow')];
    await isOpen(slow);
    const before = await pidOf(a);
    const underWay = codeOf(slow.request('shard/page', PAGE));
    process.kill(before, 'SIGKILL');
    expect(await underWay).toBe('engine-lost');
    const after = await pidOf(a);
    expect(after).not.toBe(before);
    expect(await pidOf(b)).toBe(after);
    await isOpen(slow);
    expect(fixture.client.processes).toBe(1);
  });

  test('quarantines the file that crashes it when it opens, and no other', async () => {
    const [a, b] = [open('a'), open('b')];
    await isOpen(a);
    await isOpen(b);
    const culprit = open('crash-at-open');
    await hasFailed(culprit);
    expect(failureOf(culprit)).toMatchObject({ code: 'quarantined' });
    expect(failureOf(culprit).message).toContain('crash-at-open');
    expect(await pidOf(a)).toBe(await pidOf(b));
    expect(fixture.lines.filter((line) => line.includes('ended by itself'))).toHaveLength(2);
  });

  test('quarantines the file that crashes it when it is read, though others are read at the same time', async () => {
    const innocent = ['a', 'b', 'c'].map(open);
    const culprit = open('crash-at-page');
    for (let i = 0; i < 40 && culprit.status.status !== 'failed'; i++) {
      await Promise.all([culprit, ...innocent].map((handle) => codeOf(handle.request('shard/page', PAGE))));
    }
    expect(failureOf(culprit).code).toBe('quarantined');
    for (const handle of innocent) expect(await codeOf(handle.request('shard/page', PAGE))).toBe('ok');
  });

  test('holds every open file for the cause when none was at work', async () => {
    const [a, b] = [open('a'), open('b')];
    for (const handle of [a, b]) await isOpen(handle);
    process.kill(await pidOf(a), 'SIGKILL');
    await until(() => a.status.status === 'opening', 'the loss is seen');
    for (const handle of [a, b]) await isOpen(handle);
    process.kill(await pidOf(a), 'SIGKILL');
    for (const handle of [a, b]) await hasFailed(handle);
    expect([failureOf(a).code, failureOf(b).code]).toEqual(['quarantined', 'quarantined']);
  });

  test('holds a file that is worked on in the background for the cause', async () => {
    const [a, busy] = [open('a'), open('busy')];
    for (let crash = 0; crash < 2; crash++) {
      for (const handle of [a, busy]) await isOpen(handle);
      const pid = await pidOf(a);
      process.kill(pid, 'SIGKILL');
      await until(() => fixture.lines.filter((line) => line.includes('ended by itself')).length === crash + 1, 'the loss is seen');
    }
    await hasFailed(busy);
    await isOpen(a);
  });

  test('opens a quarantined file when the user asks, and forgets its crashes', async () => {
    const culprit = open('crash-at-open');
    await hasFailed(culprit);
    const crashes = (): number => fixture.lines.filter((line) => line.includes('ended by itself')).length;
    expect(crashes()).toBe(2);
    const again = open('crash-at-open');
    await hasFailed(again);
    expect(crashes()).toBe(2);
    again.reopen();
    await until(() => crashes() === 4, 'it was tried twice more');
    await hasFailed(again);
  });

  test('remembers a quarantine over sessions', async () => {
    const kept: (readonly string[])[] = [];
    await fixture.end();
    fixture = fakeEngineClient({ onQuarantine: (paths) => kept.push(paths) });
    const culprit = open('crash-at-open');
    await hasFailed(culprit);
    expect(kept).toEqual([[culprit.path]]);
    const later = fakeEngineClient({ quarantined: kept[0]! });
    const handle = later.client.open(culprit.location);
    expect(failureOf(handle).code).toBe('quarantined');
    expect(later.client.processes).toBe(0);
    await later.end();
  });

  test('blames nobody when the user restarts it', async () => {
    const a = open('a');
    const pids = new Set<number>();
    for (let i = 0; i < 3; i++) {
      pids.add(await pidOf(a));
      await fixture.client.restart();
    }
    pids.add(await pidOf(a));
    expect(pids.size).toBe(4);
    expect(fixture.client.processes).toBe(1);
  });
});

describe('limits', () => {
  test('an engine that blocks is ended, and its file held for the cause', async () => {
    const [a, hang] = [open('a'), open('hang')];
    await isOpen(a);
    const page = codeOf(hang.request('shard/page', PAGE));
    expect(await page).toBe('engine-lost');
    expect(fixture.lines.join('\n')).toContain('did not answer for 3 s');
    await isOpen(hang);
    expect([a.loss, hang.loss]).toEqual([null, 'it did not answer for 3 s']);
    expect(await codeOf(hang.request('shard/page', PAGE))).toBe('engine-lost');
    await hasFailed(hang);
    expect(failureOf(hang).message).toContain('did not answer for 3 s');
    expect(await codeOf(a.request('shard/page', PAGE))).toBe('ok');
  });

  test('an engine that does not answer is told, with what it is busy with, until it is heard again', async () => {
    const [a, pause] = [open('a'), open('pause')];
    await isOpen(a);
    await isOpen(pause);
    expect(a.wait).toBeNull();
    const page = codeOf(pause.request('shard/page', PAGE));
    await until(() => a.wait !== null, 'it is told');
    expect([a.wait, pause.wait]).toEqual([{ for: 'engine', busyWith: [pause.path] }, { for: 'engine', busyWith: [pause.path] }]);
    expect(await page).toBe('ok');
    await until(() => a.wait === null && pause.wait === null, 'it is heard again');
    expect(fixture.lines.join('\n')).not.toContain('is ended');
  });

  test('an engine that does not answer is restarted at once when the user asks', async () => {
    const [a, hang] = [open('a'), open('hang')];
    await isOpen(a);
    const before = await pidOf(a);
    const page = codeOf(hang.request('shard/page', PAGE));
    await until(() => hang.wait !== null, 'it is told');
    await fixture.client.restart();
    expect(await page).toBe('engine-lost');
    expect(await pidOf(a)).not.toBe(before);
    expect([a.loss, hang.loss, a.wait]).toEqual([null, null, null]);
    expect(fixture.lines.join('\n')).not.toContain('is ended');
  });

  test('a slow opening is told and can be cancelled, and the engine hears of it', async () => {
    const [a, stuck] = [open('a'), open('stuck')];
    await isOpen(a);
    await until(() => stuck.wait !== null, 'it is told');
    expect(stuck.wait).toEqual({ for: 'file' });
    expect(a.wait).toBeNull();
    stuck.cancelOpening(new LoupeError('cancelled', 'not any more'));
    expect(failureOf(stuck)).toMatchObject({ code: 'cancelled', message: 'not any more' });
    expect(stuck.wait).toBeNull();
    await until(async () => (await a.request('shard/metadata', {})).properties.join(' ').endsWith('cancelled,1'), 'the engine hears of it');
    a.cancelOpening(new LoupeError('cancelled', 'too late'));
    expect(a.status.status).toBe('open');
  });

  test('an engine whose memory passes the limit is ended, even while it is blocked', async () => {
    fixture.values['engine.maximumResidentMemory'] = 512;
    const memory = open('memory');
    expect(await codeOf(memory.request('shard/page', PAGE))).toBe('engine-lost');
    expect(fixture.lines.join('\n')).toContain('memory passed 512 MiB');
    await isOpen(memory);
  });

  test('an engine that does not start is given up after three times, until the user asks', async () => {
    const given: LoupeError[] = [];
    await fixture.end();
    fixture = fakeEngineClient({ onGivenUp: (error) => given.push(error) });
    const sign = join(fixture.folder, 'do-not-start');
    writeFileSync(sign, '');
    const a = open('a');
    await hasFailed(a);
    expect(failureOf(a)).toMatchObject({ code: 'engine-lost' });
    expect(failureOf(a).message).toContain('no library for this machine');
    expect(given).toHaveLength(1);
    expect(fixture.client.processes).toBe(0);
    expect(fixture.lines.filter((line) => line.includes('exit code 3'))).toHaveLength(3);
    expect(await codeOf(open('b').request('shard/page', PAGE))).toBe('engine-lost');
    rmSync(sign);
    await fixture.client.restart();
    expect(await codeOf(a.request('shard/page', PAGE))).toBe('ok');
  });
});
