import { basename, dirname, extname, join } from 'node:path';
import { existsSync } from 'node:fs';
import { ROUNDS_FIELD, type RoundPlace } from '../../protocol/captions.ts';
import type { CellPath } from '../../protocol/edits.ts';
import { WHOLE_LIMITS, type Value } from '../../protocol/values.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { locateValue } from '../pages/locate-value.ts';
import { recognise } from '../scores/recognise.ts';
import { readShape } from '../shards/column-shape.ts';
import type { Shard } from '../shards/shard.ts';
import type { Start } from './annotate.ts';
import { RowNames } from './row-names.ts';
import type { FoundRounds, RoundsPlace } from './rounds-place.ts';
import { generatedPath, joinedSeed, readKeyedTexts, seedsOf, type Seed } from './seeds.ts';
import { ShardPlace } from './shard-place.ts';
import { SideCarPlace } from './side-car-place.ts';

/** What is said of a shard's captions from outside; null: what its names tell. */
export interface CaptionWish {
  readonly place: RoundPlace;
  readonly key: string | null;
  /** Columns, or ways to fields with dots. */
  readonly caption: string | null;
  readonly altText: string | null;
  /** A file of generated captions, or the folder of Altogether's inference that has one for each shard. */
  readonly generated: string | null;
}

/** A shard as captions see it: which texts a row has, and where its rounds are. */
export class CaptionShard {
  readonly shard: Shard;
  readonly names: RowNames;
  readonly place: RoundsPlace;
  readonly caption: CellPath | null;
  readonly altText: CellPath | null;
  /** Of generated captions that have neither of the released shapes. */
  readonly remarks: readonly string[];
  readonly #generated: ReadonlyMap<string, string>;

