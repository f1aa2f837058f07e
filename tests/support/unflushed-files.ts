import type { DurableFile, DurableFiles } from '../../extension/durable/files.ts';
import { LOCAL_FILES } from '../../extension/durable/local-files.ts';

/** The files of this machine without waiting for the disk, for tests that save thousands of times and cut no power. */
export const UNFLUSHED_FILES: DurableFiles = {
  ...LOCAL_FILES,
  open: async (path, mode) => changedFile(await LOCAL_FILES.open(path, mode), { sync: () => Promise.resolve() }),
  syncFolder: () => Promise.resolve(),
};

/** A file of which some calls do something else. */
export function changedFile(file: DurableFile, changes: Partial<DurableFile>): DurableFile {
  return {
    read: (target, position) => file.read(target, position),
    write: (bytes, position) => file.write(bytes, position),
    truncate: (length) => file.truncate(length),
    facts: () => file.facts(),
    setMode: (mode) => file.setMode(mode),
    setOwner: (owner, group) => file.setOwner(owner, group),
    sync: () => file.sync(),
    close: () => file.close(),
    ...changes,
  };
}
