import { LoupeError } from '../../rpc/failure.ts';
import type { Splice, Splices } from './splice.ts';

/** Takes bytes of the new content, in order; resolves when they are taken. */
export type Output = (bytes: Buffer) => Promise<void>;

/** The old content pushed through from a position on comes out as the new one. Holds no more than two splices. */
export class SplicedOutput {
  /** Bytes of the old content that came out again. */
  kept = 0;
  /** Bytes that came from splices. */
  put = 0;
  readonly #splices: AsyncIterator<Splice>;
  readonly #output: Output;
  #next: Splice | null = null;
  /** The one behind the next: it is made while the old content is copied up to the next. */
  #ahead: Promise<IteratorResult<Splice>> | null = null;
  #started = false;
  #position: number;

  constructor(splices: Splices, output: Output, position = 0) {
    this.#splices = splices[Symbol.asyncIterator]();
    this.#output = output;
    this.#position = position;
  }

  /** @throws LoupeError `changed` where a splice replaces other bytes than these */
  async push(bytes: Buffer): Promise<void> {
    if (!this.#started) await this.#advance();
    const base = this.#position;
    this.#position += bytes.length;
    let at = 0;
    while (at < bytes.length || this.#next?.start === base + at) {
      const splice = this.#next;
      const upTo = splice === null ? bytes.length : Math.min(bytes.length, splice.start - base);
      if (upTo > at) {
        await this.#keep(bytes.subarray(at, upTo));
        at = upTo;
      }
      if (splice === null || splice.start > base + at) break;
      const skipped = Math.min(bytes.length, splice.end - base);
      checkReplaced(splice, bytes.subarray(at, skipped), base + at);
      at = skipped;
      if (splice.end > base + at) break;
      await this.#put(splice);
    }
  }

  /** The old content is at its end. @throws LoupeError `changed` where splices lie behind it */
  async end(): Promise<void> {
    if (!this.#started) await this.#advance();
    while (this.#next !== null && this.#next.end === this.#position) await this.#put(this.#next);
    if (this.#next !== null) throw changed(this.#position);
  }

  /** Lets go of the splices that were not taken. */
  async close(): Promise<void> {
    await this.#splices.return?.();
  }

  async #keep(bytes: Buffer): Promise<void> {
    this.kept += bytes.length;
    await this.#output(bytes);
  }

  async #put(splice: Splice): Promise<void> {
    if (splice.isMoved === true) this.kept += splice.bytes.length;
    else this.put += splice.bytes.length;
    if (splice.bytes.length > 0) await this.#output(splice.bytes);
    await this.#advance();
  }

  async #advance(): Promise<void> {
    this.#started = true;
    const next = await (this.#ahead ?? this.#splices.next());
    const before = this.#next;
    this.#next = next.done === true ? null : next.value;
    this.#ahead = next.done === true ? null : this.#splices.next();
    // Told when it is taken.
    this.#ahead?.catch(() => undefined);
    if (before !== null && this.#next !== null && this.#next.start < before.end) throw new LoupeError('internal', `Two edits meet at byte ${this.#next.start}.`);
  }
}

/** @throws LoupeError `changed` where the bytes found from `at` on are not those that a splice was made for */
export function checkReplaced({ start, replaces }: Splice, found: Buffer, at: number): void {
  if (replaces !== null && !replaces.subarray(at - start, at - start + found.length).equals(found)) throw changed(at);
}

function changed(byte: number): LoupeError {
  return new LoupeError('changed', 'The file does not hold what was edited any more; nothing was saved.', { place: `byte ${byte}` });
}
