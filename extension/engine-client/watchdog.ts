import { readFile } from 'node:fs/promises';

export interface WatchdogOptions {
  readonly pid: number;
  /** Milliseconds between two looks. */
  readonly interval: number;
  /** Looks without a heartbeat, while there is work, after which the engine counts as hung. */
  readonly silentLooks: number;
  /** Looks without a heartbeat, while there is work, after which the engine counts as silent. */
  readonly patientLooks: number;
  /** Told when the engine falls silent, and when it is heard again. */
  readonly silent: (silent: boolean) => void;
  /** Bytes of resident memory that the engine may take; asked at every look, since it is a setting. */
  readonly memoryLimit: () => number;
  /** Whether anything is under way. */
  readonly busy: () => boolean;
  /** Ends the engine; the reason completes "The engine was ended: ...". */
  readonly end: (reason: string) => void;
}

/**
 * Watches one engine process from outside, since an engine that is blocked cannot watch itself. Silence is counted in looks
 * and not by the clock: a laptop that slept must not find its engine hung.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #timer: NodeJS.Timeout;
  #silent = 0;

  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#look(), options.interval);
    this.#timer.unref();
  }

  /** The engine said that it lives; `residentMemory` in bytes. */
  beat(residentMemory: number): void {
    this.#heard();
    this.#weigh(residentMemory);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { pid, busy, silentLooks, patientLooks, silent, interval, end } = this.#options;
    if (busy()) this.#silent++;
    else this.#heard();
    if (this.#silent === patientLooks + 1) silent(true);
    if (this.#silent > silentLooks) {
      this.stop();
      end(`it did not answer for ${Math.round((silentLooks * interval) / 1000)} s`);
      return;
    }
    const memory = await residentMemory(pid);
    if (memory !== null) this.#weigh(memory);
  }

  #heard(): void {
    const wasSilent = this.#silent > this.#options.patientLooks;
    this.#silent = 0;
    if (wasSilent) this.#options.silent(false);
  }

  #weigh(residentMemory: number): void {
    const limit = this.#options.memoryLimit();
    if (residentMemory <= limit) return;
    this.stop();
    this.#options.end(`its memory passed ${Math.round(limit / 1024 / 1024)} MiB (setting loupe.engine.maximumResidentMemory)`);
  }
}

/** Bytes of a process in memory as Linux tells it; null elsewhere, where the engine's own heartbeat is all there is. */
async function residentMemory(pid: number): Promise<number | null> {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  } catch {
    return null;
  }
}
