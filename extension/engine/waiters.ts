import { toLoupeError } from '../rpc/failure.ts';

/** Those who wait for something that grows, such as an index or a result: each for a state of its own. */
export class Waiters {
  readonly #checks = new Set<() => void>();

  /** Resolves when `reached()` holds: now, or when `check` is called. @throws LoupeError `cancelled` when the signal fires */
  async until(reached: () => boolean, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw toLoupeError(signal.reason);
    if (reached()) return;
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const check = (): void => {
      if (reached()) resolve(undefined);
    };
    const abort = (): void => reject(toLoupeError(signal.reason));
    this.#checks.add(check);
    signal.addEventListener('abort', abort);
    try {
      await promise;
    } finally {
      this.#checks.delete(check);
      signal.removeEventListener('abort', abort);
    }
  }

  /** Something has changed: lets go who waited for it. */
  check(): void {
    for (const check of this.#checks) check();
  }
}
