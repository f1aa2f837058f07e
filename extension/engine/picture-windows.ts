import { GRID_LIMITS, type Value, type ValueLimits } from '../protocol/values.ts';
import { orAbort } from './or-abort.ts';
import type { Shard } from './shards/shard.ts';

/** Rows whose pictures are read together: about what a screen shows. */
const WINDOW_ROWS = 32;

/** A window holds pictures up to this many bytes each; a larger one is read alone when it is asked for. */
const WINDOW_PICTURE_BYTES = 1024 * 1024;

/** Windows kept for one shard; with the limits above at most 64 MiB, and usually a few. */
const WINDOWS = 2;

const LIMITS: ValueLimits = { ...GRID_LIMITS, bytes: WINDOW_PICTURE_BYTES };

/** What windows are read from. */
type WindowSource = Pick<Shard, 'read' | 'state'>;

interface Window {
  readonly column: number;
  readonly start: number;
  readonly values: Promise<Value[]>;
  readonly controller: AbortController;
  /** Requests that wait for it. */
  waiting: number;
}

/**
 * Cells with pictures, read a screenful at a time. Where a column chunk of Parquet is one large page it is read and
 * decompressed whole whichever row is asked for, so that a thumbnail a row would read it once a row; where its pages are
 * small, those of a screenful are read together.
 */
export class PictureWindows {
  readonly #shards = new WeakMap<WindowSource, Window[]>();

  /** The cell at `row`; its bytes are cut at `WINDOW_PICTURE_BYTES`. Undefined past the last row. @throws the signal's reason */
  async cell(shard: WindowSource, row: number, column: number, signal: AbortSignal): Promise<Value | undefined> {
    signal.throwIfAborted();
    const start = row - (row % WINDOW_ROWS);
    const window = this.#window(shard, column, start);
    window.waiting++;
    try {
      const values = await orAbort(window.values, signal);
      return values[row - start];
    } finally {
      window.waiting--;
      // Nobody waits for it any more: its rows were scrolled past.
      if (window.waiting === 0 && signal.aborted) {
        window.controller.abort();
        this.#drop(shard, window);
      }
    }
  }

  #window(shard: WindowSource, column: number, start: number): Window {
    const windows = this.#shards.get(shard) ?? [];
    const found = windows.find((window) => window.column === column && window.start === start);
    const window = found ?? this.#open(shard, column, start);
    const kept = [window, ...windows.filter((other) => other !== window)].slice(0, WINDOWS);
    this.#shards.set(shard, kept);
    return window;
  }

  /** A window that could not be read, or that a growing shard had not filled yet, is read again when asked for. */
  #open(shard: WindowSource, column: number, start: number): Window {
    const complete = shard.state().rowsComplete;
    const controller = new AbortController();
    const window: Window = { column, start, values: this.#read(shard, column, start, controller.signal), controller, waiting: 0 };
    const dropUnless = (whole: boolean): void => {
      if (!whole) this.#drop(shard, window);
    };
    window.values.then((values) => dropUnless(complete || values.length === WINDOW_ROWS), () => dropUnless(false));
    return window;
  }

  /** @param signal not that of one request: the other rows of the window wait for the same read */
  async #read(shard: WindowSource, column: number, start: number, signal: AbortSignal): Promise<Value[]> {
    const end = Math.min(start + WINDOW_ROWS, shard.state().rows);
    const values = await shard.read({ start, end, columns: [column], limits: LIMITS }, signal);
    return values[0] ?? [];
  }

  #drop(shard: WindowSource, window: Window): void {
    const windows = this.#shards.get(shard);
    if (windows !== undefined) this.#shards.set(shard, windows.filter((other) => other !== window));
  }
}
