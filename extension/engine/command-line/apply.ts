import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LOCAL_FILES } from '../../durable/local-files.ts';
import type { Change } from '../../protocol/edits.ts';
import { LoupeError, toLoupeError } from '../../rpc/failure.ts';
import { EditSet } from '../edits/edit-set.ts';
import { openLocation } from '../open-location.ts';
import { saveShard } from '../saving/save-shard.ts';
import { fileError } from '../shards/file-error.ts';
import type { Shard, ShardContext } from '../shards/shard.ts';
import type { Invocation } from './arguments.ts';
import { parseEdits, type EditLine, type EditsFile } from './edit-lines.ts';
import { keyColumn, rowsByKey } from './row-keys.ts';
import type { Terminal } from './run.ts';
import { terminalText } from '../pages/terminal-text.ts';

export type ApplyInvocation = Extract<Invocation, { command: 'apply' }>;

export interface ApplyCircumstances extends Pick<ShardContext, 'cacheFolder' | 'cacheBytes'> {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/**
 * Does the edits of a file to shards. Where they belong is found for all of them before any file is written; each shard
 * is then written whole or not at all. @returns the exit code
 */
export async function runApply({ edits: path, files, key }: ApplyInvocation, { terminal, signal, ...cache }: ApplyCircumstances): Promise<number> {
  const shards: Shard[] = [];
  try {
    const edits = parseEdits(await readFile(path).catch((error: unknown) => Promise.reject(fileError(path, error))));
    for (const file of files) shards.push(await openWhole(file, { ...cache, changed: () => undefined, signal }));
    const changes = await changesByShard(edits, shards, key, signal);
    for (const [at, shard] of shards.entries()) {
      const own = changes[at] ?? [];
      if (own.length > 0) await save(shard, own, signal);
      terminal.out(`${terminalText(files[at] ?? '')}: ${own.length} ${own.length === 1 ? 'edit' : 'edits'} saved\n`);
    }
    return 0;
  } catch (error) {
    terminal.err(`loupe: ${terminalText(toLoupeError(error).message)}\n`);
    return 1;
  } finally {
    for (const shard of shards) await shard.close();
  }
}

async function openWhole(file: string, context: ShardContext): Promise<Shard> {
  const shard = await openLocation({ kind: 'file', path: resolve(file), sideCars: 'none' }, context);
  await shard.settled();
  return shard;
}

async function save(shard: Shard, changes: readonly Change[], signal: AbortSignal): Promise<void> {
  const { path } = shard.state();
  if (shard.rewriter === undefined) throw new LoupeError('unsupported', `${path} cannot be edited: Loupe does not write its format.`, { path });
  await saveShard(LOCAL_FILES, { rewriter: shard.rewriter, edits: new EditSet(changes), target: {}, expected: null }, signal);
}

/** The changes of each shard. By number or from a journal they can only be of one shard; a key says by itself which. */
async function changesByShard(edits: EditsFile, shards: readonly Shard[], key: string | null, signal: AbortSignal): Promise<Change[][]> {
  const only = shards.length === 1;
  const several = new LoupeError('invalid-request', 'Rows by number are of one shard; name one file, or name rows by key.');
  if ('changes' in edits) {
    if (!only) throw several;
    return [[...edits.changes]];
  }
  const keyed = edits.lines.some(({ row }) => 'key' in row);
  const keys = keyed ? await Promise.all(shards.map((shard) => rowsByKey(shard, keyColumn(shard, key), signal))) : [];
  const changes: Change[][] = shards.map(() => []);
  for (const line of edits.lines) {
    if ('number' in line.row && !only) throw several;
    const { shard, row } = 'number' in line.row ? { shard: 0, row: line.row.number } : placeOf(line, line.row.key, keys);
    changes[shard]?.push(line.cell === null ? { kind: 'row', row, dropped: true } : { kind: 'cell', row, ...line.cell });
  }
  return changes;
}

function placeOf({ line }: EditLine, key: string, keys: readonly ReadonlyMap<string, number | null>[]): { readonly shard: number; readonly row: number } {
  const found = keys.flatMap((rows, shard) => (rows.has(key) ? [{ shard, row: rows.get(key) ?? null }] : []));
  const [first] = found;
  const refuse = (why: string): LoupeError => new LoupeError('conflict', `Line ${line} of the edits: ${why} has the key ${key}; nothing was changed.`, { place: `line ${line}` });
  if (first === undefined) throw refuse('no row');
  if (found.length > 1 || first.row === null) throw refuse('more than one row');
  return { shard: first.shard, row: first.row };
}
