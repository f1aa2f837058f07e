import { WorkQueue } from '../images/work-queue.ts';
import { orAbort } from '../or-abort.ts';
import type { LoupeError } from '../../rpc/failure.ts';
import type { Shard, ShardContext } from '../shards/shard.ts';
import type { OpenPart, SetPart } from './part.ts';

/** Shards of one set that are open at once; those that were used longest ago are closed beyond it. */
const MAX_OPEN = 128;
/** A Parquet shard holds no file and no index open: so many count for one. */
const PARQUET_FOR_ONE = 32;
/** Shards of one set that are being opened at once. */
const MAX_OPENING = 4;

/** The readers of a set's shards: opened when needed, few at a time, and closed again where there are thousands. */
export class PartPool {
  readonly #open: OpenPart;
  readonly #context: ShardContext;
  readonly #changed: (part: SetPart) => void;
  readonly #queue = new WorkQueue(MAX_OPENING);
  readonly #maxOpen: number;
  /** Open parts, the one that was used longest ago first. */
  readonly #used = new Set<SetPart>();

  constructor(open: OpenPart, context: ShardContext, changed: (part: SetPart) => void, maxOpen = MAX_OPEN) {
    this.#open = open;
    this.#context = context;
    this.#changed = changed;
    this.#maxOpen = maxOpen;
  }

  /** Lets `work` use a part's reader, which stays open meanwhile. @throws LoupeError of the opening, and what the work throws */
  async use<T>(part: SetPart, work: (shard: Shard) => Promise<T>, signal: AbortSignal): Promise<T> {
    part.users++;
    try {
      return await work(await orAbort(this.#reader(part), signal));
    } finally {
      part.users--;
      await this.#makeRoom();
    }
  }

  /** Takes in what a part's reader found while it read. */
  refresh(part: SetPart): void {
    if (part.columnsChanged) this.#changed(part);
  }

  /** Rows of a part cannot be read any more, or never could. */
  fail(part: SetPart, error: LoupeError): void {
    part.error ??= error;
    this.#changed(part);
  }

  async closeAll(): Promise<void> {
    const open = [...this.#used];
    this.#used.clear();
    await Promise.allSettled(open.map((part) => part.close()));
  }

  async #reader(part: SetPart): Promise<Shard> {
    const open = (): Promise<Shard> => part.open(this.#open, this.#context, () => this.#changed(part));
    const wasOpen = part.isOpen;
    // The opening belongs to the set and not to who asked first: others may wait for it too.
    const shard = wasOpen ? await open() : await this.#queue.run(open, this.#context.signal);
    this.#used.delete(part);
    this.#used.add(part);
    // A reader that was opened anew may know its columns in another order.
    if (!wasOpen) this.#changed(part);
    return shard;
  }

  async #makeRoom(): Promise<void> {
    let held = 0;
    for (const part of this.#used) held += weight(part);
    for (const part of this.#used) {
      if (held <= this.#maxOpen) return;
      if (part.users > 0 || part.isQueried) continue;
      held -= weight(part);
      this.#used.delete(part);
      await part.close();
    }
  }
}

function weight(part: SetPart): number {
  return part.state?.format === 'parquet' ? 1 / PARQUET_FOR_ONE : 1;
}
