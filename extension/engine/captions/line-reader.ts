import { createReadStream } from 'node:fs';

/** Bytes of a line that is read; no round is that long. */
const MAX_LINE = 64 * 1024 * 1024;
const NEWLINE = 10;

/** A line of a file, without its break; null where it is too long to be held. */
export interface FileLine {
  readonly number: number;
  readonly text: string | null;
}

/** The lines of a file one after the other, whatever its size. @throws what the file system says */
export async function* fileLines(path: string, signal: AbortSignal): AsyncGenerator<FileLine> {
  let pieces: Buffer[] = [];
  let [length, number] = [0, 0];
  const line = (): FileLine => {
    const found = { number: ++number, text: length > MAX_LINE ? null : Buffer.concat(pieces).toString('utf8') };
    [pieces, length] = [[], 0];
    return found;
  };
  for await (const chunk of createReadStream(path, { signal }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      pieces.push(chunk.subarray(start, end));
      length += end - start;
      yield line();
      start = end + 1;
    }
    length += chunk.length - start;
    if (length <= MAX_LINE) pieces.push(chunk.subarray(start));
    else pieces = [];
  }
  if (length > 0) yield line();
}
