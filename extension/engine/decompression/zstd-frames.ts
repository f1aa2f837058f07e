const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const RESERVED_BLOCK = 3;
const RLE_BLOCK = 1;

/** What the walker waits for next. */
type State = 'magic' | 'skippable-size' | 'descriptor' | 'block' | 'data' | 'checksum';

/**
 * Finds the ends of zstd frames (RFC 8878) from their block sizes alone, without decoding. Node's stream
 * loses what follows a frame within one chunk, so chunks are cut here.
 */
export class ZstdFrames {
  /** Frames with data that ended so far. */
  frames = 0;
  /** Set when what begins here is no frame; offset in the bytes pushed so far. */
  notAFrame: number | null = null;
  #offset = 0;
  #state: State = 'magic';
  #frameStart = 0;
  /** Bytes still to be skipped before the next field. */
  #skip = 0;
  /** Bytes of the field that is being collected, little-endian. */
  #field = 0;
  #fieldHave = 0;
  #fieldSize = 4;
  #checksum = false;
  #lastBlock = false;
  #skippable = false;
  /** The byte taken last was a frame's last. */
  #ended = false;

  /** Where the frame began that is not ended yet; null between frames. */
  get openFrame(): number | null {
    return this.#state === 'magic' && this.#fieldHave === 0 ? null : this.#frameStart;
  }

  /**
   * Cuts a chunk at frame ends: answers where each piece ends, the last one at the chunk's end or before
   * `notAFrame`.
   */
  push(chunk: Uint8Array): number[] {
    const ends: number[] = [];
    let at = 0;
    while (at < chunk.length && this.notAFrame === null) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - at);
        this.#skip -= step;
        at += step;
        if (this.#skip > 0) break;
        if (this.#state === 'data') this.#afterBlock();
      } else {
        if (this.#state === 'magic' && this.#fieldHave === 0) this.#frameStart = this.#offset + at;
        this.#field += (chunk[at++] ?? 0) * 2 ** (8 * this.#fieldHave);
        if (++this.#fieldHave === this.#fieldSize) this.#take(this.#field);
      }
      if (this.#ended) ends.push(at);
      this.#ended = false;
    }
    this.#offset += chunk.length;
    if (this.notAFrame === null && ends.at(-1) !== at) ends.push(at);
    return ends;
  }

  #expect(state: State, size: number): void {
    this.#state = state;
    this.#field = 0;
    this.#fieldHave = 0;
    this.#fieldSize = size;
  }

  #take(value: number): void {
    switch (this.#state) {
      case 'magic':
        this.#takeMagic(value);
        break;
      case 'skippable-size':
        this.#lastBlock = true;
        this.#checksum = false;
        this.#expect('data', 0);
        this.#skip = value;
        if (value === 0) this.#afterBlock();
        break;
      case 'descriptor':
        this.#takeDescriptor(value);
        break;
      case 'block':
        this.#takeBlock(value);
        break;
      default:
        this.#endFrame();
    }
  }

  #takeMagic(value: number): void {
    this.#skippable = (value & 0xfffffff0) >>> 0 === SKIPPABLE;
    if (this.#skippable) this.#expect('skippable-size', 4);
    else if (value === MAGIC) this.#expect('descriptor', 1);
    else this.notAFrame = this.#frameStart;
  }

  #takeDescriptor(value: number): void {
    const single = (value & 32) !== 0;
    const contentSize = [single ? 1 : 0, 2, 4, 8][value >> 6] ?? 0;
    const dictionary = [0, 1, 2, 4][value & 3] ?? 0;
    this.#checksum = (value & 4) !== 0;
    this.#skip = (single ? 0 : 1) + contentSize + dictionary;
    this.#expect('block', 3);
  }

  #takeBlock(value: number): void {
    this.#lastBlock = (value & 1) !== 0;
    const type = (value >> 1) & 3;
    if (type === RESERVED_BLOCK) {
      // The decoder will refuse it; everything after is given to it as one piece.
      this.#skip = Infinity;
      return;
    }
    this.#skip = type === RLE_BLOCK ? 1 : value >> 3;
    this.#expect('data', 0);
    if (this.#skip === 0) this.#afterBlock();
  }

  #afterBlock(): void {
    if (!this.#lastBlock) this.#expect('block', 3);
    else if (this.#checksum) this.#expect('checksum', 4);
    else this.#endFrame();
  }

  #endFrame(): void {
    if (!this.#skippable) this.frames++;
    this.#ended = true;
    this.#expect('magic', 4);
  }
}
