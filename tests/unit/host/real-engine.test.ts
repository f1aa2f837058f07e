import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import type { ShardHandle } from '../../../extension/engine-client/shard-handle.ts';
import { fakeEngineClient, until, type ClientFixture } from './engine-fixture.ts';

/** Node runs the engine's sources as they are. */
const ENGINE = fileURLToPath(new URL('../../../extension/engine/main.ts', import.meta.url));

/** Starting DuckDB on a loaded machine takes longer than the fake engine does. */
const PACE = { look: 500, patience: 30_000, silence: 30_000, grace: 5_000, backOff: 10, start: 60_000 };

let fixture: ClientFixture;
afterEach(() => fixture.end());

function open(name: string, text: string): ShardHandle {
  writeFileSync(fixture.file(name), text);
  return fixture.client.open({ kind: 'file', path: fixture.file(name) });
}

async function firstCell(handle: ShardHandle): Promise<string | undefined> {
  const page = await handle.request('shard/page', { start: 1, end: 2, columns: [0] });
  return page.columns[0]?.texts[0];
}

test('the engine serves, ends by force, and comes back with what was open', async () => {
  fixture = fakeEngineClient({ entry: ENGINE, pace: PACE });
  const lines = open('lines.jsonl', '{"id":12345678901234567890}\n{"id":98765432109876543210}\n');
  const broken = open('broken.parquet', 'PAR1 this is no Parquet file PAR1');
  expect(await firstCell(lines)).toBe('98765432109876543210');
  await until(() => broken.status.status === 'failed', 'the broken file is refused');
  expect(broken.status).toMatchObject({ error: { code: 'malformed', message: expect.stringContaining('broken.parquet') as string } });
  const before = fixture.client.pid!;
  process.kill(before, 'SIGKILL');
  await until(() => fixture.client.pid !== null && fixture.client.pid !== before, 'there is a new engine');
  expect(await firstCell(lines)).toBe('98765432109876543210');
  await fixture.client.stop();
  expect(fixture.client.processes).toBe(0);
});

test('a running engine takes new settings', async () => {
  fixture = fakeEngineClient({ entry: ENGINE, pace: PACE });
  const lines = open('lines.jsonl', '{"id":1}\n{"id":2}\n');
  expect(await firstCell(lines)).toBe('2');
  const { pid } = fixture.client;
  fixture.values['engine.duckdbThreads'] = 1;
  await fixture.client.configure();
  expect(await firstCell(lines)).toBe('2');
  expect(fixture.client.pid).toBe(pid);
});
