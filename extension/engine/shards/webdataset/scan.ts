import type { ByteSource, GrowingSource } from '../source.ts';
import { parseEntry, type TarEntry } from './tar-entry.ts';
import { BLOCK, isZeroBlock } from './tar-header.ts';

/** Where members are small, headers are read a block of this many bytes at a time. */
const BLOCK_READ = 1024 * 1024;
/** Where members are large, their data is skipped and only this much is read for a header: a page. */
const HEADER_READ = 4096;
/** Members up to this many bytes on average count as small. */
const SMALL_MEMBER = 32 * 1024;
/** How far a valid header is looked for behind a bad one. */
const MAX_RESYNC = 64 * 1024 * 1024;
/** Bytes behind the end marks that are looked at. */
const TRAILER_READ = 64 * 1024;

/** Hears of every member in the order of the archive. */
export interface ScanListener {
  entry(entry: TarEntry): void;
  /** Pax records that count for all members from offset `from` on. */
  global(records: ReadonlyMap<string, string>, from: number): void;
  /** Bytes that are missing or could not be read. */
  warning(message: string): void;
  /** Something unusual that costs nothing. */
  remark(message: string): void;
  /** A read was done; `position` is how far the scan has come. */
  progress(position: number): void;
}

export interface ScanEnd {
  /** Offset of the first end mark; null when the archive has none. */
  readonly endMark: number | null;
  /** Where the archive's bytes ended. */
  readonly byteLength: number;
}

function isGrowing(source: ByteSource): source is GrowingSource {
  return 'grown' in source;
}

/** Walks the headers of an archive once, from front to back, and reads as little as it can between them. */
export class ArchiveScan {
  readonly #source: ByteSource;
  readonly #listener: ScanListener;
  readonly #signal: AbortSignal;
  #bytes: Buffer = Buffer.alloc(0);
  #base = 0;
  #position = 0;
  #globals: ReadonlyMap<string, string> = new Map();
  /** Moving average of the distance from header to header. */
  #span = 0;
  #last: TarEntry | null = null;

  constructor(source: ByteSource, listener: ScanListener, signal: AbortSignal) {
    this.#source = source;
    this.#listener = listener;
    this.#signal = signal;
  }

