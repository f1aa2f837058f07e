import type { EditPlace } from '../../protocol/bulk.ts';
import type { CellChange, CellPath, Change } from '../../protocol/edits.ts';

/** The changes that must be taken back so that a place is as the file has it; those around and inside it are among them. */
export function changesAt(changes: readonly Change[], place: EditPlace): Change[] {
  switch (place.kind) {
    case 'row':
      return changes.filter((change) => change.kind === 'row' && change.row === place.row);
    case 'column':
      return changes.filter((change) => (change.kind === 'column' && change.name === place.name) || (change.kind === 'cell' && change.path[0] === place.name));
    case 'cell':
      return entangled(
        changes.filter((change) => change.kind === 'cell' && change.row === place.row) as CellChange[],
        place.path,
      );
  }
}

/** Rows that the changes leave out in the end. */
export function droppedRows(changes: readonly Change[]): ReadonlySet<number> {
  const rows = new Set<number>();
  for (const change of changes) {
    if (change.kind !== 'row') continue;
    if (change.dropped) rows.add(change.row);
    else rows.delete(change.row);
  }
  return rows;
}

/** Changes of one row that a place depends on: a change around it holds what is inside, whatever was changed there before. */
function entangled(changes: readonly CellChange[], path: CellPath): CellChange[] {
  let paths: CellPath[] = [path];
  for (;;) {
    const found = changes.filter((change) => paths.some((one) => overlap(one, change.path)));
    if (found.length <= paths.length - 1) return found;
    paths = [path, ...found.map((change) => change.path)];
  }
}

function overlap(a: CellPath, b: CellPath): boolean {
  const length = Math.min(a.length, b.length);
  return a.slice(0, length).every((step, at) => step === b[at]);
}
