import type { Notice, Progress, ShardState } from '../../protocol/shards.ts';
import type { SetLocation } from './expand.ts';
import type { SetPart } from './part.ts';
import type { RowLayout } from './row-layout.ts';
import type { SchemaUnion } from './schema-union.ts';
import { setSideCars } from './set-side-cars.ts';
import { listed, short, shardCount } from './wording.ts';

/** Shards that the state lists: it is told several times a second, over a network too. The metadata has all. */
const LISTED_PARTS = 100;
/** Notices of single shards that are shown; the rest is counted. */
const PART_NOTICES = 8;

/** What a set's state is made of. */
export interface SetFacts {
  readonly location: SetLocation;
  readonly parts: readonly SetPart[];
  readonly layout: RowLayout;
  readonly union: SchemaUnion;
  /** About the choice of files. */
  readonly notices: readonly Notice[];
}

/** The state of a set, built when something changed since it was asked for last. */
export class SetState {
  readonly #facts: SetFacts;
  #built: ShardState | null = null;

  constructor(facts: SetFacts) {
    this.#facts = facts;
  }

  dirty(): void {
    this.#built = null;
  }

  build(): ShardState {
    this.#built ??= this.#build();
    return this.#built;
  }

  #build(): ShardState {
    const { location, parts, layout, union } = this.#facts;
    const sideCars = setSideCars(parts).slice(0, LISTED_PARTS);
    const progress = this.#progress();
    return {
      path: location.folder,
      format: 'set',
      compression: 'none',
      fileSize: parts.reduce((sum, { fileSize }) => sum + fileSize, 0),
      rows: layout.rows,
      rowsComplete: layout.complete,
      columns: union.list(),
      notices: this.#notices(),
      ...(progress === null ? {} : { progress }),
      parts: parts.slice(0, LISTED_PARTS).map((part) => part.describe(layout.start(part.place))),
      partCount: parts.length,
      ...(sideCars.length === 0 ? {} : { sideCars }),
      bytesRead: parts.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    };
  }

  #progress(): Progress | null {
    const { parts, layout } = this.#facts;
    if (layout.complete) return null;
    let [done, total] = [0, 0];
    for (const part of parts) {
      total += part.fileSize;
      const { progress } = part.state ?? {};
      done += part.rowsComplete ? part.fileSize : progress === undefined ? 0 : (progress.done / Math.max(1, progress.total)) * part.fileSize;
    }
    return { label: `Counting the rows of ${shardCount(parts.length)}`, done: Math.round(done), total };
  }

  #notices(): Notice[] {
    const { parts, union, notices } = this.#facts;
    const all: Notice[] = [...failures(parts), ...notices];
    const different = union.list().filter(({ difference }) => difference !== undefined);
    if (different.length > 0) {
      const columns = different.length === 1 ? '1 column is' : `${different.length} columns are`;
      all.push({ severity: 'info', message: `${columns} not the same in every shard: ${listed(different.map(({ name, difference = '' }) => `${short(name, 40)} (${difference})`))}.` });
    }
    return [...all, ...partNotices(parts)];
  }
}

/** Shards whose rows are missing, and shards whose rows were lost since they were counted. */
function failures(parts: readonly SetPart[]): Notice[] {
  const failed = parts.filter(({ error }) => error !== null);
  const words = (of: readonly SetPart[]): string => listed(of.map(({ file, error }) => `${file.name} (${short(error?.message ?? '', 200)})`));
  const unread = failed.filter(({ state }) => state === null);
  const lost = failed.filter(({ state }) => state !== null);
  const notices: Notice[] = [];
  if (unread.length > 0) notices.push({ severity: 'error', message: `The rows of ${unread.length} of ${shardCount(parts.length)} are missing: ${words(unread)}` });
  if (lost.length > 0) notices.push({ severity: 'error', message: `Some rows of ${shardCount(lost.length)} cannot be read any more: ${words(lost)}` });
  const grown = parts.filter(({ state, rows, rowsComplete }) => rowsComplete && state !== null && state.rows > rows);
  if (grown.length > 0) notices.push({ severity: 'info', message: `${shardCount(grown.length)} grew while the set was open: ${listed(grown.map(({ file }) => file.name))}. Open it again to see the new rows.` });
  return notices;
}

function partNotices(parts: readonly SetPart[]): Notice[] {
  const own = parts.flatMap(({ file, state }) => (state?.notices ?? []).filter(({ severity }) => severity !== 'info').map((notice) => ({ ...notice, message: `${file.name}: ${notice.message}` })));
  const more = own.length - PART_NOTICES;
  return [...own.slice(0, PART_NOTICES), ...(more > 0 ? [{ severity: 'warning' as const, message: `${more} more notices are about other shards of the set; opened alone, each shard shows its own.` }] : [])];
}
