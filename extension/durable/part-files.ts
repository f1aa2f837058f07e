import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isOfDeadProcess, ownMark } from './owner-mark.ts';

const NAME = /^\..*\.(\d+@[\w.-]*)\.[0-9a-f]{8}\.part$/s;
/** Of the name that the file will have, so that the whole fits any file system. */
const NAME_BYTES = 100;

/** A name for a file that is being written, `.NAME.PID@HOST.RANDOM.part`, in the folder where it will have its own. */
export function partName(path: string): string {
  const name = Buffer.from(basename(path)).subarray(0, NAME_BYTES).toString().replace(/\uFFFD+$/, '');
  return join(dirname(path), `.${name}.${ownMark()}.${randomUUID().slice(0, 8)}.part`);
}

/** Removes the unfinished files in a folder whose process was killed. Never throws: it is only tidying. */
export async function removePartsOfDead(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const left = names.filter((name) => isOfDeadProcess(NAME.exec(name)?.[1] ?? ownMark()));
  await Promise.all(left.map((name) => rm(join(folder, name), { force: true }).catch(() => undefined)));
}
