import type { ColumnPath, Condition, Query } from '../../../extension/protocol/queries.ts';
import type { Preset } from '../../../extension/protocol/scores.ts';
import { strings } from '../../strings.ts';
import { movedColumn, type ColumnMove } from '../grid/column-order.ts';
import { withConditions, withFilter, type Filters } from '../query/query-state.ts';
import { announceFailure, type Session } from '../session.ts';
import { shownColumns } from '../state.ts';
import { filtersOf, type Chip } from './chips.ts';
import { excludes, samePath, withCondition, withoutChartConditions } from './conditions.ts';
import { nextSort, sortedBy } from './sort.ts';

/** Makes a column the one that commands and the statistics view are about; the row stays. */
export function focusColumn({ store }: Session, name: string): void {
  store.dispatch({ type: 'focus', row: store.state.view.focus?.row ?? 0, column: name });
}

/** Shows the rows that other filters let pass, in another order. */
export function setFilters({ store }: Session, filters: Filters): void {
  store.dispatch({ type: 'filters', filters });
}

export function addCondition(session: Session, condition: Condition): void {
  setFilters(session, withFilter(session.store.state.view, condition));
}

export function setConditions(session: Session, conditions: readonly Condition[]): void {
  setFilters(session, withConditions(session.store.state.view, conditions));
}

export function setChips(session: Session, chips: readonly Chip[]): void {
  setFilters(session, filtersOf(chips, session.store.state.view));
}

/** Takes away what clicks on a column's chart filter by. */
export function clearChart(session: Session, column: ColumnPath): void {
  setConditions(session, withoutChartConditions(session.store.state.view.query.conditions, column));
}

export function clearFilters(session: Session): void {
  setFilters(session, { query: { conditions: [], sort: [] }, parked: [] });
}

function setSort(session: Session, sort: Query['sort']): void {
  const { query, parked } = session.store.state.view;
  setFilters(session, { query: { ...query, sort }, parked });
}

/** A click on a sort control; `add` keeps the other keys. */
export function toggleSort(session: Session, column: ColumnPath, add: boolean): void {
  setSort(session, nextSort(session.store.state.view.query.sort, column, add));
}

/** Sorts by one column alone, or by the others only where `descending` is null. */
export function sortBy(session: Session, column: ColumnPath, descending: boolean | null): void {
  setSort(session, sortedBy(session.store.state.view.query.sort, column, descending));
}

/** Turns the direction of one key; the others stay. */
export function reverseSort(session: Session, column: ColumnPath): void {
  const { sort } = session.store.state.view.query;
  setSort(session, sort.map((key) => (samePath(key.column, column) ? { ...key, descending: !key.descending } : key)));
}

/** Moves a column among those that are shown. */
export function moveColumn({ store }: Session, name: string | undefined, move: ColumnMove): void {
  const { shard, view } = store.state;
  if (shard === null || name === undefined) return;
  const order = movedColumn(shard.columns, shownColumns(shard, view), view.order, name, move);
  if (order === view.order) return;
  store.dispatch({ type: 'order', order });
  const after = shownColumns(shard, { ...view, order });
  const place = after.findIndex((column) => column.name === name);
  store.dispatch({ type: 'announce', text: strings.filters.moved(name, place, after.length) });
}

/** A preset whose share of the table is being looked for. */
let presetFlight: AbortController | null = null;

/** Applies a published filter; conditions on other columns stay. The latest wish wins, also one for other filters. */
export async function applyPreset(session: Session, preset: Preset): Promise<void> {
  const { host, store } = session;
  presetFlight?.abort();
  const mine = new AbortController();
  presetFlight = mine;
  const unfollow = store.subscribe((state, before) => {
    if (state.view.query !== before.view.query) mine.abort();
  });
  try {
    const { query } = await host.request('view/preset', { preset }, mine.signal);
    if (mine.signal.aborted) return;
    const { conditions } = store.state.view.query;
    const others = conditions.filter((condition) => !query.conditions.some((other) => excludes(condition, other)));
    setConditions(session, query.conditions.reduce(withCondition, others));
  } catch (error) {
    if (!mine.signal.aborted) announceFailure(store, error);
  } finally {
    unfollow();
  }
}
