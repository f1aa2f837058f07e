import { SIDE_CAR_STEP, type Change, type EditedFile, type FileState } from '../../protocol/edits.ts';

/** Where the rows of a shard are in its set now. */
export type RowsNow = { readonly start: number; readonly rows: number } | null;

/**
 * The files that a document's edits are of, where they are not its own: shards of a set, and files beside shards, as they
 * were when they were edited first.
 */
export class OtherFiles {
  readonly #isSet: boolean;
  readonly #files = new Map<string, EditedFile>();
  /** Shards and columns whose file is known. */
  readonly #known = new Set<string>();

  constructor(isSet: boolean) {
    this.#isSet = isSet;
  }

  get list(): readonly EditedFile[] {
    return [...this.#files.values()];
  }

  get states(): readonly FileState[] {
    return this.list.map(({ path, fingerprint }) => ({ path, fingerprint }));
  }

  /** Paths of the shards of the set, each once. */
  get shards(): readonly string[] {
    return [...new Set(this.list.map(({ shard }) => shard))];
  }

  /** Takes in files; those that are known stay as they were. Answers the new ones. */
  add(files: readonly EditedFile[]): readonly EditedFile[] {
    const more = files.filter(({ path }) => !this.#files.has(path));
    for (const file of more) this.#files.set(file.path, file);
    return more;
  }

  clear(): void {
    this.#files.clear();
    this.#known.clear();
  }

  /** The first change of which it is not known what file it is of; null where all are known. */
  unknown(changes: readonly Change[]): Change | null {
    for (const change of changes) {
      const key = this.#keyOf(change);
      if (key === null || this.#known.has(key)) continue;
      return change;
    }
    return null;
  }

  /** The file of a change is among those that were added. */
  know(change: Change): void {
    const key = this.#keyOf(change);
    if (key !== null) this.#known.add(key);
  }

  /** Changes of shards that have other row numbers now, by those; null where all have the same. @throws RangeError for a shard that is gone */
  moved(changes: readonly Change[], now: ReadonlyMap<string, RowsNow>): Change[] | null {
    const files = this.list;
    const startOf = ({ shard }: EditedFile): number => {
      const rows = now.get(shard) ?? null;
      if (rows === null) throw new RangeError(shard);
      return rows.start;
    };
    if (files.every((file) => startOf(file) === file.start)) return null;
    const moved = changes.map((change) => {
      const file = change.kind === 'column' ? undefined : files.find(({ start, rows }) => change.row >= start && change.row < start + rows);
      return change.kind === 'column' || file === undefined ? change : { ...change, row: change.row - file.start + startOf(file) };
    });
    this.clear();
    this.add(files.map((file) => ({ ...file, start: startOf(file) })));
    return moved;
  }

  /** What tells which file a change is of; null where it is the document's own. */
  #keyOf(change: Change): string | null {
    if (change.kind === 'column') return null;
    const step = change.kind === 'cell' ? String(change.path[0] ?? '') : '';
    if (!this.#isSet) return change.kind === 'row' || step.startsWith(SIDE_CAR_STEP) ? step : null;
    const shard = this.list.find(({ start, rows }) => change.row >= start && change.row < start + rows);
    return JSON.stringify([shard?.start ?? null, step]);
  }
}
