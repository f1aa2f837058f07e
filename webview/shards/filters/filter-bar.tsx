import { useRef, useState, type ReactElement } from 'react';
import type { ShardState } from '../../../extension/protocol/shards.ts';
import { Icon } from '../../controls/icons.tsx';
import { Popover } from '../../controls/popover.tsx';
import { Toolbar } from '../../controls/toolbar.tsx';
import { Button, IconButton } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { isEverything } from '../query/query-state.ts';
import { SearchBox } from '../search/search-box.tsx';
import { useSession } from '../session.ts';
import { useStore } from '../store.ts';
import { ChangedRows } from '../versions/changed-rows.tsx';
import { addCondition, clearFilters, reverseSort, setChips, sortBy } from './actions.ts';
import { ConditionChip } from './chip.tsx';
import { chipsOf, type Chip } from './chips.ts';
import { ConditionEditor } from './condition-editor.tsx';
import { HiddenRow } from './hidden-row.tsx';
import { PresetsMenu } from './presets-menu.tsx';
import { RowCount } from './row-count.tsx';
import { SortChip } from './sort-chip.tsx';
import { pathKey } from './conditions.ts';
import { problemOf } from './problem.ts';

/** The line above the grid that says which rows are shown and in which order, and changes it. */
export function FilterBar({ shard }: { readonly shard: ShardState }): ReactElement {
  const asking = useStore(useSession().store, (state) => state.query.asking !== null);
  return (
    <section className="filter-bar" aria-label={strings.filters.bar}>
      <div className="filter-line">
        <SearchBox />
        <Chips shard={shard} />
        <RowCount shard={shard} />
        <Steps />
      </div>
      <Refusal />
      <HiddenRow />
      {asking && <div className="query-progress" aria-hidden="true" />}
    </section>
  );
}

function Chips({ shard }: { readonly shard: ShardState }): ReactElement {
  const session = useSession();
  const query = useStore(session.store, (state) => state.view.query);
  const parked = useStore(session.store, (state) => state.view.parked);
  const refusal = useStore(session.store, (state) => state.query.refusal);
  const chips = chipsOf({ query, parked });
  const change = (index: number, chip: Chip | null): void => setChips(session, chip === null ? chips.toSpliced(index, 1) : chips.with(index, chip));
  return (
    <div className="chips" role="group" aria-label={strings.filters.conditions}>
      {chips.map((chip, i) => {
        const problem = chip.on ? problemOf(chip.condition, refusal, query.conditions) : undefined;
        return <ConditionChip key={i} shard={shard} chip={chip} onChange={(next) => change(i, next)} {...(problem === undefined ? {} : { problem })} />;
      })}
      {query.sort.map((key) => (
        <SortChip
          key={pathKey(key.column)}
          sortKey={key}
          onReverse={() => reverseSort(session, key.column)}
          onRemove={() => sortBy(session, key.column, null)}
        />
      ))}
      <ChangedRows />
      <AddFilter shard={shard} />
      <PresetsMenu />
    </div>
  );
}

function AddFilter({ shard }: { readonly shard: ShardState }): ReactElement {
  const session = useSession();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLElement>(null);
  const ask = useStore(session.store, (state) => (state.ask?.value === 'addFilter' ? state.ask.token : 0));
  const column = useStore(session.store, (state) => state.view.focus?.column);
  const [answered, answer] = useState(ask);
  if (ask !== answered) {
    answer(ask);
    setOpen(true);
  }
  return (
    <>
      <IconButton ref={button} icon="add" label={strings.filters.add} text={strings.filters.add} expanded={open} onClick={() => setOpen(!open)} />
      {open && (
        <Popover label={strings.filters.add} anchor={button} onClose={() => setOpen(false)}>
          <ConditionEditor
            shard={shard}
            {...(column === undefined ? {} : { column })}
            onApply={(condition) => {
              setOpen(false);
              addCondition(session, condition);
            }}
            onCancel={() => setOpen(false)}
          />
        </Popover>
      )}
    </>
  );
}

/** Back and forward through the filters, and all of them off. */
function Steps(): ReactElement {
  const session = useSession();
  const { store } = session;
  const past = useStore(store, (state) => state.query.past.length);
  const future = useStore(store, (state) => state.query.future.length);
  const nothing = useStore(store, (state) => isEverything(state.view.query) && state.view.parked.length === 0);
  return (
    <Toolbar label={strings.filters.steps}>
      <IconButton icon="undo" label={strings.filters.undo} disabled={past === 0} onClick={() => store.dispatch({ type: 'undoFilters' })} />
      <IconButton icon="redo" label={strings.filters.redo} disabled={future === 0} onClick={() => store.dispatch({ type: 'redoFilters' })} />
      <IconButton icon="clear" label={strings.filters.clear} disabled={nothing} onClick={() => clearFilters(session)} />
    </Toolbar>
  );
}

/** Why the present filter is not what is shown. */
function Refusal(): ReactElement | null {
  const { store } = useSession();
  const refusal = useStore(store, (state) => state.query.refusal);
  const shown = useStore(store, (state) => state.query.shown);
  const past = useStore(store, (state) => state.query.past.length);
  if (refusal === null) return null;
  const { message, place } = refusal.error;
  return (
    <div className="filter-refusal" role="alert">
      <Icon name="error" />
      <span className="filter-refusal-text">
        {message}
        {place !== undefined && !message.includes(place) && <span className="hint"> {place}</span>}
        <span className="hint"> {shown === null ? strings.filters.refusedFirst : strings.filters.refused}</span>
      </span>
      {past > 0 && <Button onClick={() => store.dispatch({ type: 'undoFilters' })}>{strings.filters.goBack}</Button>}
    </div>
  );
}
