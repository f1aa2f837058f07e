import { basename } from 'node:path';
import type { CellChange, Change, ColumnTarget } from '../../protocol/edits.ts';
import type { Column } from '../../protocol/shards.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { EditSet } from '../edits/edit-set.ts';
import type { Splices } from '../saving/splice.ts';
import type { FileGroup, Rewriter } from '../shards/rewriter.ts';
import type { Shard } from '../shards/shard.ts';
import type { SetPart } from './part.ts';
import type { PartPool } from './part-pool.ts';
import type { RowLayout } from './row-layout.ts';
import type { SchemaUnion } from './schema-union.ts';

/** Shards that are asked what may be edited before a row is: others are asked when one of their rows is edited. */
const ASKED_PARTS = 8;

/** What edits of a set need of it. */
export interface SetEditing {
  readonly folder: string;
  readonly parts: readonly SetPart[];
  readonly layout: RowLayout;
  readonly union: SchemaUnion;
  readonly pool: PartPool;
  /** Resolves when so many rows are counted, or all there are. */
  readonly counted: (rows: number, signal: AbortSignal) => Promise<void>;
  /** Fires when the set is closed. */
  readonly signal: AbortSignal;
}

/** Edits of a set go to the shard that a row is of. A path begins with the name that the column has in the set. */
export class SetRewriter implements Rewriter {
  readonly compression = 'none';
  readonly #set: SetEditing;
  /** Why columns of the set cannot be edited, as far as shards were asked. */
  readonly #reasons = new Map<number, string | null>();
  #asked: Promise<void> | null = null;

  constructor(set: SetEditing) {
    this.#set = set;
  }

  get path(): string {
    return this.#set.folder;
  }

  ready(): Promise<void> {
    this.#asked ??= this.#ask();
    return this.#asked;
  }

  targets(): ColumnTarget[] {
    const columns = this.#set.union.list();
    const names = new Map<string, number>();
    for (const { name } of columns) names.set(name, (names.get(name) ?? 0) + 1);
    return columns.map(({ index, name }): ColumnTarget => {
      if (index === 0) return { readOnly: 'It says which shard a row is of.' };
      if ((names.get(name) ?? 0) > 1) return { readOnly: 'Two columns have this name.' };
      const reason = this.#reasons.get(index) ?? null;
      return reason === null ? { path: [name] } : { readOnly: reason };
    });
  }

