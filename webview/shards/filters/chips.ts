import type { Condition } from '../../../extension/protocol/queries.ts';
import type { ParkedCondition, ViewState } from '../../../extension/protocol/webview.ts';

/** One condition of the filter bar. */
export interface Chip {
  readonly condition: Condition;
  /** Off: it is kept, and filters nothing. */
  readonly on: boolean;
}

type Filters = Pick<ViewState, 'query' | 'parked'>;

/** The conditions in the order of the bar, those that are off among them. */
export function chipsOf({ query, parked }: Filters): readonly Chip[] {
  const chips = query.conditions.map((condition): Chip => ({ condition, on: true }));
  for (const { index, condition } of parked) chips.splice(index, 0, { condition, on: false });
  return chips;
}

/** Chips as the view keeps them: what filters, and what is off. */
export function filtersOf(chips: readonly Chip[], { query }: Filters): Filters {
  const parked = chips.flatMap(({ condition, on }, index): ParkedCondition[] => (on ? [] : [{ index, condition }]));
  return { query: { ...query, conditions: chips.filter(({ on }) => on).map(({ condition }) => condition) }, parked };
}
