import type { ReactElement } from 'react';
import type { Column, ShardState } from '../../extension/protocol/shards.ts';
import { Icon } from '../controls/icons.tsx';
import { originSentences } from './origin.ts';

/** A small sign at a column that a side-car brings; the words are in the tooltip of whatever it stands in. */
export function JoinedMark({ column }: { readonly column: Column }): ReactElement | null {
  return column.origin?.kind === 'side-car' ? <Icon name="joined" className="joined-mark" /> : null;
}

interface OriginLineProps {
  readonly column: Column | undefined;
  readonly shard: Pick<ShardState, 'sideCars'>;
}

/** That a column is joined, from what file and by what key, and how many rows found no partner. */
export function OriginLine({ column, shard }: OriginLineProps): ReactElement | null {
  if (column?.origin?.kind !== 'side-car') return null;
  return (
    <p className="origin-line">
      <JoinedMark column={column} />
      {originSentences(column, shard).join(' ')}
    </p>
  );
}
