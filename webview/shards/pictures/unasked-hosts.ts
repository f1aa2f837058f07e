/** Hosts that are told apart; there may be as many as rows. */
const MAX_HOSTS = 1_000;

/** Hosts of pictures that were wanted on screen while the user has not been asked about them. */
export class UnaskedHosts {
  readonly #counts = new Map<string, number>();
  readonly #listeners = new Set<() => void>();
  /** The same object for the same state. */
  #hosts: readonly string[] = [];
  #dismissed = false;

  /** Those of most pictures first; none once the user does not want to be asked now. */
  get hosts(): readonly string[] {
    return this.#hosts;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  add(host: string): void {
    const count = this.#counts.get(host);
    if (count === undefined && this.#counts.size >= MAX_HOSTS) return;
    this.#counts.set(host, (count ?? 0) + 1);
    this.#tell();
  }

  /** The user does not want to be asked now, as long as this page is there. */
  dismiss(): void {
    this.#dismissed = true;
    this.#tell();
  }

  /** What is allowed has changed: who is still to be asked comes again. */
  clear(): void {
    this.#counts.clear();
    this.#tell();
  }

  #tell(): void {
    const sorted = this.#dismissed ? [] : [...this.#counts].toSorted(([, a], [, b]) => b - a).map(([host]) => host);
    if (sorted[0] === this.#hosts[0] && sorted.length === this.#hosts.length) return;
    this.#hosts = sorted;
    for (const listener of this.#listeners) listener();
  }
}
