/** What is known of a file without reading it. */
export interface FileFacts {
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly modified: bigint;
  readonly mode: number;
  readonly owner: number;
  readonly group: number;
  /** Names that the file has. */
  readonly links: number;
  readonly isFile: boolean;
}

/** A file open for writing, or for reading what was written. */
export interface DurableFile {
  /** Fills `target` from `position` on as far as there are bytes; answers how many there were. */
  read(target: Buffer, position: number): Promise<number>;
  /** Writes all of `bytes`. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  truncate(length: number): Promise<void>;
  facts(): Promise<FileFacts>;
  setMode(mode: number): Promise<void>;
  setOwner(owner: number, group: number): Promise<void>;
  /** Resolves when content and size are on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * - `read`: must be there
 * - `update`: must be there, read and write
 * - `create`: must not be there yet
 * - `append`: read and write, made when missing
 */
export type OpenMode = 'read' | 'update' | 'create' | 'append';

/**
 * Every call of the file system that a save or a journal makes, and no other: what can go wrong between two bytes goes
 * wrong here, so tests can have it go wrong at each of them.
 */
export interface DurableFiles {
  /** The file that a name leads to through links. */
  realPath(path: string): Promise<string>;
  facts(path: string): Promise<FileFacts>;
  open(path: string, mode: OpenMode): Promise<DurableFile>;
  /** A copy that shares its blocks with the original; false where the file system cannot, and nothing is there then. */
  clone(from: string, to: string): Promise<boolean>;
  rename(from: string, to: string): Promise<void>;
  /** No error where there is none. */
  remove(path: string): Promise<void>;
  list(folder: string): Promise<readonly string[]>;
  /** Resolves when names that were made or changed in a folder are on the disk. */
  syncFolder(folder: string): Promise<void>;
}
