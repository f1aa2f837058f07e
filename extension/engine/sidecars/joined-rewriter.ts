import { basename, dirname, relative, sep } from 'node:path';
import { SIDE_CAR_STEP, type CellChange, type Change, type ColumnTarget } from '../../protocol/edits.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { EditSet } from '../edits/edit-set.ts';
import { isSideCarPath, lostSideCar } from '../edits/side-car-path.ts';
import type { Splices } from '../saving/splice.ts';
import type { FileEdits, FileGroup, Rewriter } from '../shards/rewriter.ts';
import type { Shard } from '../shards/shard.ts';
import type { JoinedColumns } from './joined-columns.ts';
import type { OpenSideCar } from './side-car.ts';

/** Rows whose partners are looked for together. */
const BATCH = 8_192;

/** A shard and what is joined to it. */
export interface JoinedParts {
  readonly shard: Shard;
  readonly own: Rewriter;
  readonly columns: JoinedColumns;
  readonly sideCars: readonly OpenSideCar[];
}

/** Edits go to the file that a column came from: the shard, or the file beside it. */
export class JoinedRewriter implements Rewriter {
  readonly #parts: JoinedParts;

  constructor(parts: JoinedParts) {
    this.#parts = parts;
  }

  get path(): string {
    return this.#parts.own.path;
  }

  get compression(): Rewriter['compression'] {
    return this.#parts.own.compression;
  }

  async ready(): Promise<void> {
    const { own, sideCars } = this.#parts;
    await own.ready?.();
    for (const { rewriter } of sideCars) if (typeof rewriter !== 'string') await rewriter.ready?.();
  }

  targets(): ColumnTarget[] {
    const { shard, own, columns } = this.#parts;
    const targets = own.targets();
    return columns.list(shard.state().columns).map(({ index }): ColumnTarget => {
      const source = columns.source(index);
      if (source === undefined) return { readOnly: 'This column cannot be edited.' };
      return 'own' in source ? ownTarget(targets[source.own]) : this.#sideCarTarget(source.sideCar, source.column);
    });
  }

  async check(change: CellChange, signal: AbortSignal): Promise<void> {
    const { own } = this.#parts;
    const sideCar = this.#sideCarOf(change);
    if (sideCar === null) {
      await own.check?.(change, signal);
      return;
    }
    const rewriter = this.#rewriterOf(sideCar);
    const [row = -1] = (await sideCar.join?.partners?.([change.row], signal)) ?? [];
    if (row < 0) throw noPartner(sideCar, change.row);
    await rewriter.ready?.();
    await rewriter.check?.({ ...change, row, path: change.path.slice(1) }, signal);
  }

  prepare(signal: AbortSignal): Promise<void> {
    return this.#parts.own.prepare(signal);
  }

  splices(edits: EditSet, signal: AbortSignal): Splices {
    return this.#parts.own.splices(edits, signal);
  }

