import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

/** The checkout. */
export const root = resolve(import.meta.dirname, '..');

/** What the scripts make; git ignores it, and it may be deleted at any time. */
export const cacheFolder = join(root, '.cache');

/** The runtime of scripts, tests and the server: Node 24 from the package `node`. */
export const node = process.execPath;

/** Runs a program with this terminal; resolves with its exit code (128 and more: ended by a signal). */
export async function run(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly quiet?: boolean } = {},
): Promise<number> {
  return new Promise((settle, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? root,
      env: options.env ?? process.env,
      stdio: options.quiet === true ? 'ignore' : 'inherit',
    });
    child.once('error', reject);
    child.once('exit', (code) => settle(code ?? 128));
  });
}

/** Runs a program and throws when it fails. */
export async function mustRun(program: string, args: readonly string[], options: Parameters<typeof run>[2] = {}): Promise<void> {
  const code = await run(program, args, options);
  if (code !== 0) throw new Error(`${[program, ...args].join(' ')} ended with code ${code}`);
}

/** Runs npm whatever the platform: npm itself is a script that Node runs. */
export async function mustRunNpm(args: readonly string[], cwd: string): Promise<void> {
  const script = process.env.npm_execpath;
  if (script !== undefined && script !== '') return mustRun(node, [script, ...args], { cwd });
  return process.platform === 'win32' ? mustRun('cmd', ['/c', 'npm', ...args], { cwd }) : mustRun('npm', args, { cwd });
}
