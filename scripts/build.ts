import { join } from 'node:path';
import { mustRun, node, root } from './workspace.ts';

/** Builds `dist/`, as `npm run build` does. */
export async function build(): Promise<void> {
  await mustRun(node, [join(root, 'esbuild.mjs')]);
}
