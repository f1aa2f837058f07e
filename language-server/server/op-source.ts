import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Location } from 'vscode-languageserver/node';
import { MAX_SOURCE } from '../dialects/python/tokens.ts';
import type { OpSource } from '../features/op-source.ts';

/** The line of an op's definition; null where the file is gone. Never throws. */
export async function sourceLocation({ root, file, definition }: OpSource): Promise<Location | null> {
  try {
    const path = resolve(root, file);
    if ((await stat(path)).size > MAX_SOURCE) return null;
    const text = await readFile(path, 'utf8');
    const at = text.search(new RegExp(`^[ \\t]*${definition}\\b`, 'm'));
    const start = { line: text.slice(0, Math.max(0, at)).split('\n').length - 1, character: 0 };
    return { uri: pathToFileURL(path).href, range: { start, end: start } };
  } catch {
    return null;
  }
}
