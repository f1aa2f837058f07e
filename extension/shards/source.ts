import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ShardLocation } from '../protocol/shards.ts';
import type { DiskChanges, Watched } from './disk-changes.ts';
import { FileChanges } from './file-changes.ts';
import type { FileCopies } from './remote/file-copies.ts';
import { chosenSideCars } from './side-cars/chosen-side-cars.ts';
import type { NamedSideCars } from './side-cars/named-side-cars.ts';
import { SetChanges } from './sets/set-changes.ts';
import { parseSetUri, SET_SCHEME, setLocation } from './sets/set-uri.ts';

/** Where the engine finds a document's shard. */
export interface Located {
  readonly location: ShardLocation;
  /** To be called when the engine has closed it. */
  readonly release: () => void;
}

/** What a document's address stands for. */
export interface ShardSource {
  readonly name: string;
  /** It is on no disk, and the engine gets a copy. */
  readonly isCopied: boolean;
  /** At once where the shard is on disk. @throws LoupeError */
  locate(): Located | Promise<Located>;
  /** Looks at the disk from now on; null where there is nothing to look at. */
  watch(watched: Watched): DiskChanges | null;
}

const NOTHING = (): void => undefined;

/** A file, a set of shards, or a file of another file system, which is copied first. */
export function sourceOf(uri: vscode.Uri, copies: FileCopies, named: NamedSideCars | null): ShardSource {
  const name = basename(uri.path);
  if (uri.scheme === 'file') {
    return { name, isCopied: false, locate: () => ({ location: { kind: 'file', path: uri.fsPath, ...chosenSideCars(uri, named) }, release: NOTHING }), watch: (watched) => new FileChanges(uri, watched) };
  }
  if (uri.scheme === SET_SCHEME) {
    return { name, isCopied: false, locate: () => ({ location: { ...setLocation(parseSetUri(uri)), ...chosenSideCars(uri, named) }, release: NOTHING }), watch: (watched) => new SetChanges(parseSetUri(uri), watched) };
  }
  const locate = async (): Promise<Located> => {
    const { path, release } = await copies.copy(uri);
    // Beside a copy lie other copies.
    return { location: { kind: 'file', path, sideCars: 'none' }, release };
  };
  return { name, isCopied: true, locate, watch: () => null };
}
