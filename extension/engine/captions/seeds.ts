import { createReadStream } from 'node:fs';
import type { Value } from '../../protocol/values.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { fileError } from '../shards/file-error.ts';
import { ObjectLines } from '../sidecars/object-lines.ts';

/** A text that a row's first round may begin with. */
export interface Seed {
  /** Where it is from: a column, the key of one of MetaCLIP's texts, `generated`. */
  readonly source: string;
  readonly text: string;
}

/** Texts of one row at most. */
const MAX_SEEDS = 1_000;
/** Generated captions of one file at most, in UTF-16 units, and bytes of one of them. */
const MAX_TEXT = 256 * 1024 * 1024;
const MAX_ENTRY = 16 * 1024 * 1024;

/** The alt-texts of a cell: a text, a list of texts, or MetaCLIP's `[[key, text, [entry ids]]]`. Each text once. */
export function seedsOf(source: string, value: Value): Seed[] {
  const seeds = new Map<string, Seed>();
  const items = typeof value === 'object' && value?.type === 'list' ? value.items : [value];
  for (const item of items.slice(0, MAX_SEEDS)) {
    const seed = typeof item === 'string' ? { source, text: item } : tupleSeed(item);
    if (seed !== null && seed.text !== '' && !seeds.has(seed.text)) seeds.set(seed.text, seed);
  }
  return [...seeds.values()];
}

/** `["alt", "a red car", [17, 4]]` */
function tupleSeed(item: Value): Seed | null {
  if (typeof item !== 'object' || item?.type !== 'list') return null;
  const [key, text] = item.items;
  return typeof key === 'string' && typeof text === 'string' ? { source: key, text } : null;
}

/** Several alt-texts as Altogether joins them. */
export function joinedSeed(seeds: readonly Seed[]): string {
  return [...new Set(seeds.map(({ text }) => text))].join('; ');
}

/** Captions by key. */
export interface KeyedTexts {
  readonly texts: ReadonlyMap<string, string>;
  /** Entries that are none of the two shapes. */
  readonly odd: number;
}

/**
 * A file of generated captions in either of the two shapes in which they are released: `{uuid: {"altogether": text}}` and
 * `{uuid: text}`. It is never held whole.
 * @throws LoupeError `malformed` where it is no JSON object, `too-large`
 */
export async function readKeyedTexts(path: string, signal: AbortSignal): Promise<KeyedTexts> {
  const texts = new Map<string, string>();
  let [odd, length, rest] = [0, 0, Buffer.alloc(0)];
  const lines = new ObjectLines();
  try {
    for await (const chunk of createReadStream(path, { signal }) as AsyncIterable<Buffer>) {
      rest = Buffer.concat([rest, lines.push(chunk)]);
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        const { key, value } = JSON.parse(rest.subarray(0, end).toString('utf8')) as { key: string; value: unknown };
        rest = rest.subarray(end + 1);
        const text = textOf(value);
        if (text === null) odd++;
        else texts.set(key, text);
        length += key.length + (text?.length ?? 0);
        if (length > MAX_TEXT) throw tooLarge(path);
      }
      if (rest.length > MAX_ENTRY) throw tooLarge(path);
    }
  } catch (error) {
    if (error instanceof SyntaxError) throw new LoupeError('malformed', `${path} holds no captions by key: ${error.message}.`, { path, cause: error });
    throw fileError(path, error);
  }
  if (!lines.complete) throw new LoupeError('malformed', `${path} ends before its object does.`, { path });
  return { texts, odd };
}

function tooLarge(path: string): LoupeError {
  return new LoupeError('too-large', `${path} holds more text than Loupe keeps of such a file.`, { path });
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || !('altogether' in value)) return null;
  return typeof value.altogether === 'string' ? value.altogether : null;
}

/** Where Altogether's inference puts the captions of a shard: `<folder>/<number % 100>/<number>.json`; null for a shard without a number. */
export function generatedPath(folder: string, shardStem: string): string | null {
  return /^\d{1,15}$/.test(shardStem) ? `${folder}/${Number(shardStem) % 100}/${Number(shardStem)}.json` : null;
}
