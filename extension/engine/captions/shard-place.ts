import { basename } from 'node:path';
import { LOCAL_FILES } from '../../durable/local-files.ts';
import { ROUNDS_FIELD, type CaptionRound } from '../../protocol/captions.ts';
import { MISSING, type CellChange, type CellPath, type Change, type WrittenValue } from '../../protocol/edits.ts';
import { WHOLE_LIMITS, type Value } from '../../protocol/values.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { EditSet } from '../edits/edit-set.ts';
import { writtenOf } from '../edits/written-value.ts';
import { jsonText } from '../pages/json-text.ts';
import { locateValue } from '../pages/locate-value.ts';
import { saveShard } from '../saving/save-shard.ts';
import type { Shard } from '../shards/shard.ts';
import { firstRound } from './annotate.ts';
import { acceptedText, changed, type RoundsChange } from './row-rounds.ts';
import { parseRound, plainValue, roundIdentity, roundRecord } from './round.ts';
import type { FoundRounds, RoundsPlace } from './rounds-place.ts';

/** Rows whose rounds are read at a time. */
const BATCH = 1_000;
/** Rows with rounds of another shape that are told one by one. */
const TOLD = 20;

/** Where in a row rounds and caption are: names of fields from the column down. */
export interface ShardFields {
  readonly rounds: CellPath;
  /** Null where accepted texts are not written into a caption. */
  readonly caption: CellPath | null;
  /** The caption is the only place of a round that is not recorded: before it is written over, that is. Null: it is none. */
  readonly captionRound: number | null;
}

/** Rounds in the shard itself, as a list in each row: a column of it, or a field of a sample's JSON. */
export class ShardPlace implements RoundsPlace {
  readonly #shard: Shard;
  readonly #fields: ShardFields;

  constructor(shard: Shard, fields: ShardFields) {
    this.#shard = shard;
    this.#fields = fields;
  }

