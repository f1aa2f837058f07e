import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startWithCode } from '../../../scripts/vscode/code-command.ts';

/** A stand-in for VS Code's `code` command: writes its arguments, one call a line, and ends as told. */
async function standIn(folder: string, exitCode: number): Promise<string> {
  const record = join(folder, 'calls');
  const script = `#!${process.execPath}\nrequire('fs').appendFileSync(${JSON.stringify(record)}, JSON.stringify(process.argv.slice(2)) + '\\n');\nprocess.exit(${exitCode});\n`;
  await writeFile(join(folder, 'code'), script);
  await chmod(join(folder, 'code'), 0o755);
  return record;
}

async function calls(record: string): Promise<string[][]> {
  const text = await readFile(record, 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string[]);
}

describe.skipIf(process.platform === 'win32')('npm start with a `code` on the PATH', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loupe-code-'));
    vi.stubEnv('PATH', folder);
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    await rm(folder, { recursive: true, force: true });
  });

  it('installs the VSIX, then opens the samples in a new window', async () => {
    const record = await standIn(folder, 0);
    const opened = await startWithCode('/out/loupe.vsix', '/samples', ['/samples/a.parquet', '/samples/with space.tar']);
    expect(opened).toBe(true);
    expect(await calls(record)).toEqual([
      ['--install-extension', '/out/loupe.vsix', '--force'],
      ['--new-window', '/samples', '/samples/a.parquet', '/samples/with space.tar'],
    ]);
  });

  it('gives way to the next kind of VS Code when `code` refuses the VSIX', async () => {
    const record = await standIn(folder, 1);
    expect(await startWithCode('/out/loupe.vsix', '/samples', [])).toBe(false);
    expect(await calls(record)).toHaveLength(1);
  });

  it('gives way when there is no `code`', async () => {
    expect(await startWithCode('/out/loupe.vsix', '/samples', [])).toBe(false);
  });
});
