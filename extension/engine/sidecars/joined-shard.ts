import { basename, dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { LintFinding } from '../../protocol/lint.ts';
import type { Column, Member, Notice, ShardMetadata, ShardState, SideCar } from '../../protocol/shards.ts';
import type { Value } from '../../protocol/values.ts';
import type { ColumnRef, Relation, ReportWork } from '../queries/relation.ts';
import type { Rewriter } from '../shards/rewriter.ts';
import type { ReadRequest, RowsRequest, Shard, ShardContext } from '../shards/shard.ts';
import type { FoundFile } from './find.ts';
import { JoinedColumns } from './joined-columns.ts';
import { joinedMetadata } from './joined-metadata.ts';
import { joinedRelation } from './joined-relation.ts';
import { JoinedRewriter } from './joined-rewriter.ts';
import { OpenSideCar } from './side-car.ts';

/** A shard with the columns of the files beside it, which are opened and counted in the background. */
export class JoinedShard implements Shard {
  readonly #shard: Shard;
  readonly #context: ShardContext;
  readonly #closing = new AbortController();
  readonly #sideCars: readonly OpenSideCar[];
  /** Records about the whole shard. */
  readonly #records: readonly FoundFile[];
  readonly #columns = new JoinedColumns();
  #rewriter: JoinedRewriter | null = null;
  /** Resolves when it is known what the side-cars have. */
  readonly opened: Promise<void>;
  readonly #work: Promise<void>;
  /** Reads under way, and what the background waits for while there are any. */
  #readers = 0;
  #reading: PromiseWithResolvers<unknown> | null = null;

  constructor(shard: Shard, found: readonly FoundFile[], context: ShardContext) {
    const own = { ...context, signal: AbortSignal.any([context.signal, this.#closing.signal]) };
    this.#shard = shard;
    this.#context = own;
    this.#records = found.filter(({ layouts }) => layouts[0]?.join.by === 'shard');
    this.#sideCars = found.filter((file) => !this.#records.includes(file)).map((file) => new OpenSideCar(file, shard, own));
    this.opened = this.#open();
    this.#work = this.#count();
  }

  /** Edits of joined columns go to the files that they came from. */
  get rewriter(): Rewriter | undefined {
    const { rewriter: own } = this.#shard;
    if (own === undefined) return undefined;
    this.#rewriter ??= new JoinedRewriter({ shard: this.#shard, own, columns: this.#columns, sideCars: this.#sideCars });
    return this.#rewriter;
  }

  /** The shard without what is joined. */
  get base(): Shard {
    return this.#shard;
  }

  state(): ShardState {
    const state = this.#shard.state();
    const there = this.#sideCars.filter((sideCar) => !sideCar.isForeign);
    const columns = this.#columns.list(state.columns);
    const sideCars = [...(state.sideCars ?? []), ...this.#described(columns)];
    return {
      ...state,
      columns,
      notices: [...state.notices, ...there.flatMap(noticesOf)],
      bytesRead: this.#sideCars.reduce((sum, { bytesRead }) => sum + bytesRead, state.bytesRead),
      ...(sideCars.length === 0 ? {} : { sideCars }),
    };
  }

  async read({ start, end, columns, limits }: ReadRequest, signal: AbortSignal): Promise<Value[][]> {
    return this.#reads(async () => {
      const { own, ownPlaces } = this.#split(columns);
      // The shard says which rows there are, also where none of its own columns is asked for.
      const asked = own.length > 0 ? own : [0];
      const values = await this.#shard.read({ start, end, columns: asked, limits }, signal);
      const rows = Array.from({ length: values[0]?.length ?? 0 }, (_, i) => start + i);
      return this.#join({ rows, columns, limits }, ownPlaces, values, signal);
    });
  }

  async readRows(request: RowsRequest, signal: AbortSignal): Promise<Value[][]> {
    return this.#reads(async () => {
      const { own, ownPlaces } = this.#split(request.columns);
      const values = own.length === 0 ? [] : await this.#shard.readRows({ ...request, columns: own }, signal);
      return this.#join(request, ownPlaces, values, signal);
    });
  }

  async relation(columns: readonly ColumnRef[], report: ReportWork, signal: AbortSignal): Promise<Relation> {
    return joinedRelation(this.#shard, this.#columns, columns, report, signal);
  }

  lint(signal: AbortSignal): Promise<readonly LintFinding[]> {
    return this.#shard.lint(signal);
  }

  place(row: number, signal: AbortSignal): Promise<string> {
    return this.#shard.place(row, signal);
  }

  raw(row: number, signal: AbortSignal): Promise<string | null> {
    return this.#shard.raw(row, signal);
  }

  members(row: number, signal: AbortSignal): Promise<readonly Member[] | null> {
    return this.#shard.members(row, signal);
  }

  async metadata(signal: AbortSignal): Promise<ShardMetadata> {
    const own = this.#shard.state();
    const columns = this.#columns.list(own.columns);
    const joined = columns.filter(({ index }) => !('own' in (this.#columns.source(index) ?? { own: 0 })));
    const folder = own.format === 'set' ? own.path : dirname(own.path);
    return joinedMetadata(await this.#shard.metadata(signal), { folder, columns: joined, sideCars: this.#described(columns) }, this.#records);
  }

  async settled(): Promise<void> {
    await this.#shard.settled();
    await this.#work;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#work;
    await Promise.all(this.#sideCars.map((sideCar) => sideCar.close()));
    await this.#shard.close();
  }

  #described(columns: readonly Column[]): SideCar[] {
    return this.#sideCars.filter((sideCar) => !sideCar.isForeign).map((sideCar) => ({ ...sideCar.describe(), columns: namesFrom(sideCar.path, columns) }));
  }

  /** Never rejects. */
  async #open(): Promise<void> {
    await Promise.all(this.#sideCars.map((sideCar) => sideCar.open()));
    for (const sideCar of this.#sideCars) this.#columns.add(sideCar, basename(sideCar.path), this.#shard.state().columns);
    this.#changed();
  }

  async #count(): Promise<void> {
    await this.opened;
    for (const sideCar of this.#sideCars) {
      await sideCar.count(() => this.#pause());
      this.#changed();
    }
  }

  #changed(): void {
    if (!this.#context.signal.aborted) this.#context.changed();
  }

  async #pause(): Promise<void> {
    await this.#reading?.promise;
    await setImmediate();
  }

  async #reads<T>(read: () => Promise<T>): Promise<T> {
    this.#readers++;
    this.#reading ??= Promise.withResolvers();
    try {
      return await read();
    } finally {
      if (--this.#readers === 0) {
        this.#reading.resolve(null);
        this.#reading = null;
      }
    }
  }

  /** The shard's own columns among those asked for, and their places there. */
  #split(columns: readonly number[]): { readonly own: readonly number[]; readonly ownPlaces: readonly number[] } {
    this.#columns.list(this.#shard.state().columns);
    const own: number[] = [];
    const ownPlaces: number[] = [];
    for (const [place, index] of columns.entries()) {
      const source = this.#columns.source(index);
      if (source !== undefined && !('own' in source)) continue;
      own.push(source?.own ?? index);
      ownPlaces.push(place);
    }
    return { own, ownPlaces };
  }

  async #join({ rows, columns, limits }: RowsRequest, ownPlaces: readonly number[], own: readonly Value[][], signal: AbortSignal): Promise<Value[][]> {
    const result: Value[][] = columns.map(() => []);
    for (const [at, place] of ownPlaces.entries()) result[place] = own[at] ?? [];
    const asked = new Map<OpenSideCar, { place: number; column: number }[]>();
    for (const [place, index] of columns.entries()) {
      const source = this.#columns.source(index);
      if (source === undefined || 'own' in source) continue;
      asked.set(source.sideCar, [...(asked.get(source.sideCar) ?? []), { place, column: source.column }]);
    }
    const work = [...asked].map(async ([sideCar, places]) => {
      const values = await sideCar.read(rows, places.map(({ column }) => column), limits, signal);
      for (const [at, { place }] of places.entries()) result[place] = values[at] ?? [];
    });
    await Promise.all(work);
    return result;
  }
}

function namesFrom(path: string, columns: readonly Column[]): readonly string[] {
  return columns.filter(({ origin }) => origin?.kind === 'side-car' && origin.file === path).map(({ name }) => name);
}

function noticesOf({ fault, remark }: OpenSideCar): Notice[] {
  if (fault !== null) return [{ severity: 'error', message: fault.message }];
  return remark === null ? [] : [{ severity: 'warning', message: remark }];
}
