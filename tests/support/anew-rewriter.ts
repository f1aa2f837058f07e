import type { ParquetRewriter } from '../../extension/engine/shards/parquet-editing/rewriter.ts';
import type { Rewriter } from '../../extension/engine/shards/rewriter.ts';

/** Writes whole chunks anew where a few pages would do: so that this way is seen on every file there is. */
export function anewRewriter(rewriter: ParquetRewriter): Rewriter {
  return {
    path: rewriter.path,
    compression: rewriter.compression,
    targets: () => rewriter.targets(),
    prepare: (signal) => rewriter.prepare(signal),
    splices: (edits, signal) => rewriter.splices(edits, signal, 'anew'),
  };
}
