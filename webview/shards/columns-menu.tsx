import { useEffect, useRef, useState, type FocusEvent, type KeyboardEvent, type ReactElement } from 'react';
import type { ShardState } from '../../extension/protocol/shards.ts';
import { Icon } from '../controls/icons.tsx';
import { Button, Checkbox, focusTextField, IconButton, TextField, type TextFieldElement } from '../controls/toolkit.tsx';
import { strings } from '../strings.ts';
import { JoinedMark } from './joined-mark.tsx';
import { columnTitle } from './origin.ts';
import { useSession } from './session.ts';
import { useStore } from './store.ts';

/** Columns listed at once; the filter reaches the others. */
const MAX_LISTED = 200;

/** A button that opens the list of columns: tick those to see. */
export function ColumnsMenu({ shard }: { readonly shard: ShardState }): ReactElement {
  const { store } = useSession();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLElement>(null);
  const hidden = useStore(store, (state) => state.view.hidden);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !open) return;
    event.stopPropagation();
    close();
  };
  const onBlur = (event: FocusEvent<HTMLElement>): void => {
    if (event.relatedTarget instanceof Node && !event.currentTarget.contains(event.relatedTarget)) setOpen(false);
  };
  const count = shard.columns.filter((column) => hidden.includes(column.name)).length;
  return (
    <div className="columns-menu" onKeyDown={onKeyDown} onBlur={onBlur}>
      <IconButton
        ref={button}
        icon="columns"
        label={count === 0 ? strings.columns : strings.columnsHidden(count)}
        text={count === 0 ? strings.columns : strings.columnsHidden(count)}
        expanded={open}
        onClick={() => setOpen(!open)}
      />
      {open && <ColumnList shard={shard} hidden={hidden} />}
    </div>
  );
}

function ColumnList({ shard, hidden }: { readonly shard: ShardState; readonly hidden: readonly string[] }): ReactElement {
  const { store } = useSession();
  const [filter, setFilter] = useState('');
  const field = useRef<TextFieldElement>(null);
  useEffect(() => {
    // The element draws its inside after it is connected.
    const frame = requestAnimationFrame(() => focusTextField(field.current));
    return () => cancelAnimationFrame(frame);
  }, []);
  const matching = shard.columns.filter((column) => column.name.toLowerCase().includes(filter.toLowerCase()));
  const names = matching.map((column) => column.name);
  const setHidden = (next: readonly string[]): void => store.dispatch({ type: 'hidden', hidden: next });
  const without = (drop: readonly string[]): string[] => hidden.filter((name) => !drop.includes(name));
  return (
    <div className="popup column-list" role="dialog" aria-label={strings.columns}>
      <TextField ref={field} label={strings.filterColumns} value={filter} onChange={setFilter} />
      <div className="column-list-items" role="group" aria-label={strings.columns} onKeyDown={onListKey}>
        {matching.slice(0, MAX_LISTED).map((column) => (
          <Checkbox
            key={column.index}
            checked={!hidden.includes(column.name)}
            onChange={(shown) => setHidden(shown ? without([column.name]) : [...hidden, column.name])}
          >
            <span className="column-list-item" title={columnTitle(column, shard)}>
              <Icon name={column.kind} />
              <span className="column-list-name">{column.name === '' ? strings.unnamed : column.name}</span>
              <JoinedMark column={column} />
              <span className="column-list-type">{column.type}</span>
            </span>
          </Checkbox>
        ))}
        {matching.length > MAX_LISTED && <p className="hint">{strings.moreColumns(matching.length - MAX_LISTED)}</p>}
      </div>
      <div className="popup-buttons">
        <Button onClick={() => setHidden(without(names))}>{strings.showAll}</Button>
        <Button onClick={() => setHidden([...without(names), ...names])}>{strings.hideAll}</Button>
      </div>
    </div>
  );
}

/** Up and Down go from box to box, as in a menu. */
function onListKey(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const boxes = [...event.currentTarget.querySelectorAll<HTMLElement>('vscode-checkbox')];
  boxes[boxes.findIndex((box) => box === event.target) + step]?.focus();
}
