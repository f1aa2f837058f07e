import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that a test opens in VS Code: copies of files under names of its own; removed by `remove`. */
export async function folderOf(files: Readonly<Record<string, string>>): Promise<{ readonly folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'loupe-folder-'));
  for (const [name, source] of Object.entries(files)) await copyFile(source, join(folder, name));
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}
