import type { SideCar } from '../../protocol/shards.ts';
import type { SetPart } from './part.ts';

/** Files of one kind that are named. */
const LISTED_FILES = 100;

/**
 * The side-cars of all shards. Those that give the table the same columns in the same way are told as one, with the rows
 * of all shards that found no partner; those that were refused are told one by one.
 */
export function setSideCars(parts: readonly Pick<SetPart, 'state'>[]): readonly SideCar[] {
  const alike = new Map<string, SideCar[]>();
  for (const { state } of parts) {
    for (const sideCar of state?.sideCars ?? []) {
      const { path, layout, key, status, columns } = sideCar;
      const group = JSON.stringify(status === 'joined' ? [layout, key, columns] : [path]);
      const others = alike.get(group);
      if (others === undefined) alike.set(group, [sideCar]);
      else others.push(sideCar);
    }
  }
  return [...alike.values()].flatMap(united);
}

function united(sideCars: readonly SideCar[]): SideCar[] {
  const [first] = sideCars;
  if (first === undefined || sideCars.length === 1) return [...sideCars];
  const [, ...others] = new Set(sideCars.map(({ path }) => path));
  const files = others.length + 1;
  const unmatched = sum(sideCars.map((sideCar) => sideCar.unmatched));
  // What has no partner in one shard may have one in another.
  const orphans = files < sideCars.length ? null : sum(sideCars.map((sideCar) => sideCar.orphans));
  return [{ ...first, unmatched, orphans, ...(files > 1 ? { files, others: others.slice(0, LISTED_FILES) } : {}) }];
}

function sum(counts: readonly (number | null)[]): number | null {
  return counts.reduce((all, count) => (all === null || count === null ? null : all + count), 0);
}
