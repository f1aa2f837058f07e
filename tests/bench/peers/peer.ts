import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { oraclePython } from '../../oracles/python.ts';

/** What `peer.py` is asked. */
export interface PeerRequest {
  readonly tool: 'pyarrow' | 'json' | 'tarfile';
  readonly path: string;
  /** Absent: open and read from the first row. */
  readonly start?: number;
  readonly count: number;
}

/** Other tools, kept warm in one Python process; null where `npm run oracles` has not made it. */
export class Peer<Request extends object = PeerRequest> {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: Interface;

  private constructor(python: string, script: string) {
    this.#child = spawn(python, [join(import.meta.dirname, script)], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface(this.#child.stdout);
  }

  static start<Request extends object = PeerRequest>(script = 'peer.py'): Peer<Request> | null {
    const python = oraclePython();
    if (python === null) console.log('peers in Python are left out: run `npm run oracles` first');
    return python === null ? null : new Peer(python, script);
  }

  /** @returns milliseconds as Python's own clock has them. @throws where the process ends without an answer */
  ask(request: Request): Promise<number> {
    return new Promise((answer, reject) => {
      const gone = (): void => reject(new Error(`The Python peer ended at ${JSON.stringify(request)}`));
      this.#child.once('exit', gone);
      this.#lines.once('line', (line) => {
        this.#child.off('exit', gone);
        answer((JSON.parse(line) as { ms: number }).ms);
      });
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  stop(): void {
    this.#child.stdin.end();
  }
}
