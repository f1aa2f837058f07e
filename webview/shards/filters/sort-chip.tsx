import type { ReactElement } from 'react';
import type { SortKey } from '../../../extension/protocol/queries.ts';
import { Icon } from '../../controls/icons.tsx';
import { strings } from '../../strings.ts';
import { ChipAction } from './chip.tsx';
import { pathName } from './conditions.ts';

interface SortChipProps {
  readonly sortKey: SortKey;
  readonly onReverse: () => void;
  readonly onRemove: () => void;
}

/** One key that the rows are sorted by. */
export function SortChip({ sortKey: { column, descending }, onReverse, onRemove }: SortChipProps): ReactElement {
  const label = strings.filters.sortChip(pathName(column), descending);
  return (
    <span className="chip sort" role="group" aria-label={label}>
      <button type="button" className="chip-main" title={`${label}. ${strings.filters.reverse}`} onClick={onReverse}>
        <Icon name={descending ? 'sortDown' : 'sortUp'} />
        <span className="chip-subject">{pathName(column)}</span>
      </button>
      <span className="chip-actions">
        <ChipAction icon="close" label={strings.filters.unsort} onClick={onRemove} />
      </span>
    </span>
  );
}
