import { rm } from 'node:fs/promises';
import { CappedWriter } from '../cache/capped-writer.ts';
import { createPart, type DiskCache } from '../cache/disk-cache.ts';
import type { ReportWork } from '../queries/relation.ts';
import type { LinesFile, TableSource } from './table-source.ts';

/** A longer line would make DuckDB's buffers too large: our reader takes it. In bytes. */
export const LONGEST_LINE = 16 * 1024 * 1024;

const NEWLINE = 10;
const TAB = 9;
const BLANK = 32;
/** No JSON: DuckDB gives NULL for it, and so the row is read again. */
const UNREAD = Buffer.from('!\n');
const END = Buffer.from('\n');

/**
 * Writes each row's JSON text on a line of its own into a file beside the cache's, which the caller removes.
 * @throws what `full` makes, when the cache has no room
 */
export async function copyLines(
  source: TableSource,
  columns: readonly number[],
  { cache, path, cacheBytes, full }: { readonly cache: DiskCache; readonly path: string; readonly cacheBytes: number; readonly full: () => Error },
  report: ReportWork,
  signal: AbortSignal,
): Promise<LinesFile> {
  const writer = new CappedWriter(await createPart(path), { cache, cacheBytes, full });
  let longest = 0;
  try {
    await source.writeLines(
      columns,
      async (json) => {
        if (json === null || json.length > LONGEST_LINE || (json[0] ?? 0) <= BLANK) {
          await writer.write(UNREAD);
          return;
        }
        longest = Math.max(longest, json.length);
        await writer.write(onOneLine(json));
        await writer.write(END);
      },
      report,
      signal,
    );
    await writer.end();
    return { path, longest };
  } catch (error) {
    await writer.end().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}

/** Newlines become tabs: blanks between tokens, and inside a text as much an error as they were. */
function onOneLine(json: Buffer): Buffer {
  if (!json.includes(NEWLINE)) return json;
  const line = Buffer.from(json);
  for (let at = line.indexOf(NEWLINE); at >= 0; at = line.indexOf(NEWLINE, at + 1)) line[at] = TAB;
  return line;
}
