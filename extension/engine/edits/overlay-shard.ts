import type { CellPath, Change, ColumnTarget, WrittenValue } from '../../protocol/edits.ts';
import type { LintFinding } from '../../protocol/lint.ts';
import type { Member, PageEdits, ShardMetadata, ShardState } from '../../protocol/shards.ts';
import { WHOLE_LIMITS, type Value } from '../../protocol/values.ts';
import type { ColumnRef, Relation, ReportWork } from '../queries/relation.ts';
import type { Rewriter } from '../shards/rewriter.ts';
import type { ReadRequest, RowsRequest, Shard } from '../shards/shard.ts';
import { EditSet } from './edit-set.ts';
import { changesOf, editedCell, replacesAll } from './edited-cell.ts';
import { OverlayColumns } from './overlay-columns.ts';
import { OverlayRelations } from './overlay-relation.ts';
import { writtenOf } from './written-value.ts';

const MISSING: Value = { type: 'missing' };

/** A shard with edits over it that are not saved yet: everything that reads sees them. */
export class OverlayShard implements Shard {
  readonly edits = new EditSet();
  readonly rewriter: Rewriter | undefined;
  readonly #base: Shard;
  readonly #columns = new OverlayColumns();
  readonly #relations: OverlayRelations;
  readonly #changed: () => void;
  #epoch = 0;

  constructor(base: Shard, changed: () => void) {
    this.#base = base;
    this.#changed = changed;
    this.rewriter = base.rewriter === undefined ? undefined : this.#ownRewriter(base.rewriter);
    this.#relations = new OverlayRelations(this.edits, async (rows, column, signal) => (await this.readRows({ rows, columns: [column], limits: WHOLE_LIMITS }, signal))[0] ?? []);
  }

  /** The shard without edits. */
  get base(): Shard {
    return this.#base;
  }

  get files(): Shard['files'] {
    const base = this.#base;
    return base.files === undefined ? undefined : () => base.files?.() ?? [];
  }

  get version(): number {
    return this.edits.version;
  }

  editedRows(): readonly number[] {
    return this.edits.rows();
  }

