/** `npm run oracles`: the other tools in a virtual environment, and their readings made anew. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { makeOraclePython } from './python.ts';

const python = makeOraclePython();
for (const script of ['make.py', 'make_numpy.py', 'recipes/make_catalogues.py']) {
  const { status } = spawnSync(python, [join(import.meta.dirname, script)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = status ?? 1;
}
