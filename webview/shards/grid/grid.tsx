import HighTable, { type ColumnConfiguration } from 'hightable';
import 'hightable/src/HighTable.css';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactElement } from 'react';
import type { Column, ShardState } from '../../../extension/protocol/shards.ts';
import { strings } from '../../strings.ts';
import { copyText, hideColumn, runCommand } from '../commands.ts';
import { alignsRight } from '../format.ts';
import { announceFailure, useSession, type Session } from '../session.ts';
import { visibleColumns } from '../state.ts';
import { useStore } from '../store.ts';
import { CellContent } from './cell.tsx';
import { CELL_MENU, describeHeaders } from './dom.ts';
import { CORNER, GridDriver } from './driver.ts';
import { shardFrame, uniqueNames } from './frame.ts';
import './grid.css';
import { ColumnTitle } from './header.tsx';
import { onCopy, onGridClick, onGridKey, onGridMenu } from './keys.ts';
import type { GridCell } from './page-cache.ts';
import { selectionNear } from './selection.ts';
import { WIDTHS_CACHE_KEY } from './widths.ts';

/** Rows drawn beyond the screen, so that a wheel notch shows no gap. */
const PADDING_ROWS = 6;

/** The selection near the screen is told to hightable in steps of this many rows. */
const SELECTION_STEP = 500;

interface GridProps {
  readonly shard: ShardState;
  readonly name: string;
}

/** The rows of a shard: virtual, one tab stop, cells there or pending. */
export function Grid({ shard, name }: GridProps): ReactElement {
  const session = useSession();
  const { store } = session;
  const [driver] = useState(() => new GridDriver(session));
  const gridRef = useRef<HTMLDivElement>(null);
  const { position, fit, frame: placed } = useSyncExternalStore(driver.subscribe, driver.view);
  const columns = useColumns(shard);
  const frame = useFrame(session, driver, columns);
  const configuration = useMemo(() => configure(columns, session), [columns, session]);
  const selection = useNearSelection(session);

  useLayoutEffect(() => (gridRef.current === null ? undefined : driver.mount(gridRef.current)), [driver]);
  useLayoutEffect(() => driver.attach(frame), [driver, frame]);
  useLayoutEffect(() => driver.grow(shard.rows, shard.rowsComplete), [driver, shard.rows, shard.rowsComplete, frame]);
  useEffect(() => frame.tellRows(), [frame]);
  useMoves(session, driver);
  useCopying(session, gridRef);
  useEffect(() => {
    if (gridRef.current !== null) describeHeaders(gridRef.current, columns.map((column) => column.type), strings.grid(name));
  }, [columns, name]);

  const renderCell = useCallback(
    ({ cell, col, row }: { cell?: { value?: unknown }; col: number; row?: number }) => {
      const column = frame.columns[col];
      if (cell === undefined || row === undefined || column === undefined) return undefined;
      return <CellContent cell={cell.value as GridCell} row={row} column={column.index} />;
    },
    [frame],
  );
  return (
    <div
      ref={gridRef}
      className="grid-host"
      data-vscode-context={CELL_MENU}
      onContextMenuCapture={(event) => onGridMenu(event, driver)}
      onKeyDownCapture={(event) => onGridKey(event, session, driver)}
      onClickCapture={(event) => onGridClick(event, session, driver)}
      onDoubleClick={(event) => {
        if (event.target instanceof Element && event.target.closest('tbody td') !== null) runCommand(session, 'showRow');
      }}
    >
      <HighTable
        data={frame}
        className="grid"
        styled={false}
        cacheKey={WIDTHS_CACHE_KEY}
        cellPosition={placed === frame ? position : CORNER}
        onCellPositionChange={driver.onPosition}
        columnConfiguration={configuration}
        columnsVisibility={NONE_HIDDEN}
        selection={selection}
        onSelectionChange={ignore}
        numRowsPerPage={Math.max(1, fit - 1)}
        maxRowNumber={Math.max(shard.rows, 100_000)}
        overscan={0}
        padding={PADDING_ROWS}
        renderCellContent={renderCell}
        stringify={noText}
        onError={(error) => announceFailure(store, error)}
      />
    </div>
  );
}

/** Hidden columns are left out of the frame: hightable mixes up widths where it hides them itself. */
const NONE_HIDDEN = {};

/** Selecting is ours (keys.ts); without a listener hightable says that row numbers are disabled. */
const ignore = (): void => undefined;

/** hightable would make tooltips and clipboard text of it; both are ours. */
const noText = (): undefined => undefined;

/** The visible columns, the same array until one of them changes. */
function useColumns(shard: ShardState): readonly Column[] {
  const { store } = useSession();
  const hidden = useStore(store, (state) => state.view.hidden);
  const columns = visibleColumns(shard, { hidden });
  const key = JSON.stringify(columns);
  const [kept, keep] = useState({ key, columns });
  if (kept.key === key) return kept.columns;
  keep({ key, columns });
  return columns;
}

/** One frame for one set of columns; types and rows may change within it. */
function useFrame(session: Session, driver: GridDriver, columns: readonly Column[]): ReturnType<typeof shardFrame> {
  const key = columns.map((column) => column.index).join();
  const make = (): ReturnType<typeof shardFrame> => shardFrame(columns, session.cache, session.store.state.shard?.rows ?? 0, driver.onRows);
  const [kept, keep] = useState(() => ({ key, frame: make() }));
  const current = kept.key === key ? kept : { key, frame: make() };
  if (current !== kept) keep(current);
  useEffect(() => session.cache.subscribe(current.frame.redraw), [session, current.frame]);
  return current.frame;
}

function useNearSelection({ store }: Session): ReturnType<typeof selectionNear> {
  const selection = useStore(store, (state) => state.selection);
  const step = useStore(store, (state) => (state.selection === null ? 0 : Math.floor(state.view.topRow / SELECTION_STEP)));
  return useMemo(() => selectionNear(selection, step * SELECTION_STEP, 2 * SELECTION_STEP), [selection, step]);
}

function useMoves({ store }: Session, driver: GridDriver): void {
  useEffect(
    () =>
      store.subscribe((state, before) => {
        if (state.move !== null && state.move !== before.move) driver.move(state.move.value);
      }),
    [store, driver],
  );
}

function useCopying(session: Session, gridRef: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const listener = (event: ClipboardEvent): void => {
      if (gridRef.current !== null) onCopy(event, gridRef.current, session);
    };
    // Before React and hightable, which would copy the line that is drawn.
    document.addEventListener('copy', listener, { capture: true });
    return () => document.removeEventListener('copy', listener, { capture: true });
  }, [session, gridRef]);
}

function configure(columns: readonly Column[], session: Session): ColumnConfiguration {
  const names = uniqueNames(columns);
  const one = (column: Column): ColumnConfiguration[string] => ({
    headerComponent: <ColumnTitle column={column} />,
    className: alignsRight(column.kind) ? 'right' : '',
    menuGroups: [
      {
        title: strings.columnMenu,
        items: [
          { label: strings.hideColumn, onClick: () => hideColumn(session, column.name) },
          { label: strings.showAllColumns, onClick: () => runCommand(session, 'showAllColumns') },
          { label: strings.copyName, onClick: () => void copyText(session, column.name, strings.copied.name) },
        ],
      },
    ],
  });
  return Object.fromEntries(columns.map((column, i) => [names[i] ?? column.name, one(column)]));
}