  /** Does more changes, or their reversals; not those of an epoch that is over. */
  apply(changes: readonly Change[], epoch = this.#epoch): void {
    if (epoch < this.#epoch) return;
    this.#epoch = epoch;
    this.edits.apply(changes);
    this.#changed();
  }

  state(): ShardState {
    const state = this.#base.state();
    return { ...state, columns: this.#columns.list(state.columns, () => this.#base.rewriter?.targets() ?? [], this.edits.columns) };
  }

  async read(request: ReadRequest, signal: AbortSignal): Promise<Value[][]> {
    const own = this.#own(request.columns);
    // The shard says which rows there are, also where none of its own columns is asked for.
    const values = await this.#base.read({ ...request, columns: own.length > 0 ? own : [0] }, signal);
    const rows = Array.from({ length: values[0]?.length ?? 0 }, (_, i) => request.start + i);
    return this.#overlay({ ...request, rows }, values, signal);
  }

  async readRows(request: RowsRequest, signal: AbortSignal): Promise<Value[][]> {
    const own = this.#own(request.columns);
    const values = own.length === 0 ? [] : await this.#base.readRows({ ...request, columns: own }, signal);
    return this.#overlay(request, values, signal);
  }

  async relation(columns: readonly ColumnRef[], report: ReportWork, signal: AbortSignal): Promise<Relation> {
    this.state();
    const sources = columns.map(({ index }) => this.#columns.source(index));
    const own = columns.flatMap(({ fields }, at): ColumnRef[] => {
      const source = sources[at];
      return source !== undefined && 'own' in source ? [{ index: source.own, fields }] : [];
    });
    const base = await this.#base.relation(own, report, signal);
    if (this.edits.isEmpty && own.length === columns.length) return base;
    const paths = this.#paths(columns.map(({ index }) => index));
    const asked = columns.map(({ index, fields }, at) => {
      const source = sources[at];
      return { index, fields, path: paths[at] ?? null, isOwn: source !== undefined && 'own' in source };
    });
    return this.#relations.over(base, asked, signal);
  }

  /** What is edited in some rows and columns; null where nothing is. */
  marks(rows: readonly number[], columns: readonly number[]): PageEdits | null {
    if (this.edits.isEmpty) return null;
    const cells: number[] = [];
    const dropped: number[] = [];
    const paths = this.#paths(columns);
    for (const [at, row] of rows.entries()) {
      const edits = this.edits.of(row);
      if (edits.dropped) dropped.push(at);
      for (const [place, path] of paths.entries()) if (path !== null && changesOf(edits.cells, path).length > 0) cells.push(at, columns[place] ?? 0);
    }
    return cells.length + dropped.length === 0 ? null : { cells, dropped };
  }

  lint(signal: AbortSignal): Promise<readonly LintFinding[]> {
    return this.#base.lint(signal);
  }

  place(row: number, signal: AbortSignal): Promise<string> {
    return this.#base.place(row, signal);
  }

  /** As the file writes it now, without edits: what they make of it is known when it is saved. */
  raw(row: number, signal: AbortSignal): Promise<string | null> {
    return this.edits.of(row).cells.length > 0 ? Promise.resolve(null) : this.#base.raw(row, signal);
  }

  /** As the file writes them, which is of use only where nothing is edited. */
  get rawRows(): Shard['rawRows'] {
    const base = this.#base;
    return base.rawRows === undefined || !this.edits.isEmpty ? undefined : (rows, signal) => base.rawRows?.(rows, signal) ?? Promise.resolve([]);
  }

  members(row: number, signal: AbortSignal): Promise<readonly Member[] | null> {
    return this.#base.members(row, signal);
  }

  metadata(signal: AbortSignal): Promise<ShardMetadata> {
    return this.#base.metadata(signal);
  }

  settled(): Promise<void> {
    return this.#base.settled();
  }

  async close(): Promise<void> {
    await this.#relations.close();
    await this.#base.close();
  }

  #ownRewriter(rewriter: Rewriter): Rewriter {
    return {
      path: rewriter.path,
      compression: rewriter.compression,
      targets: () => this.#targets(this.state().columns.map(({ index }) => index)),
      ready: async () => rewriter.ready?.(),
      check: (change, signal) => rewriter.check?.(change, signal),
      ...(rewriter.groups === undefined ? {} : { groups: (edits, signal) => rewriter.groups?.(edits, signal) ?? Promise.resolve([]) }),
      prepare: (signal) => rewriter.prepare(signal),
      splices: (edits, signal) => rewriter.splices(edits, signal),
    };
  }

  #targets(columns: readonly number[]): ColumnTarget[] {
    const own = this.#base.rewriter?.targets() ?? [];
    return columns.map((index) => {
      const source = this.#columns.source(index);
      if (source !== undefined && 'added' in source) return { path: [source.added] };
      return own[source?.own ?? -1] ?? { readOnly: 'This column cannot be edited.' };
    });
  }

  /** Where the edits of some columns are; null where there are none. */
  #paths(columns: readonly number[]): (CellPath | null)[] {
    return this.#targets(columns).map((target) => ('path' in target ? target.path : null));
  }

  #own(columns: readonly number[]): number[] {
    this.state();
    return columns.flatMap((index) => {
      const source = this.#columns.source(index);
      return source !== undefined && 'own' in source ? [source.own] : [];
    });
  }

  /** Puts what edits say over what the shard said of its own columns. */
  async #overlay({ rows, columns, limits }: RowsRequest, own: readonly Value[][], signal: AbortSignal): Promise<Value[][]> {
    let next = 0;
    const result = columns.map((index): Value[] => {
      const source = this.#columns.source(index);
      return source !== undefined && 'own' in source ? (own[next++] ?? []) : rows.map(() => MISSING);
    });
    if (this.edits.isEmpty) return result;
    const paths = this.#paths(columns);
    for (const [at, row] of rows.entries()) {
      const { cells } = this.edits.of(row);
      if (cells.length === 0) continue;
      for (const [place, index] of columns.entries()) {
        const path = paths[place] ?? null;
        const changes = path === null ? [] : changesOf(cells, path);
        const column = result[place];
        if (path === null || changes.length === 0 || column === undefined) continue;
        const before = replacesAll(changes, path) ? null : await this.#written(row, index, signal);
        column[at] = editedCell(before, changes, path, limits);
      }
    }
    return result;
  }

  /** What the shard itself has in a cell. */
  async #written(row: number, index: number, signal: AbortSignal): Promise<WrittenValue | null> {
    const source = this.#columns.source(index);
    if (source === undefined || !('own' in source)) return null;
    const values = await this.#base.readRows({ rows: [row], columns: [source.own], limits: WHOLE_LIMITS }, signal);
    return writtenOf(values[0]?.[0] ?? null);
  }
}
