/** `npm run oracles`: the other tools in a virtual environment, and their readings made anew. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { makeDataJuicerPython, makeOraclePython } from './python.ts';

const python = makeOraclePython();
for (const script of ['make.py', 'make_numpy.py', 'recipes/make_catalogues.py']) runScript(python, script);
runScript(makeDataJuicerPython(), 'recipes/make_preflight.py');

function runScript(interpreter: string, script: string): void {
  const { status } = spawnSync(interpreter, [join(import.meta.dirname, script)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = status ?? 1;
}
