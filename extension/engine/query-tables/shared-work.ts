import type { ReportWork } from '../queries/relation.ts';
import { LoupeError } from '../../rpc/failure.ts';

/** One piece of work that several wait for: it is given up when all of them are gone. */
export class SharedWork {
  readonly #stop = new AbortController();
  readonly #reports = new Set<ReportWork>();
  readonly #work: Promise<void>;

  constructor(start: (report: ReportWork, signal: AbortSignal) => Promise<void>) {
    const tell: ReportWork = (label, done, total) => {
      for (const report of this.#reports) report(label, done, total);
    };
    this.#work = start(tell, this.#stop.signal);
    this.#work.catch(() => undefined);
  }

  /** Resolves when the work is over, whatever came of it. */
  async settled(): Promise<void> {
    await this.#work.catch(() => undefined);
  }

  /**
   * Waits for the work; for its end alone where it was given up already.
   * @throws LoupeError `cancelled` when the signal fires first
   */
  async join(report: ReportWork, signal: AbortSignal): Promise<void> {
    if (this.#stop.signal.aborted) return this.settled();
    const mine: ReportWork = (label, done, total) => report(label, done, total);
    this.#reports.add(mine);
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => aborted.reject(new LoupeError('cancelled', 'Cancelled.'));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    try {
      await Promise.race([this.#work, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', abort);
      this.#reports.delete(mine);
      if (this.#reports.size === 0) this.#stop.abort();
    }
  }
}
