import type { Recipe } from '../recipe.ts';
import { locate } from './locate.ts';

/** The file of an op, and what its definition begins with. */
export interface OpSource {
  /** Relative to `root`; absolute for a file of the user's own. */
  readonly file: string;
  readonly root: string;
  readonly definition: string;
}

/** Where the op under the cursor is defined, if its sources are on this machine. */
export function sourceAt({ root, dialect }: Recipe, offset: number): OpSource | null {
  const place = locate(root, dialect, offset);
  if (place?.kind !== 'operation' || place.operation?.source === undefined || place.operation.definition === undefined) return null;
  const { source, definition } = place.operation;
  return dialect.root === undefined && !source.startsWith('/') && !/^[A-Za-z]:/.test(source) ? null : { file: source, root: dialect.root ?? '/', definition };
}