  /** @throws LoupeError of the source; a broken archive is no error but a warning */
  async run(): Promise<ScanEnd> {
    for (;;) {
      const parsed = parseEntry({ bytes: this.#bytes, base: this.#base }, this.#position, this.#globals);
      switch (parsed.kind) {
        case 'entry':
          this.#take(parsed.entry);
          break;
        case 'global':
          this.#globals = withOverrides(this.#globals, parsed.records);
          this.#position = parsed.next;
          this.#listener.global(this.#globals, parsed.next);
          break;
        case 'oversized':
          this.#listener.warning(
            `The extended header at byte ${this.#position} has ${parsed.size} bytes; Loupe reads up to 1 MiB. The member behind it is shown without it.`,
          );
          this.#position = parsed.next;
          break;
        case 'need':
          if (!(await this.#fill(parsed.end))) return this.#endOfFile();
          break;
        case 'zero': {
          const end = await this.#zeroBlock();
          if (end !== null) return end;
          break;
        }
        case 'bad':
          if (!(await this.#resync(parsed.why))) return { endMark: null, byteLength: this.#source.byteLength };
          break;
      }
    }
  }

  #take(entry: TarEntry): void {
    this.#span += (entry.next - entry.start - this.#span) / 16;
    this.#position = entry.next;
    this.#last = entry;
    if (entry.flaw !== null) this.#listener.warning(`Member ${entry.name} at byte ${entry.start}: ${entry.flaw}.`);
    this.#listener.entry(entry);
  }

  /** Has the window begin at the position and reach `end`; false when the archive ends before. */
  async #fill(end: number): Promise<boolean> {
    this.#signal.throwIfAborted();
    const source = this.#source;
    if (isGrowing(source) && source.byteLength < end) await source.grown(end - 1, this.#signal);
    if (source.byteLength < end) return false;
    const ahead = this.#span <= SMALL_MEMBER ? BLOCK_READ : HEADER_READ;
    const upTo = Math.min(source.byteLength, Math.max(end, this.#position + ahead));
    this.#bytes = await source.slice(this.#position, upTo);
    this.#base = this.#position;
    this.#signal.throwIfAborted();
    this.#listener.progress(this.#position);
    return this.#base + this.#bytes.length >= end;
  }

  #endOfFile(): ScanEnd {
    const { byteLength } = this.#source;
    const last = this.#last;
    const cut = `The archive is cut off at byte ${byteLength},`;
    if (last !== null && last.next === this.#position && last.dataOffset + last.stored > byteLength) {
      const there = Math.max(0, byteLength - last.dataOffset);
      this.#listener.warning(`${cut} inside member ${last.name}: ${there} of its ${last.stored} bytes are there. Everything before is whole.`);
    } else if (byteLength > this.#position) {
      this.#listener.warning(`${cut} inside the header at byte ${this.#position}; ${this.#afterLast()}`);
    } else if (last?.next === this.#position) {
      this.#listener.remark(`The archive ends at byte ${byteLength} without its end mark (two zero blocks); ${this.#afterLast()}`);
    } else {
      this.#listener.warning(`${cut} inside an extended header; ${this.#afterLast()}`);
    }
    return { endMark: null, byteLength };
  }

  #afterLast(): string {
    return this.#last === null ? 'no member is whole.' : `the last whole member is ${this.#last.name}.`;
  }

  /** Two zero blocks end the archive, and so does one at its very end; a lone one is stepped over, as GNU tar does. */
  async #zeroBlock(): Promise<ScanEnd | null> {
    const at = this.#position;
    const pair = at + 2 * BLOCK <= this.#base + this.#bytes.length || (await this.#fill(at + 2 * BLOCK));
    if (pair && !isZeroBlock(this.#bytes, at + BLOCK - this.#base)) {
      this.#listener.warning(`A lone zero block is at byte ${at}; the archive goes on behind it.`);
      this.#position = at + BLOCK;
      return null;
    }
    if (isGrowing(this.#source)) await this.#source.grown(Number.MAX_SAFE_INTEGER, this.#signal);
    await this.#lookBehind(at);
    return { endMark: at, byteLength: this.#source.byteLength };
  }

  async #lookBehind(endMark: number): Promise<void> {
    const from = endMark + 2 * BLOCK;
    const rest = await this.#source.slice(from, from + TRAILER_READ);
    const first = rest.findIndex((byte) => byte !== 0);
    if (first < 0) return;
    const { byteLength } = this.#source;
    const block = first - (first % BLOCK);
    const archive = parseEntry({ bytes: rest, base: 0 }, block).kind === 'entry';
    this.#listener.warning(
      `Behind the end mark at byte ${endMark} come ${byteLength - from - first} more bytes${archive ? ' that look like another archive' : ''}; they are not shown.`,
    );
  }

  /** Goes on at the next block that is a sound header. */
  async #resync(why: string): Promise<boolean> {
    const bad = this.#position;
    const where = `The header at byte ${bad} is bad: ${why}.`;
    for (let at = bad + BLOCK; at < bad + MAX_RESYNC; at += BLOCK) {
      this.#position = at;
      if (at + BLOCK > this.#base + this.#bytes.length && !(await this.#fillForResync(at))) {
        this.#listener.warning(`${where} No member could be found behind it; ${this.#afterLast()}`);
        return false;
      }
      if (parseEntry({ bytes: this.#bytes, base: this.#base }, at, this.#globals).kind === 'bad') continue;
      if (isZeroBlock(this.#bytes, at - this.#base) && !(await this.#isEnd(at))) continue;
      this.#listener.warning(`${where} ${at - bad} bytes were skipped.`);
      return true;
    }
    this.#listener.warning(`${where} No member could be found in the ${MAX_RESYNC / 1024 / 1024} MiB behind it; ${this.#afterLast()}`);
    return false;
  }

  /** Zero blocks are common inside data: only two of them that reach the end of the file count here. */
  async #isEnd(at: number): Promise<boolean> {
    const rest = await this.#source.slice(at, at + TRAILER_READ);
    return at + rest.length >= this.#source.byteLength && rest.every((byte) => byte === 0);
  }

  async #fillForResync(at: number): Promise<boolean> {
    this.#span = 0;
    return this.#fill(at + BLOCK);
  }
}

function withOverrides(base: ReadonlyMap<string, string>, records: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const merged = new Map(base);
  for (const [key, value] of records) {
    // An empty value takes a key back.
    if (value === '') merged.delete(key);
    else merged.set(key, value);
  }
  return merged;
}
