/** `npm run oracles`: the other tools in a virtual environment, and their readings made anew. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { makeOraclePython } from './python.ts';

const { status } = spawnSync(makeOraclePython(), [join(import.meta.dirname, 'make.py')], { stdio: 'inherit' });
process.exitCode = status ?? 1;