  private constructor(parts: Pick<CaptionShard, 'shard' | 'names' | 'place' | 'caption' | 'altText' | 'remarks'> & { readonly generated: ReadonlyMap<string, string> }) {
    ({ shard: this.shard, names: this.names, place: this.place, caption: this.caption, altText: this.altText, remarks: this.remarks, generated: this.#generated } = parts);
  }

  /** @throws LoupeError where a name leads nowhere, or the place cannot hold rounds */
  static async of(shard: Shard, wish: CaptionWish, signal: AbortSignal): Promise<CaptionShard> {
    const names = await RowNames.of(shard, wish.key, signal);
    const { path } = shard.state();
    const roles = recognise(await readShape(shard, signal), path, []).filter(({ column }) => column[0] !== ROUNDS_FIELD);
    const named = (role: string): CellPath | null => roles.find((each) => each.role.role === role && each.column.length === 1)?.column ?? roles.find((each) => each.role.role === role)?.column ?? null;
    const caption = wish.caption === null ? (named('caption') ?? releasedCaption(shard) ?? named('text')) : pathOf(shard, wish.caption);
    const altText = wish.altText === null ? (named('alt-text') ?? metaClipTexts(shard)) : pathOf(shard, wish.altText);
    const place = wish.place === 'side-car' ? new SideCarPlace(path, names) : new ShardPlace(shard, { rounds: roundsPath(shard, wish.place), caption, captionRound: captionRoundOf(caption, altText) });
    const { texts, remarks } = await generatedTexts(path, wish.generated, signal);
    return new CaptionShard({ shard, names, place, caption, altText, remarks, generated: texts });
  }

  /** Texts that the first round of some rows may begin with: alt-texts first, then the caption that is there, then the generated one. */
  async seeds(rows: readonly number[], signal: AbortSignal): Promise<Seed[][]> {
    const [alt, caption] = [await this.values(this.altText, rows, signal), this.altText === null ? await this.values(this.caption, rows, signal) : []];
    return rows.map((row, at) => {
      const generated = this.#generated.get(this.names.keyOf(row));
      return [
        ...seedsOf(this.altText?.join('.') ?? '', alt[at] ?? null),
        ...seedsOf(this.caption?.join('.') ?? '', caption[at] ?? null),
        ...(generated === undefined ? [] : [{ source: 'generated', text: generated }]),
      ];
    });
  }

  /** The alt-text of some rows, several joined: round 1. */
  async altTexts(rows: readonly number[], signal: AbortSignal): Promise<string[]> {
    return (await this.seeds(rows, signal)).map((seeds) => joinedSeed(seeds.filter(({ source }) => source !== 'generated')));
  }

  /** The text of some rows before any recorded round: the alt-text, or what a release has in a column named after its round. */
  async starts(rows: readonly number[], signal: AbortSignal): Promise<Start[]> {
    const altTexts = await this.altTexts(rows, signal);
    const { captionRound } = this;
    const captions = captionRound === null || captionRound === 1 ? [] : await this.values(this.caption, rows, signal);
    return rows.map((_, at) => {
      const text = captions[at];
      return captionRound !== null && typeof text === 'string' ? { text, round: captionRound } : { text: altTexts[at] ?? '', round: 1 };
    });
  }

  /** Which round the caption itself is, where it is not recorded elsewhere; null where it is none. */
  get captionRound(): number | null {
    return captionRoundOf(this.caption, this.altText);
  }

  async values(path: CellPath | null, rows: readonly number[], signal: AbortSignal): Promise<Value[]> {
    const index = path === null ? undefined : this.shard.state().columns.find(({ name }) => name === path[0])?.index;
    if (path === null || index === undefined) return rows.map(() => null);
    const [values = []] = await this.shard.readRows({ rows, columns: [index], limits: WHOLE_LIMITS }, signal);
    return values.map((value) => locateValue(value, path.slice(1)) ?? null);
  }

  rounds(signal: AbortSignal): Promise<FoundRounds> {
    return this.place.read(signal);
  }
}

/** Altogether's release has its last round in a column of that name. */
const RELEASED_ROUND = /^round(\d{1,3})$/;

function releasedCaption(shard: Shard): CellPath | null {
  const column = shard.state().columns.findLast(({ name }) => RELEASED_ROUND.test(name));
  return column === undefined ? null : [column.name];
}

function captionRoundOf(caption: CellPath | null, altText: CellPath | null): number | null {
  const released = RELEASED_ROUND.exec(String(caption?.[0] ?? ''))?.[1];
  if (caption?.length === 1 && released !== undefined) return Math.max(1, Number(released));
  return altText === null ? 1 : null;
}

/** MetaCLIP keeps a record's alt-texts in a list of this name. */
function metaClipTexts(shard: Shard): CellPath | null {
  return shard.state().columns.some(({ name }) => name === 'texts') ? ['texts'] : null;
}

function pathOf(shard: Shard, name: string): CellPath {
  const { columns } = shard.state();
  if (columns.some((column) => column.name === name)) return [name];
  const path = name.split('.');
  if (columns.some((column) => column.name === path[0])) return path;
  throw new LoupeError('invalid-request', `There is no column ${name}; there are ${columns.map((column) => column.name).join(', ')}.`);
}

function roundsPath(shard: Shard, place: Exclude<RoundPlace, 'side-car'>): CellPath {
  const { format, columns, path } = shard.state();
  if (format !== 'webdataset') {
    if (place === 'json' && format === 'parquet') throw new LoupeError('unsupported', `${basename(path)} has no JSON for the rounds; keep them in a column or a side-car.`);
    return [ROUNDS_FIELD];
  }
  if (place === 'column') throw new LoupeError('unsupported', `The samples of ${basename(path)} have no columns; keep the rounds in their JSON or in a side-car.`);
  return [columns.find(({ name }) => name === 'json')?.name ?? 'json', ROUNDS_FIELD];
}

async function generatedTexts(shardPath: string, generated: string | null, signal: AbortSignal): Promise<{ readonly texts: ReadonlyMap<string, string>; readonly remarks: readonly string[] }> {
  if (generated === null) return { texts: new Map(), remarks: [] };
  const file = extname(generated) === '.json' ? generated : generatedPath(generated, basename(shardPath).replace(/\..*$/, ''));
  if (file === null || !existsSync(file)) return { texts: new Map(), remarks: [`${join(dirname(file ?? generated), basename(file ?? generated))}: there are no generated captions of ${basename(shardPath)}.`] };
  const { texts, odd } = await readKeyedTexts(file, signal);
  return { texts, remarks: odd === 0 ? [] : [`${basename(file)}: ${odd} entries are neither a text nor {"altogether": text}.`] };
}
