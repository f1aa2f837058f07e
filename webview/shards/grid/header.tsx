import { memo, type MouseEvent, type ReactElement } from 'react';
import type { ColumnPath } from '../../../extension/protocol/queries.ts';
import type { Column } from '../../../extension/protocol/shards.ts';
import { Icon } from '../../controls/icons.tsx';
import { strings } from '../../strings.ts';
import { focusColumn, toggleSort } from '../filters/actions.ts';
import { sortOf } from '../filters/sort.ts';
import { JoinedMark } from '../joined-mark.tsx';
import { columnTitle } from '../origin.ts';
import { useSession } from '../session.ts';
import { HeaderChart } from '../statistics/header-chart.tsx';
import { HeaderNote } from '../statistics/header-note.tsx';
import { useStore } from '../store.ts';

/** The inside of a column's header: what the values are, name and type, and how they are distributed. */
export const ColumnTitle = memo(function ColumnTitle({ column }: { readonly column: Column }): ReactElement {
  const { store } = useSession();
  const charts = useStore(store, (state) => state.view.charts);
  const title = useStore(store, (state) => columnTitle(column, state.shard ?? {}));
  const name = column.name === '' ? strings.unnamed : column.name;
  return (
    <span className="column-title">
      <Icon name={column.kind} />
      <span className="column-name" title={title}>
        {name}
      </span>
      <span className="column-type" title={title}>
        <JoinedMark column={column} />
        {charts && <HeaderNote column={column} />}
        {column.type}
      </span>
      <SortButton column={column} />
      {charts && <HeaderChart column={column} />}
    </span>
  );
});

/** Which way the column is sorted, and the place of its key among several; a click turns it. */
function SortButton({ column }: { readonly column: Column }): ReactElement {
  const session = useSession();
  const path: ColumnPath = [column.name];
  const sort = useStore(session.store, (state) => state.view.query.sort);
  const own = sortOf(sort, path);
  const label = own === null ? strings.filters.sort(column.name) : strings.filters.sorted(column.name, own.descending, own.place);
  const onClick = (event: MouseEvent): void => {
    // Neither the menu nor the cell behind it.
    event.stopPropagation();
    focusColumn(session, column.name);
    toggleSort(session, path, event.shiftKey);
  };
  return (
    <button type="button" className={own === null ? 'sort-button' : 'sort-button sorted'} tabIndex={-1} aria-label={label} title={label} onClick={onClick}>
      <Icon name={own === null ? 'sort' : own.descending ? 'sortDown' : 'sortUp'} />
      {own !== null && sort.length > 1 && <span className="sort-place">{own.place + 1}</span>}
    </button>
  );
}
