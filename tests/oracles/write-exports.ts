/** Writes the exports that `make_exports.py` reads; the folder is given. */
import { writeExports } from '../support/export-samples.ts';
import { QueryEngine } from '../support/query-engine.ts';

const engine = await QueryEngine.start();
try {
  await writeExports(engine, process.argv[2] ?? '');
} finally {
  await engine.stop();
}
