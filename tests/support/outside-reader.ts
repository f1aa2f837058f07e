import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { oraclePython } from '../oracles/python.ts';

const SCRIPT = fileURLToPath(new URL('outside_reader.py', import.meta.url));

/** On every so many sequences of a long run other programs read along. */
export const OUTSIDE_EVERY = 50;

/** Python with its own readers, kept for a whole run; null where there is none. pyarrow needs that of `npm run oracles`. */
export class OutsideReader {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: Interface;

  private constructor(python: string) {
    this.#child = spawn(python, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface(this.#child.stdout);
  }

  static start(needsPyarrow: boolean): OutsideReader | null {
    const python = oraclePython() ?? (needsPyarrow ? null : spawnSync('python3', ['--version']).status === 0 ? 'python3' : null);
    if (python === null) console.log(`saving: skipped what ${needsPyarrow ? 'pyarrow reads: run `npm run oracles` first' : 'Python reads: there is none'}`);
    return python === null ? null : new OutsideReader(python);
  }

  /** What a reader finds. @throws what it says */
  async read(tool: 'json' | 'tarfile' | 'pyarrow', path: string): Promise<unknown> {
    const line = await new Promise<string>((answer, reject) => {
      const gone = (): void => reject(new Error('Python ended'));
      this.#child.once('exit', gone);
      this.#lines.once('line', (text) => {
        this.#child.off('exit', gone);
        answer(text);
      });
      this.#child.stdin.write(`${JSON.stringify({ tool, path })}\n`);
    });
    const { found, error } = JSON.parse(line) as { found?: unknown; error?: string };
    if (error !== undefined) throw new Error(error);
    return found;
  }

  close(): void {
    this.#child.stdin.end();
  }
}

/** Whether a program is there; says once that it is skipped where it is not. */
export function hasProgram(name: string): boolean {
  const is = spawnSync(name, ['--version']).status === 0;
  if (!is) console.log(`saving: skipped what ${name} reads: it is not installed`);
  return is;
}

/** What a program writes for a file. @throws what it says */
export function outputOf(program: string, args: readonly string[]): Buffer {
  const { status, stdout, stderr } = spawnSync(program, args, { maxBuffer: 64 * 1024 ** 2 });
  if (status !== 0) throw new Error(`${program}: ${stderr.toString()}`);
  return stdout;
}
