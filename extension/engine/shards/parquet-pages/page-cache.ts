/** Something that is kept in memory while it is of use. */
export interface Kept {
  /** Bytes. */
  readonly memory: number;
}

interface Entry {
  readonly value: Promise<Kept>;
  /** 0 until it is there. */
  memory: number;
}

/** What was decoded last, up to a number of bytes in all; what is asked for twice at once is made once. */
export class PageCache {
  readonly #limit: number;
  readonly #entries = new Map<string, Entry>();
  #memory = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get memory(): number {
    return this.#memory;
  }

  /** What is kept under the key, else what `make` makes. A failure is not kept. */
  load<T extends Kept>(key: string, make: () => Promise<T>): Promise<T> {
    const found = this.#entries.get(key);
    if (found !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, found);
      // A key is made of what is under it, so that it never stands for things of two kinds.
      return found.value as unknown as Promise<T>;
    }
    const value = make();
    const entry: Entry = { value, memory: 0 };
    this.#entries.set(key, entry);
    value.then(
      ({ memory }) => this.#admit(key, entry, memory),
      () => this.#remove(key, entry),
    );
    return value;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Forgets all that is kept under keys that begin so. */
  forget(prefix: string): void {
    for (const [key, entry] of this.#entries) if (key.startsWith(prefix)) this.#remove(key, entry);
  }

  #admit(key: string, entry: Entry, memory: number): void {
    if (this.#entries.get(key) !== entry) return;
    entry.memory = memory;
    this.#memory += memory;
    for (const [oldest, other] of this.#entries) {
      if (this.#memory <= this.#limit) return;
      if (other.memory > 0) this.#remove(oldest, other);
    }
  }

  #remove(key: string, entry: Entry): void {
    if (this.#entries.get(key) !== entry) return;
    this.#entries.delete(key);
    this.#memory -= entry.memory;
  }
}
