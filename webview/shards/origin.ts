import type { Column, ShardState, SideCar } from '../../extension/protocol/shards.ts';
import { strings } from '../strings.ts';

const words = strings.joins;

/** Where a joined column comes from, by what key, and how many rows found no partner, in sentences; none for other columns. */
export function originSentences({ name, origin }: Column, { sideCars = [] }: Pick<ShardState, 'sideCars'>): readonly string[] {
  if (origin?.kind !== 'side-car') return [];
  const sideCar = sideCars.find(({ columns }) => columns.includes(name));
  const file = (sideCar?.path ?? origin.file).replace(/^.*[/\\]/, '');
  return [words.from(file, sideCar?.files ?? 1, origin.key), ...(sideCar === undefined ? [] : partnerSentences(sideCar))];
}

/** Everything that a tooltip says of a column. */
export function columnTitle(column: Column, shard: Pick<ShardState, 'sideCars'>): string {
  const { difference } = column;
  const name = column.name === '' ? strings.unnamed : column.name;
  return [name, column.type, ...originSentences(column, shard), ...(difference === undefined ? [] : [words.differs(difference)])].join('\n');
}

function partnerSentences({ unmatched, orphans, status }: SideCar): string[] {
  if (status === 'refused') return [];
  if (unmatched === null && orphans === null) return [words.uncounted];
  if (unmatched === 0 && orphans === 0) return [words.allMatched];
  return [...(unmatched === null ? [] : [words.unmatched(unmatched)]), ...(orphans === null ? [] : [words.orphans(orphans)])];
}
