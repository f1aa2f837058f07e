import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { DurableFiles } from '../../durable/files.ts';
import { isOfDeadProcess, ownMark } from '../../durable/owner-mark.ts';

/** Short whatever the shard's name is: a name that is as long as it may be leaves no room for more. */
const NAME = /^\.loupe-(\d+@.*)\.([0-9a-f]{8})\.saving$/;

/** A name for the new file, in the folder of the old one so that it can take its place at once. */
export function temporaryName(folder: string): string {
  return join(folder, `.loupe-${ownMark()}.${randomUUID().slice(0, 8)}.saving`);
}

/** Removes what saves left in a folder whose process was killed. Never throws: it is only tidying. */
export async function removeLeftBehind(files: DurableFiles, folder: string): Promise<void> {
  const names = await files.list(folder).catch(() => []);
  for (const name of names.filter(isLeftBehind)) await files.remove(join(folder, name)).catch(() => undefined);
}

function isLeftBehind(name: string): boolean {
  const mark = NAME.exec(name)?.[1];
  return mark !== undefined && isOfDeadProcess(mark);
}
