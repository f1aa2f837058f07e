import type { NamedSideCar } from '../../protocol/shards.ts';
import type { FoundFile, FoundLayout } from './find.ts';
import type { Join } from './layouts.ts';

/** What a person is told of a side-car that the user added. */
const LAYOUT = 'added by hand';

/** A side-car as the user named it: by row, by key, or as a list of ids. */
export function namedFile({ path, key }: NamedSideCar): FoundFile {
  const layout = (join: Join, has?: FoundLayout['has']): FoundLayout => ({ name: LAYOUT, join, isObject: false, has, names: {} });
  if (key === null) return { path, layouts: [layout({ by: 'row' })] };
  if (/\.(npy|txt)$/i.test(path)) return { path, layouts: [layout({ by: 'membership', column: key.shard })] };
  return { path, layouts: [layout({ by: 'key', column: key.shard, sideCar: key.sideCar })] };
}
