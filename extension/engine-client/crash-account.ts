/** Crashes at which a file may have been the cause before it is no longer opened by itself. */
const CRASHES_TO_QUARANTINE = 2;

/** Old crashes beyond this many are forgotten, so that a long session does not collect them for ever. */
const MAX_CRASHES = 100;

/**
 * Which files were open when the engine crashed. Only files with work under way are held for the cause; where none had any,
 * every open one is. Once a file is quarantined, the crashes that it explains no longer count against the others.
 */
export class CrashAccount {
  readonly #quarantined: Set<string>;
  #crashes: ReadonlySet<string>[] = [];

  /** @param quarantined paths that were quarantined in an earlier session */
  constructor(quarantined: Iterable<string> = []) {
    this.#quarantined = new Set(quarantined);
  }

  get quarantined(): string[] {
    return [...this.#quarantined];
  }

  /** Notes a crash; the answer is the paths that it puts into quarantine. */
  record(open: readonly string[], busy: readonly string[]): string[] {
    this.#crashes = [...this.#crashes, new Set(busy.length > 0 ? busy : open)].slice(-MAX_CRASHES);
    const guilty = [...new Set(open)].filter((path) => this.crashes(path) >= CRASHES_TO_QUARANTINE);
    for (const path of guilty) this.#quarantined.add(path);
    this.#crashes = this.#crashes.filter((crash) => !guilty.some((path) => crash.has(path)));
    return guilty;
  }

  /** Crashes that this file may have caused and that no other file explains. */
  crashes(path: string): number {
    return this.#crashes.filter((crash) => crash.has(path)).length;
  }

  isSuspect(path: string): boolean {
    return this.crashes(path) > 0;
  }

  isQuarantined(path: string): boolean {
    return this.#quarantined.has(path);
  }

  /** The user asks for this file in spite of all. */
  forgive(path: string): void {
    this.#quarantined.delete(path);
    this.#crashes = this.#crashes.filter((crash) => !crash.has(path));
  }
}
