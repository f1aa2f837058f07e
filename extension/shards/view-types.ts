/** Custom editor for what no text editor shows, compressed lines among it; VS Code's default for their suffixes. */
export const SHARD_VIEW = 'loupe.shard';

/** Custom editor for text formats, offered beside the text editor. */
export const LINES_VIEW = 'loupe.lines';

export const VIEW_TYPES = [SHARD_VIEW, LINES_VIEW] as const;

const LINES = /\.(jsonl|ndjson|json)$/i;

/** The editor that a file opens in; any file may be tried, since the engine goes by magic bytes. */
export function viewTypeOf(path: string): (typeof VIEW_TYPES)[number] {
  return LINES.test(path) ? LINES_VIEW : SHARD_VIEW;
}
