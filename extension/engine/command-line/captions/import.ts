import { open } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { WHOLE_LIMITS, type Value } from '../../../protocol/values.ts';
import { LoupeError } from '../../../rpc/failure.ts';
import type { Start } from '../../captions/annotate.ts';
import { fileLines } from '../../captions/line-reader.ts';
import { changeBetween, inOrder, nextRound, acceptedText, withRound, type RoundsChange } from '../../captions/row-rounds.ts';
import { parseRound, textHash } from '../../captions/round.ts';
import { readKeyedTexts } from '../../captions/seeds.ts';
import { openLocation } from '../../open-location.ts';
import { fileError } from '../../shards/file-error.ts';
import type { CaptionRound } from '../../../protocol/captions.ts';
import { annotatorName } from './annotate.ts';
import type { CaptionTask } from './arguments.ts';
import { eachRow } from './each-row.ts';
import type { CaptionsWork } from './run.ts';

/** What a file has for a row: a text, or rounds as they are. */
type Given = { readonly text: string } | { readonly rounds: readonly CaptionRound[] };

/** Bytes of a file's beginning that tell its shape. */
const HEAD = 4_096;

/** Reads texts of a released file and puts them in as rounds; a text that is the newest already makes none. */
export async function importCaptions(work: CaptionsWork, { from }: Extract<CaptionTask, { name: 'import' }>): Promise<void> {
  const { captions, circumstances: { signal, terminal }, invocation, tell } = work;
  const given = await readGiven(work, from);
  const annotator = await annotatorName(invocation.annotator, dirname(resolve(invocation.file)));
  const at = new Date().toISOString();
  const changes = new Map<number, RoundsChange>();
  let found = 0;
  for await (const rows of eachRow(work)) {
    for (const { row, rounds, start } of rows) {
      const own = given.get(captions.names.keyOf(row));
      if (own === undefined) continue;
      found++;
      const change = changeBetween(rounds, 'text' in own ? withText(rounds, own.text, { start, annotator, at }) : own.rounds.reduce<readonly CaptionRound[]>(withRound, rounds));
      if (change.put.length > 0) changes.set(row, { put: change.put, taken: [] });
    }
  }
  await captions.place.write(changes, signal);
  if (given.size > found) tell(`${given.size - found} captions of ${basename(from)} are of no row here`);
  terminal.out(`${changes.size} rows got rounds\n`);
}

function withText(rounds: readonly CaptionRound[], text: string, { start, annotator, at }: { readonly start: Start; readonly annotator: string; readonly at: string }): readonly CaptionRound[] {
  const before = acceptedText(rounds) ?? start.text;
  if (text === before) return rounds;
  return inOrder([...rounds, { round: nextRound(rounds, start.round), text, annotator, started: at, ended: at, seconds: 0, flags: [], lost: [], base: textHash(before) }]);
}

async function readGiven(work: CaptionsWork, path: string): Promise<ReadonlyMap<string, Given>> {
  const head = await headOf(path);
  if (/^\s*\{\s*"data"\s*:\s*\[/.test(head)) return altogetherTexts(work, path);
  if (/\.(jsonl|ndjson)$/i.test(path)) return lineTexts(work, path);
  const { texts, odd } = await readKeyedTexts(path, work.circumstances.signal);
  if (odd > 0) work.tell(`${odd} entries of ${basename(path)} are neither a text nor {"altogether": text}; they are passed over`);
  return new Map([...texts].map(([key, text]) => [key, { text }]));
}

async function headOf(path: string): Promise<string> {
  const file = await open(path, 'r').catch((error: unknown) => Promise.reject(fileError(path, error)));
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Altogether's release: records are those of the row with the same key column, `url` or `img_path`. */
async function altogetherTexts({ captions, circumstances: { cacheFolder, cacheBytes, signal } }: CaptionsWork, path: string): Promise<ReadonlyMap<string, Given>> {
  const release = await openLocation({ kind: 'file', path: resolve(path), sideCars: 'none' }, { cacheFolder, cacheBytes, changed: () => undefined, signal });
  try {
    await release.settled();
    const { columns, rows } = release.state();
    const join = ['img_path', 'url', captions.names.column].find((name) => name !== null && [columns, captions.shard.state().columns].every((each) => each.some((column) => column.name === name)));
    const caption = columns.find(({ name }) => name === 'round3') ?? columns.findLast(({ name }) => /^round\d+$/.test(name));
    if (join == null || caption === undefined) throw new LoupeError('unsupported', `${basename(path)} has no caption (round3), or no column that this shard has too (img_path, url).`);
    const read = async (index: number): Promise<Value[]> => (await release.read({ start: 0, end: rows, columns: [index], limits: WHOLE_LIMITS }, signal))[0] ?? [];
    const [keys, texts] = [await read(columns.find(({ name }) => name === join)?.index ?? 0), await read(caption.index)];
    const byJoin = new Map(keys.flatMap((key, at): [string, string][] => (typeof key === 'string' && typeof texts[at] === 'string' ? [[key, texts[at]]] : [])));
    const own = await captions.values([join], Array.from({ length: captions.names.rows }, (_, row) => row), signal);
    return new Map(own.flatMap((key, row): [string, Given][] => {
      const text = typeof key === 'string' ? byJoin.get(key) : undefined;
      return text === undefined ? [] : [[captions.names.keyOf(row), { text }]];
    }));
  } finally {
    await release.close();
  }
}

/** Lines as `loupe captions export --as jsonl` writes them; of others `key` and `caption`. */
async function lineTexts({ circumstances: { signal }, tell }: CaptionsWork, path: string): Promise<ReadonlyMap<string, Given>> {
  const given = new Map<string, Given>();
  for await (const { number, text } of fileLines(path, signal)) {
    if (text?.trim() === '') continue;
    const line = parsedLine(text);
    if (line === null) tell(`line ${number} of ${basename(path)} is no JSON object with a key and a caption; it is passed over`);
    else given.set(line.key, line.given);
  }
  return given;
}

function parsedLine(text: string | null): { readonly key: string; readonly given: Given } | null {
  try {
    const { key, caption, rounds } = JSON.parse(text ?? '') as Record<string, unknown>;
    if (typeof key !== 'string') return null;
    const read = Array.isArray(rounds) ? rounds.map(parseRound).filter((each) => typeof each !== 'string') : [];
    if (read.length > 0) return { key, given: { rounds: read } };
    return typeof caption === 'string' ? { key, given: { text: caption } } : null;
  } catch {
    return null;
  }
}
