import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineClient, type EngineClientOptions } from '../../../extension/engine-client/engine-client.ts';
import type { Pace } from '../../../extension/engine-client/pace.ts';
import { engineSettings } from '../../../extension/engine-client/settings.ts';

/** Fast enough for a test, slow enough for a loaded machine to send its heartbeats in between. */
const PACE: Pace = { look: 100, patience: 500, silence: 3_000, grace: 1_000, backOff: 10, start: 20_000 };

export interface ClientFixture {
  readonly client: EngineClient;
  readonly folder: string;
  readonly lines: string[];
  /** Path of a file that the fake engine knows by its base name. */
  readonly file: (name: string) => string;
  /** Settings by name, changed by tests. */
  readonly values: Record<string, unknown>;
  end(): Promise<void>;
}

export function fakeEngineClient(options: Partial<EngineClientOptions> = {}): ClientFixture {
  const folder = mkdtempSync(join(tmpdir(), 'loupe-host-'));
  const lines: string[] = [];
  const values: Record<string, unknown> = {};
  const write = (message: string): void => void lines.push(message);
  const client = new EngineClient({
    entry: fileURLToPath(new URL('fake-engine.mjs', import.meta.url)),
    settings: () => engineSettings((name) => values[name], folder),
    log: { info: write, warn: write, error: write },
    pace: PACE,
    ...options,
  });
  const end = async (): Promise<void> => {
    await client.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { client, folder, lines, file: (name) => join(folder, name), values, end };
}

/** Polls until the condition holds. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
