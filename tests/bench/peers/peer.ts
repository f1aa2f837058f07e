import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { oraclePython } from '../../oracles/python.ts';

export interface PeerRequest {
  readonly tool: 'pyarrow' | 'json' | 'tarfile';
  readonly path: string;
  /** Absent: open and read from the first row. */
  readonly start?: number;
  readonly count: number;
}

/** The other tools, kept warm in one Python process; null where `npm run oracles` has not made it. */
export class Peer {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: Interface;

  private constructor(python: string) {
    this.#child = spawn(python, [join(import.meta.dirname, 'peer.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface(this.#child.stdout);
  }

  static start(): Peer | null {
    const python = oraclePython();
    if (python === null) console.log('peers in Python are left out: run `npm run oracles` first');
    return python === null ? null : new Peer(python);
  }

  /** @returns milliseconds as Python's own clock has them */
  ask(request: PeerRequest): Promise<number> {
    return new Promise((answer) => {
      this.#lines.once('line', (line) => answer((JSON.parse(line) as { ms: number }).ms));
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  stop(): void {
    this.#child.stdin.end();
  }
}