  async check(change: CellChange, signal: AbortSignal): Promise<void> {
    const { part, start } = await this.#partOf(change.row, signal);
    await this.#set.pool.use(part, async (shard) => {
      const rewriter = await readyRewriter(shard);
      await rewriter.check?.(this.#inPart(part, rewriter, change, start), signal);
    }, signal);
  }

  prepare(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return Promise.resolve();
  }

  splices(): Splices {
    throw new LoupeError('internal', 'A set is written shard by shard.');
  }

  async groups(edits: EditSet, signal: AbortSignal): Promise<readonly FileGroup[]> {
    const rows = edits.rows();
    const groups: FileGroup[] = [];
    for (let at = 0; at < rows.length; ) {
      const { part, start } = await this.#partOf(rows[at] ?? 0, signal);
      const from = at;
      while (at < rows.length && (rows[at] ?? 0) < start + part.rows) at++;
      const own = rows.slice(from, at);
      groups.push({ path: part.file.path, start, rows: part.rows, use: (work) => this.#use(part, start, { edits, rows: own }, work, signal) });
    }
    return groups;
  }

  /** Opens a shard with its edits, and what lies beside it. */
  #use(part: SetPart, start: number, { edits, rows }: { edits: EditSet; rows: readonly number[] }, work: Parameters<FileGroup['use']>[0], signal: AbortSignal): Promise<void> {
    return this.#set.pool.use(part, async (shard) => {
      await shard.settled();
      const rewriter = await readyRewriter(shard);
      const own = new EditSet(this.#changesOf(part, rewriter, edits, rows, start));
      if (rewriter.groups === undefined) return work([{ rewriter, edits: own }]);
      for (const group of await rewriter.groups(own, signal)) await group.use(work);
    }, signal);
  }

  /** The changes of one shard, by its own rows. A column is added to the shards in which something was typed into it. */
  #changesOf(part: SetPart, rewriter: Rewriter, edits: EditSet, rows: readonly number[], start: number): Change[] {
    const changes: Change[] = [];
    const typed = new Set<string>();
    for (const row of rows) {
      const { cells, dropped } = edits.of(row);
      if (dropped) changes.push({ kind: 'row', row: row - start, dropped: true });
      for (const change of dropped ? [] : cells) {
        const [name] = change.path;
        if (typeof name === 'string' && edits.columns.has(name) && !this.#has(part, name)) {
          typed.add(name);
          changes.push({ ...change, row: row - start });
        } else changes.push(this.#inPart(part, rewriter, change, start));
      }
    }
    const added = [...edits.columns].flatMap(([name, type]): Change[] => (typed.has(name) ? [{ kind: 'column', name, type, present: true }] : []));
    return [...added, ...changes];
  }

  /** A change as the shard itself knows its place. @throws LoupeError `unsupported` where it cannot be made there */
  #inPart(part: SetPart, rewriter: Rewriter, change: CellChange, start: number): CellChange {
    const [name, ...inside] = change.path;
    const row = change.row - start;
    const column = this.#set.union.list().find((each) => each.name === name);
    const own = column === undefined ? undefined : this.#set.union.inPart(part.place, column.index);
    const target = own === undefined ? this.#absent(part, column) : (rewriter.targets()[own] ?? { readOnly: 'This column cannot be edited.' });
    if ('readOnly' in target) throw new LoupeError('unsupported', `${part.file.name}: ${target.readOnly}`, { path: part.file.path });
    return { ...change, row, path: [...target.path, ...inside] };
  }

  /** A key that no record of the shard has can be given to one; a column of a format with a schema cannot, nor one of another file. */
  #absent({ state, file }: SetPart, column: Column | undefined): ColumnTarget {
    const isText = state?.format === 'jsonl' || state?.format === 'json';
    if (column !== undefined && column.origin === undefined && isText) return { path: [column.name] };
    return { readOnly: `${basename(file.path)} does not have this column.` };
  }

  #has(part: SetPart, name: string): boolean {
    const { union } = this.#set;
    return union.list().some((column) => column.name === name && union.inPart(part.place, column.index) !== undefined);
  }

  async #partOf(row: number, signal: AbortSignal): Promise<{ readonly part: SetPart; readonly start: number }> {
    const { layout, counted, folder } = this.#set;
    await counted(row + 1, signal);
    const [span] = layout.spans(row, row + 1);
    if (span === undefined) throw new LoupeError('conflict', `There is no row ${row + 1} any more; nothing was saved.`, { path: folder });
    return { part: span.part, start: layout.start(span.part.place) };
  }

  /** Asks shards that bring columns which none before had; a column that any of them writes is not read-only. */
  async #ask(): Promise<void> {
    const { parts, union, pool, signal } = this.#set;
    let asked = 0;
    for (const part of parts) {
      const news = union.list().filter(({ index }) => index > 0 && !this.#reasons.has(index) && union.inPart(part.place, index) !== undefined);
      if (part.state === null || news.length === 0) continue;
      if (++asked > ASKED_PARTS) return;
      await pool.use(part, async (shard) => {
        const targets = (await readyRewriter(shard)).targets();
        for (const { index } of news) {
          const target = targets[union.inPart(part.place, index) ?? -1];
          this.#reasons.set(index, target !== undefined && 'readOnly' in target ? target.readOnly : null);
        }
      }, signal).catch(() => undefined);
    }
  }
}

async function readyRewriter(shard: Shard): Promise<Rewriter> {
  const { rewriter } = shard;
  const { path } = shard.state();
  if (rewriter === undefined) throw new LoupeError('unsupported', `${basename(path)} cannot be edited: Loupe does not write its format.`, { path });
  await rewriter.ready?.();
  return rewriter;
}
