import { GRID_LIMITS, type Value, type ValueLimits } from '../protocol/values.ts';
import { orAbort } from './or-abort.ts';
import type { Shard } from './shards/shard.ts';

/** Rows whose pictures are read together. */
const WINDOW_ROWS = 4;

/** The same where a window took long: about what a screen shows. */
const SLOW_WINDOW_ROWS = 32;

/** Milliseconds from which on a window took long: then it is not the pictures that cost the time. */
const SLOW = 100;

/** A window holds pictures up to this many bytes each; a larger one is read alone when it is asked for. */
const WINDOW_PICTURE_BYTES = 1024 * 1024;

/** Rows in the windows kept for one shard; with the limit above at most 64 MiB, and usually a few. */
const KEPT_ROWS = 64;

const LIMITS: ValueLimits = { ...GRID_LIMITS, bytes: WINDOW_PICTURE_BYTES };

/** What windows are read from. */
type WindowSource = Pick<Shard, 'read' | 'state'>;

interface Window {
  readonly column: number;
  readonly start: number;
  readonly end: number;
  readonly values: Promise<Value[]>;
  readonly controller: AbortController;
  /** Requests that wait for it. */
  waiting: number;
}

/** The windows of one shard. */
interface ShardWindows {
  windows: Window[];
  /** Columns whose windows took long. */
  readonly slow: Set<number>;
}

/**
 * Cells with pictures, read some at a time. Where a column chunk of Parquet is one large page it is read and decompressed
 * whole whichever row is asked for, so that a thumbnail a row would read it once a row: such a read takes long, and those
 * that follow take a screenful. Where pages are small, little more is read than is shown.
 */
export class PictureWindows {
  readonly #shards = new WeakMap<WindowSource, ShardWindows>();

  /** The cell at `row`; its bytes are cut at `WINDOW_PICTURE_BYTES`. Undefined past the last row. @throws the signal's reason */
  async cell(shard: WindowSource, row: number, column: number, signal: AbortSignal): Promise<Value | undefined> {
    signal.throwIfAborted();
    const window = this.#window(shard, column, row);
    window.waiting++;
    try {
      const values = await orAbort(window.values, signal);
      return values[row - window.start];
    } finally {
      window.waiting--;
      // Nobody waits for it any more: its rows were scrolled past.
      if (window.waiting === 0 && signal.aborted) {
        window.controller.abort();
        this.#drop(shard, window);
      }
    }
  }

  #window(shard: WindowSource, column: number, row: number): Window {
    const of = this.#of(shard);
    const found = of.windows.find((window) => window.column === column && row >= window.start && row < window.end);
    const window = found ?? this.#open(shard, column, row);
    let rows = 0;
    of.windows = [window, ...of.windows.filter((other) => other !== window)].filter(({ start, end }) => (rows += end - start) <= KEPT_ROWS);
    return window;
  }

  #of(shard: WindowSource): ShardWindows {
    const found = this.#shards.get(shard) ?? { windows: [], slow: new Set<number>() };
    this.#shards.set(shard, found);
    return found;
  }

  /** A window that could not be read, or that a growing shard had not filled yet, is read again when asked for. */
  #open(shard: WindowSource, column: number, row: number): Window {
    const { slow } = this.#of(shard);
    const size = slow.has(column) ? SLOW_WINDOW_ROWS : WINDOW_ROWS;
    const start = row - (row % size);
    const end = start + size;
    const complete = shard.state().rowsComplete;
    const controller = new AbortController();
    const begin = performance.now();
    const values = this.#read(shard, column, { start, end }, controller.signal);
    const window: Window = { column, start, end, values, controller, waiting: 0 };
    values.then(
      ({ length }) => {
        if (performance.now() - begin > SLOW) slow.add(column);
        if (!complete && length < size) this.#drop(shard, window);
      },
      () => this.#drop(shard, window),
    );
    return window;
  }

  /** @param signal not that of one request: the other rows of the window wait for the same read */
  async #read(shard: WindowSource, column: number, { start, end }: Pick<Window, 'start' | 'end'>, signal: AbortSignal): Promise<Value[]> {
    const values = await shard.read({ start, end: Math.min(end, shard.state().rows), columns: [column], limits: LIMITS }, signal);
    return values[0] ?? [];
  }

  #drop(shard: WindowSource, window: Window): void {
    const of = this.#of(shard);
    of.windows = of.windows.filter((other) => other !== window);
  }
}
