import type { AddedType, CellChange, CellPath, Change, WrittenValue } from '../../protocol/edits.ts';

/** What one row is to become. */
export interface RowEdits {
  /** In the order in which they are to be done; several of one row are of different places, or of places inside others. */
  readonly cells: readonly CellChange[];
  readonly dropped: boolean;
}

const UNTOUCHED: RowEdits = { cells: [], dropped: false };

/** What all changes together make of a shard: of several at one place only the first old and the last new value are left. */
export class EditSet {
  /** Goes up with every change. */
  version = 0;
  readonly #rows = new Map<number, { cells: CellChange[]; dropped: boolean }>();
  readonly #columns = new Map<string, AddedType>();
  /** Edited rows in order, at a version. */
  #sorted: { readonly version: number; readonly rows: readonly number[] } = { version: 0, rows: [] };

  constructor(changes: readonly Change[] = []) {
    this.apply(changes);
  }

  /** Does more changes, or their reversals. */
  apply(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === 'column') this.#setColumn(change.name, change.present ? change.type : null);
      else this.#changeRow(change);
    }
    this.version++;
  }

  get isEmpty(): boolean {
    return this.#rows.size === 0 && this.#columns.size === 0;
  }

  /** Added columns with their types, in order. */
  get columns(): ReadonlyMap<string, AddedType> {
    return this.#columns;
  }

  /** Cells that are changed, and rows that are left out. */
  get counts(): { readonly cells: number; readonly dropped: number } {
    let [cells, dropped] = [0, 0];
    for (const row of this.#rows.values()) {
      cells += row.cells.length;
      if (row.dropped) dropped++;
    }
    return { cells, dropped };
  }

  /** Whether any row is left out. */
  get dropsRows(): boolean {
    for (const { dropped } of this.#rows.values()) if (dropped) return true;
    return false;
  }

  /** Rows that are changed or left out, ascending. */
  rows(): readonly number[] {
    if (this.#sorted.version !== this.version) this.#sorted = { version: this.version, rows: [...this.#rows.keys()].sort((a, b) => a - b) };
    return this.#sorted.rows;
  }

  of(row: number): RowEdits {
    return this.#rows.get(row) ?? UNTOUCHED;
  }

  #setColumn(name: string, type: AddedType | null): void {
    if (type === null) this.#columns.delete(name);
    else this.#columns.set(name, type);
  }

  #changeRow(change: Exclude<Change, { kind: 'column' }>): void {
    let edits = this.#rows.get(change.row);
    // Most rows have one change: a list that is made to grow takes the room of many.
    if (edits === undefined) this.#rows.set(change.row, (edits = { cells: change.kind === 'cell' ? [change] : [], dropped: false }));
    else if (change.kind === 'cell') addCell(edits.cells, change);
    if (change.kind === 'row') edits.dropped = change.dropped;
    if (edits.cells.length === 0 && !edits.dropped) this.#rows.delete(change.row);
  }
}

/** Joins a change with the one before it at the same place, unless a change around or inside that place came between. */
function addCell(cells: CellChange[], change: CellChange): void {
  const at = cells.findLastIndex(({ path }) => overlap(path, change.path));
  const before = cells[at];
  if (before === undefined || before.path.length !== change.path.length) {
    cells.push(change);
    return;
  }
  if (isSameText(before.old, change.new)) cells.splice(at, 1);
  else cells[at] = { ...before, new: change.new };
}

/** Whether one path is the other or leads into it. */
function overlap(a: CellPath, b: CellPath): boolean {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return false;
  return true;
}

function isSameText(a: WrittenValue, b: WrittenValue): boolean {
  return 'json' in a ? 'json' in b && a.json === b.json : !('json' in b);
}
