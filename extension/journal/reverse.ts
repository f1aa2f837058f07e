import type { Change } from '../protocol/edits.ts';

/** Changes that take others back: each the other way round, the last one first. */
export function reversed(changes: readonly Change[]): Change[] {
  return changes.map(reversedChange).reverse();
}

function reversedChange(change: Change): Change {
  switch (change.kind) {
    case 'cell':
      return { ...change, old: change.new, new: change.old };
    case 'row':
      return { ...change, dropped: !change.dropped };
    case 'column':
      return { ...change, present: !change.present };
  }
}
