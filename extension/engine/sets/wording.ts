/** Names that a sentence lists before it says how many more there are. */
const LISTED = 3;

/** `a, b, c and 4 more`. */
export function listed(names: readonly string[]): string {
  const more = names.length - LISTED;
  return names.slice(0, LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** `1 shard`, `12 shards`. */
export function shardCount(count: number): string {
  return count === 1 ? '1 shard' : `${count.toLocaleString('en')} shards`;
}

/** Text of a file that goes into a sentence, at most this long. */
export function short(text: string, length = 80): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
