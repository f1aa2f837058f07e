import { basename } from 'node:path';
import { LoupeError } from '../../rpc/failure.ts';
import { FileSource } from '../shards/source.ts';
import type { ArrayTable } from './array-table.ts';
import { KeyIndex, MAX_KEYS } from './key-index.ts';
import { KEY_LIMITS, uidText } from './keys.ts';
import { Once } from './once.ts';
import { SortedUids } from './sorted-uids.ts';

/** Bytes of a text file, and rows of an array, that are read at a time. */
const PIECE = 256 * 1024;
const PAGE = 65_536;

/** A file of ids. */
export interface IdList {
  /** The place of each id; -1 where it is not there. @throws LoupeError */
  find(ids: readonly (string | null)[], signal: AbortSignal): Promise<number[]>;
  /** Different ids there are. @throws LoupeError */
  size(signal: AbortSignal): Promise<number>;
  /** Looks at every id, in the background. @throws LoupeError where they cannot be what they were taken for */
  verify(pause: () => Promise<void>, signal: AbortSignal): Promise<void>;
  bytesRead(): number;
  close(): Promise<void>;
}

/** A sorted array of uids is searched on disk; any other is read into an index. @throws LoupeError */
export async function idsOfArray(path: string, table: ArrayTable, signal: AbortSignal): Promise<IdList> {
  const [array] = table.arrays;
  const sorted = array?.header.item.name === 'uid' ? new SortedUids(array) : null;
  const bytesRead = (): number => table.state().bytesRead;
  const close = (): Promise<void> => table.close();
  if (sorted !== null && (await sorted.looksSorted(signal))) {
    return { find: (ids, until) => findSorted(sorted, ids, until), size: () => Promise.resolve(sorted.rows), verify: (pause, until) => checkOrder(path, sorted, pause, until), bytesRead, close };
  }
  return { ...indexed(() => indexArray(path, table, signal)), bytesRead, close };
}

/** A text file with an id a line; blank lines and blanks around an id do not count. @throws LoupeError */
export async function idsOfLines(path: string, signal: AbortSignal): Promise<IdList> {
  const source = await FileSource.open(path);
  return { ...indexed(() => indexLines(source, signal)), bytesRead: () => source.bytesRead, close: () => source.close() };
}

/** In their order, so that neighbours on disk are found together. */
async function findSorted(sorted: SortedUids, ids: readonly (string | null)[], signal: AbortSignal): Promise<number[]> {
  const places = ids.map(() => -1);
  const order = [...ids.keys()].filter((i) => ids[i] !== null).sort((a, b) => ((ids[a] ?? '') < (ids[b] ?? '') ? -1 : 1));
  for (const i of order) {
    signal.throwIfAborted();
    places[i] = await sorted.find(ids[i] ?? '');
  }
  return places;
}

async function checkOrder(path: string, sorted: SortedUids, pause: () => Promise<void>, signal: AbortSignal): Promise<void> {
  const row = await sorted.firstDisorder(pause, signal);
  if (row === -1) return;
  throw new LoupeError('malformed', `${basename(path)} is in order but for some rows, the first of which is row ${row + 1}; sort it, so that a uid can be found in it.`, { path, place: `row ${row + 1}` });
}

function indexed(make: () => Promise<KeyIndex>): Pick<IdList, 'find' | 'size' | 'verify'> {
  const index = new Once(make);
  return {
    find: async (ids, signal) => {
      const found = await index.get(signal);
      return ids.map((id) => (id === null ? -1 : found.get(id)));
    },
    size: async (signal) => (await index.get(signal)).size,
    verify: () => Promise.resolve(),
  };
}

async function indexArray(path: string, table: ArrayTable, signal: AbortSignal): Promise<KeyIndex> {
  const index = new KeyIndex();
  const { rows } = table.state();
  if (rows > MAX_KEYS) throw tooMany(path);
  for (let start = 0; start < rows; start += PAGE) {
    const [page = []] = await table.read({ start, end: start + PAGE, columns: [0], limits: KEY_LIMITS }, signal);
    for (const [i, value] of page.entries()) {
      const id = uidText(value);
      if (id !== null) index.add(id, start + i);
    }
  }
  return index;
}

async function indexLines(source: FileSource, signal: AbortSignal): Promise<KeyIndex> {
  const index = new KeyIndex();
  const take = (line: string): void => {
    const id = uidText(line.trim());
    if (id !== null && id !== '' && index.add(id, index.size) && index.size > MAX_KEYS) throw tooMany(source.path);
  };
  let rest = '';
  const decoder = new TextDecoder();
  for (let position = 0; position < source.byteLength; position += PIECE) {
    signal.throwIfAborted();
    const lines = (rest + decoder.decode(await source.slice(position, position + PIECE), { stream: true })).split('\n');
    rest = (lines.pop() ?? '').slice(0, KEY_LIMITS.text);
    for (const line of lines) take(line);
  }
  take(rest);
  return index;
}

function tooMany(path: string): LoupeError {
  return new LoupeError('too-large', `${basename(path)} has more than ${MAX_KEYS} ids; a list as long must be a sorted .npy of uids.`, { path });
}