  async groups(edits: EditSet, signal: AbortSignal): Promise<readonly FileGroup[]> {
    const { own, shard } = this.#parts;
    if (own.groups !== undefined) return own.groups(edits, signal);
    return [{ path: this.path, start: 0, rows: shard.state().rows, use: async (work) => work(await this.#files(edits, signal)) }];
  }

  /** The files that have edits, each with its own. */
  async #files(edits: EditSet, signal: AbortSignal): Promise<FileEdits[]> {
    const own: Change[] = [...edits.columns].map(([name, type]) => ({ kind: 'column', name, type, present: true }));
    const besides = new Map<OpenSideCar, CellChange[]>();
    const dropped: number[] = [];
    for (const row of edits.rows()) {
      const of = edits.of(row);
      if (of.dropped) {
        own.push({ kind: 'row', row, dropped: true });
        dropped.push(row);
        continue;
      }
      for (const change of of.cells) {
        const sideCar = this.#sideCarOf(change);
        if (sideCar === null) own.push(change);
        else besides.set(sideCar, [...(besides.get(sideCar) ?? []), change]);
      }
    }
    const files: FileEdits[] = own.length === 0 ? [] : [{ rewriter: this.#parts.own, edits: new EditSet(own) }];
    for (const sideCar of this.#parts.sideCars) {
      const changes = [...(await sideCarChanges(sideCar, besides.get(sideCar) ?? [], signal)), ...droppedBeside(sideCar, dropped)];
      if (changes.length > 0) files.push({ rewriter: this.#rewriterOf(sideCar), edits: new EditSet(changes) });
    }
    return files;
  }

  #sideCarTarget(sideCar: OpenSideCar, column: number): ColumnTarget {
    if (this.#parts.own.groups !== undefined) return { readOnly: `${basename(sideCar.path)} is joined to a whole set; open a shard by itself to edit what lies beside it.` };
    const { rewriter } = sideCar;
    if (typeof rewriter === 'string') return { readOnly: rewriter };
    const target = rewriter.targets()[column] ?? { readOnly: 'This column cannot be edited.' };
    return 'readOnly' in target ? target : { path: [this.#step(sideCar), ...target.path] };
  }

  /** Whose cell a change is of; null for the shard's own. @throws LoupeError `conflict` where that file is not beside the shard any more */
  #sideCarOf(change: CellChange): OpenSideCar | null {
    const { path } = change;
    if (!isSideCarPath(path)) return null;
    const found = this.#parts.sideCars.find((sideCar) => this.#step(sideCar) === path[0]);
    if (found !== undefined) return found;
    throw lostSideCar(this.path, change);
  }

  #rewriterOf(sideCar: OpenSideCar): Rewriter {
    const { rewriter } = sideCar;
    if (typeof rewriter === 'string') throw new LoupeError('unsupported', rewriter, { path: sideCar.path });
    return rewriter;
  }

  #step(sideCar: OpenSideCar): string {
    return SIDE_CAR_STEP + relative(dirname(this.path), sideCar.path).split(sep).join('/');
  }
}

function ownTarget(target: ColumnTarget | undefined): ColumnTarget {
  if (target === undefined) return { readOnly: 'This column cannot be edited.' };
  if ('path' in target && isSideCarPath(target.path)) return { readOnly: `Names that begin with ${SIDE_CAR_STEP} stand for files beside a shard.` };
  return target;
}

/** Changes by the rows of the side-car. @throws LoupeError `conflict` where two rows of the shard would make different things of one row */
async function sideCarChanges(sideCar: OpenSideCar, changes: readonly CellChange[], signal: AbortSignal): Promise<CellChange[]> {
  const own: CellChange[] = [];
  const made = new Map<string, string>();
  for (let from = 0; from < changes.length; from += BATCH) {
    const batch = changes.slice(from, from + BATCH);
    const partners = (await sideCar.join?.partners?.(batch.map(({ row }) => row), signal)) ?? [];
    for (const [at, change] of batch.entries()) {
      const row = partners[at] ?? -1;
      if (row < 0) throw noPartner(sideCar, change.row);
      const place = JSON.stringify([row, change.path]);
      const value = JSON.stringify(change.new);
      const path = change.path.slice(1);
      if ((made.get(place) ?? value) !== value) throw new LoupeError('conflict', `${basename(sideCar.path)}, row ${row + 1}: rows of the shard that share it were edited differently; nothing was saved.`, { path: sideCar.path });
      if (!made.has(place)) own.push({ ...change, row, path });
      made.set(place, value);
    }
  }
  return own;
}

/** What goes beside the shard where rows of it go. @throws LoupeError `unsupported` where it would belong to other rows then */
function droppedBeside(sideCar: OpenSideCar, rows: readonly number[]): Change[] {
  const { join, rewriter } = sideCar;
  if (rows.length === 0 || join === null || !join.goesByNumber) return [];
  if (join.isRowByRow && typeof rewriter !== 'string') return rows.map((row) => ({ kind: 'row', row, dropped: true }));
  const name = basename(sideCar.path);
  throw new LoupeError('unsupported', `Rows cannot be left out: ${name} goes by the numbers of the rows and would belong to others then. Mark them in a column instead.`, { path: sideCar.path });
}

function noPartner(sideCar: OpenSideCar, row: number): LoupeError {
  return new LoupeError('unsupported', `Row ${row + 1} has no row in ${basename(sideCar.path)}; nothing can be edited there.`, { path: sideCar.path });
}
