import { orAbort } from '../or-abort.ts';

/** Work that is done once for all who ask; one that failed is tried again when somebody asks again. */
export class Once<T> {
  readonly #work: () => Promise<T>;
  #running: Promise<T> | null = null;

  constructor(work: () => Promise<T>) {
    this.#work = work;
  }

  /** Whoever asks can stop waiting; the work goes on. */
  get(signal: AbortSignal): Promise<T> {
    this.#running ??= this.#work().catch((error: unknown) => {
      this.#running = null;
      throw error;
    });
    return orAbort(this.#running, signal);
  }
}
