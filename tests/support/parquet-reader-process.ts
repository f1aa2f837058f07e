import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, Reading } from './reader-child.ts';
import type { ReadTable } from './parquet-readers.ts';

const CHILD = fileURLToPath(new URL('reader-child.ts', import.meta.url));
/** MiB of V8 heap. */
const HEAP = 1_024;
/** Milliseconds for one file. */
const PATIENCE = 10_000;

export const PARQUET_READERS: readonly Reading['reader'][] = ['duckdb', 'hyparquet', 'parquet-wasm'];

/** Other readers of Parquet in a process of their own: some files make one of them take all memory, or run without end. */
export class ParquetReaderProcess {
  #child: ChildProcess | null = null;

  /** What a reader makes of a file; null where it cannot read it, or ends of it. One file at a time. */
  async read(reader: Reading['reader'], path: string): Promise<ReadTable | null> {
    const child = this.#running();
    const ended = new AbortController();
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    try {
      child.send({ reader, path });
      const answer = await Promise.race([
        once(child, 'message', { signal: ended.signal }).then(([table]) => table as Answer),
        once(child, 'exit', { signal: ended.signal }).then((): Answer => null),
      ]);
      return answer === null ? null : new Map(answer);
    } finally {
      clearTimeout(timer);
      ended.abort();
    }
  }

  close(): void {
    this.#child?.kill('SIGKILL');
  }

  #running(): ChildProcess {
    if (this.#child?.connected === true && this.#child.exitCode === null && this.#child.signalCode === null) return this.#child;
    this.#child = fork(CHILD, { serialization: 'advanced', stdio: 'ignore', execArgv: [`--max-old-space-size=${HEAP}`, '--disable-warning=ExperimentalWarning'] });
    return this.#child;
  }
}
