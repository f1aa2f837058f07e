import { stat } from 'node:fs/promises';
import type { SetNews } from '../../protocol/shards.ts';
import { expandSet, type SetLocation } from './expand.ts';
import type { SetPart } from './part.ts';

/** Names that are told; the rest is counted. */
const NAMED = 5;

/** How the files that a set names now differ from those that it was opened with. @throws LoupeError */
export async function setNews(location: SetLocation, parts: readonly SetPart[], signal: AbortSignal): Promise<SetNews> {
  const { files } = await expandSet(location, signal);
  const before = new Set(parts.map(({ file }) => file.path));
  const now = new Set(files.map(({ path }) => path));
  const added = files.filter(({ path }) => !before.has(path)).map(({ name }) => name);
  const removed: string[] = [];
  for (const { file, state } of parts) {
    signal.throwIfAborted();
    if (state !== null && !(now.has(file.path) && (await isThere(file.path)))) removed.push(file.name);
  }
  return { added: added.slice(0, NAMED), addedCount: added.length, removed: removed.slice(0, NAMED), removedCount: removed.length };
}

/** A set can name a file that is not there. */
async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
