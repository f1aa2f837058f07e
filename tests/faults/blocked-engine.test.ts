import { afterEach, expect, it } from 'vitest';
import { resolve } from 'node:path';
import { write } from '../support/hostile-files.ts';
import { fakeEngineClient, until, type ClientFixture } from '../unit/host/engine-fixture.ts';

const ENGINE = resolve(import.meta.dirname, '../../extension/engine/main.ts');
/** Long enough for a start on a busy machine, short enough to be waited for. */
const PACE = { look: 200, patience: 1_000, silence: 4_000, grace: 1_000, backOff: 100, start: 60_000 };

let fixture: ClientFixture;
afterEach(() => fixture.end());

// A process that is stopped does not answer, whatever it was doing: to the host that is what a blocked one does.
it.skipIf(process.platform === 'win32')('an engine that blocks is told with the file it is busy with, ended, and comes back with its files', async () => {
  fixture = fakeEngineClient({ entry: ENGINE, pace: PACE });
  const [busy, other] = ['busy.jsonl', 'other.jsonl'].map((name) => fixture.client.open({ kind: 'file', path: write(fixture.folder, name, '{"id": 1}\n{"id": 2}\n') }));
  if (!busy || !other) throw new Error('two files are open');
  const cell = async (): Promise<string | undefined> => (await busy.request('shard/page', { start: 1, end: 2, columns: [0] })).columns[0]?.texts[0];
  expect(await cell()).toBe('2');
  await until(() => [busy, other].every(({ status }) => status.status === 'open' && status.state.progress === undefined), 'both files are read');
  const before = fixture.client.pid ?? -1;
  process.kill(before, 'SIGSTOP');
  const asked = cell().catch((error: unknown) => (error as { code: string }).code);
  await until(() => busy.wait !== null && other.wait !== null, 'it is told');
  expect(other.wait).toEqual({ for: 'engine', busyWith: [busy.path] });
  expect(await asked).toBe('engine-lost');
  await until(() => fixture.client.pid !== null && fixture.client.pid !== before, 'there is a new engine');
  expect(await cell()).toBe('2');
  expect([busy.loss, other.loss]).toEqual(['it did not answer for 4 s', null]);
  expect([busy.wait, other.wait]).toEqual([null, null]);
});
