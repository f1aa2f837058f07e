import { LoupeError } from '../rpc/failure.ts';

/** A request that runs longer than this no longer keeps others waiting, in milliseconds: most crashes come at once. */
const PATIENCE = 5_000;

interface Waiting {
  readonly path: string;
  readonly start: () => void;
}

/**
 * Who may ask the engine now. Files above suspicion work side by side; a suspect file works alone, so that the next crash
 * tells whether it is the cause. First come, first served.
 */
export class Turns {
  readonly #isSuspect: (path: string) => boolean;
  readonly #patience: number;
  readonly #running = new Map<string, number>();
  #queue: Waiting[] = [];

  /** @param patience milliseconds after which a request that still runs no longer keeps others waiting */
  constructor(isSuspect: (path: string) => boolean, patience = PATIENCE) {
    this.#isSuspect = isSuspect;
    this.#patience = patience;
  }

  /**
   * Waits for a turn of this file; the answer gives the turn back and may be called more than once.
   * @throws LoupeError `cancelled`
   */
  async enter(path: string, signal?: AbortSignal): Promise<() => void> {
    if (signal?.aborted) throw new LoupeError('cancelled', 'Cancelled.');
    await new Promise<void>((resolve, reject) => {
      const cancel = (): void => {
        this.#queue = this.#queue.filter((other) => other !== waiting);
        reject(new LoupeError('cancelled', 'Cancelled.'));
        this.#advance();
      };
      const start = (): void => {
        signal?.removeEventListener('abort', cancel);
        resolve();
      };
      const waiting: Waiting = { path, start };
      signal?.addEventListener('abort', cancel, { once: true });
      this.#queue.push(waiting);
      this.#advance();
    });
    return this.#hold(path);
  }

  #advance(): void {
    for (let next = this.#queue[0]; next !== undefined && this.#mayRun(next.path); next = this.#queue[0]) {
      this.#queue.shift();
      this.#running.set(next.path, (this.#running.get(next.path) ?? 0) + 1);
      next.start();
    }
  }

  #mayRun(path: string): boolean {
    const others = [...this.#running.keys()].filter((other) => other !== path);
    return others.length === 0 || (!this.#isSuspect(path) && !others.some((other) => this.#isSuspect(other)));
  }

  #hold(path: string): () => void {
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      clearTimeout(timer);
      const left = (this.#running.get(path) ?? 1) - 1;
      if (left === 0) this.#running.delete(path);
      else this.#running.set(path, left);
      this.#advance();
    };
    const timer = setTimeout(release, this.#patience);
    timer.unref();
    return release;
  }
}
