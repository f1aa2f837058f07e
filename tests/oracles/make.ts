/** `npm run oracles`: the other tools in a virtual environment, and their readings made anew. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeClipPython, makeDataJuicerPython, makeOraclePython } from './python.ts';

const python = makeOraclePython();
const exported = mkdtempSync(join(tmpdir(), 'loupe-exports-'));

function run(command: string, script: string, ...args: readonly string[]): void {
  const { status } = spawnSync(command, [join(import.meta.dirname, script), ...args], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = status ?? 1;
}

run(python, 'make.py');
run(python, 'make_numpy.py');
run(python, 'recipes/make_catalogues.py');
run(makeDataJuicerPython(), 'recipes/make_preflight.py');
run(makeClipPython(), 'make_clip.py');
run(process.execPath, 'write-exports.ts', exported);
run(python, 'make_exports.py', exported);
rmSync(exported, { recursive: true });