  async read(signal: AbortSignal): Promise<FoundRounds> {
    const rows = new Map<number, readonly CaptionRound[]>();
    const remarks: string[] = [];
    let odd = 0;
    const count = this.#shard.state().rows;
    for (let start = 0; start < count; start += BATCH) {
      const numbers = Array.from({ length: Math.min(BATCH, count - start) }, (_, at) => start + at);
      for (const [at, cell] of (await this.#cells(numbers, this.#fields.rounds, signal)).entries()) {
        const { rounds, why } = readCell(cell);
        if (rounds.length > 0) rows.set(start + at, rounds);
        if (why !== null && ++odd <= TOLD) remarks.push(`${this.#name}, row ${start + at + 1}: ${ROUNDS_FIELD} has ${why}; it stays as it is.`);
      }
    }
    return { rows, remarks: odd > TOLD ? [...remarks, `${this.#name}: so in ${odd - TOLD} more rows.`] : remarks };
  }

  async write(changes: ReadonlyMap<number, RoundsChange>, signal: AbortSignal): Promise<void> {
    const { rewriter } = this.#shard;
    if (rewriter === undefined) throw new LoupeError('unsupported', `${this.#name} cannot be edited: Loupe does not write its format.`);
    await rewriter.ready?.();
    const rows = [...changes].flatMap(([row, { put, taken }]) => (put.length + taken.length > 0 ? [row] : [])).sort((a, b) => a - b);
    const edits: Change[] = this.#newColumns();
    for (let start = 0; start < rows.length; start += BATCH) edits.push(...(await this.#edits(rows.slice(start, start + BATCH), changes, signal)));
    if (rows.length > 0) await saveShard(LOCAL_FILES, { rewriter, edits: new EditSet(edits), target: {}, expected: null }, signal);
  }

  /** Writes accepted texts into the caption alone. @returns how many captions changed @throws LoupeError */
  async writeCaptions(texts: ReadonlyMap<number, string>, signal: AbortSignal): Promise<number> {
    const { rewriter } = this.#shard;
    const { caption } = this.#fields;
    if (rewriter === undefined || caption === null) throw new LoupeError('unsupported', `${this.#name} has no caption that could be written.`);
    await rewriter.ready?.();
    const rows = [...texts.keys()].sort((a, b) => a - b);
    const edits: CellChange[] = [];
    for (let start = 0; start < rows.length; start += BATCH) {
      const batch = rows.slice(start, start + BATCH);
      const cells = await this.#cells(batch, caption, signal);
      edits.push(...batch.flatMap((row, at) => this.#edit(row, caption, cells[at], { json: JSON.stringify(texts.get(row)) })));
    }
    if (edits.length > 0) await saveShard(LOCAL_FILES, { rewriter, edits: new EditSet(edits), target: {}, expected: null }, signal);
    return edits.length;
  }

  get #name(): string {
    return basename(this.#shard.state().path);
  }

  /** Parquet has to be told of a column that comes to be. */
  #newColumns(): Change[] {
    const [column] = this.#fields.rounds;
    const { columns, format } = this.#shard.state();
    const isNew = format === 'parquet' && !columns.some(({ name }) => name === column);
    return isNew ? [{ kind: 'column', name: String(column), type: 'rounds', present: true }] : [];
  }

  async #edits(rows: readonly number[], changes: ReadonlyMap<number, RoundsChange>, signal: AbortSignal): Promise<CellChange[]> {
    const { rounds: path, caption } = this.#fields;
    const cells = await this.#cells(rows, path, signal);
    // A sample without any JSON gets a whole member, not a field of one.
    const around = path.length > 1 ? await this.#cells(rows, path.slice(0, 1), signal) : cells;
    const captions = caption === null ? [] : await this.#cells(rows, caption, signal);
    return rows.flatMap((row, at) => {
      const change = changes.get(row) ?? { put: [], taken: [] };
      const before = readCell(cells[at]).rounds;
      const text = acceptedText(changed(before, change));
      const [old, first] = [captions[at], change.put[0]];
      const { captionRound } = this.#fields;
      const isFirst = captionRound !== null && text !== null && typeof old === 'string' && first !== undefined && before.length === 0;
      const list = this.#listWith(row, cells[at], isFirst ? { ...change, put: [firstRound({ text: old, round: captionRound }, first.started), ...change.put] } : change);
      const isWhole = path.length > 1 && around[at] === undefined;
      const edits = isWhole ? this.#edit(row, path.slice(0, 1), undefined, { json: `{"${ROUNDS_FIELD}": ${list}}` }) : this.#edit(row, path, cells[at], { json: list });
      return caption === null || text === null ? edits : [...edits, ...this.#edit(row, caption, old, { json: JSON.stringify(text) })];
    });
  }

  /** The list of a row with a change done; items that are no rounds of ours stay to the letter. @throws LoupeError for what is no list */
  #listWith(row: number, cell: Value | undefined, { put, taken }: RoundsChange): string {
    const items = itemsOf(cell);
    if (items === null) throw new LoupeError('unsupported', `${this.#name}, row ${row + 1}: ${ROUNDS_FIELD} is no list of rounds; nothing was saved. Keep the rounds in a side-car.`, { place: `row ${row + 1}` });
    const gone = new Set([...put, ...taken].map(roundIdentity));
    const kept = items.filter((item) => {
      const round = parseRound(plainValue(item));
      return typeof round === 'string' || !gone.has(roundIdentity(round));
    });
    return `[${[...kept.map(jsonText), ...put.map((round) => JSON.stringify(roundRecord(round)))].join(', ')}]`;
  }

  #edit(row: number, path: CellPath, cell: Value | undefined, now: WrittenValue): CellChange[] {
    const old = cell === undefined ? MISSING : writtenOf(cell);
    if (old === null) throw new LoupeError('unsupported', `${this.#name}, row ${row + 1}: ${path.join('.')} holds what cannot be written again; nothing was saved.`, { place: `row ${row + 1}` });
    return JSON.stringify(old) === JSON.stringify(now) ? [] : [{ kind: 'cell', row, path, old, new: now }];
  }

  /** What stands at a place of some rows; undefined where it is not there. */
  async #cells(rows: readonly number[], [column, ...inside]: CellPath, signal: AbortSignal): Promise<(Value | undefined)[]> {
    const index = this.#shard.state().columns.find(({ name }) => name === column)?.index;
    if (index === undefined) return rows.map(() => undefined);
    const [values = []] = await this.#shard.readRows({ rows, columns: [index], limits: WHOLE_LIMITS }, signal);
    return rows.map((_, at) => locateValue(values[at] ?? null, inside)).map((value) => (typeof value === 'object' && value?.type === 'missing' ? undefined : value));
  }
}

function readCell(cell: Value | undefined): { readonly rounds: readonly CaptionRound[]; readonly why: string | null } {
  const items = itemsOf(cell);
  if (items === null) return { rounds: [], why: 'another shape than a list of rounds' };
  const read = items.map((item) => parseRound(plainValue(item)));
  const faults = read.filter((each) => typeof each === 'string');
  return { rounds: read.filter((each) => typeof each !== 'string'), why: faults[0] === undefined ? null : `${faults.length} items that are no rounds (${faults[0]})` };
}

/** Null for what is no list. */
function itemsOf(cell: Value | undefined): readonly Value[] | null {
  if (cell === undefined || cell === null) return [];
  return typeof cell === 'object' && cell.type === 'list' ? cell.items : null;
}
