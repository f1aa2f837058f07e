import HighTable from 'hightable';
import 'hightable/src/HighTable.css';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore, type ComponentProps, type ReactElement } from 'react';
import type { Column, ShardState } from '../../../extension/protocol/shards.ts';
import { strings } from '../../strings.ts';
import { EditedCell, editCell } from '../edit-cell.tsx';
import '../editing/value-form.css';
import { NoRows } from '../filters/no-rows.tsx';
import { usePictureColumns } from '../pictures/use-picture-columns.ts';
import { announceFailure, useSession, type Session } from '../session.ts';
import { rowsComplete, shownRows, visibleColumns } from '../state.ts';
import { useStore } from '../store.ts';
import { CellContent } from './cell.tsx';
import { CELL_MENU, describeHeaders } from './dom.ts';
import { CORNER, GridDriver } from './driver.ts';
import { shardFrame, type ShardFrame } from './frame.ts';
import './grid.css';
import { useColumnConfiguration } from './column-configuration.tsx';
import { useColumnDrag } from './column-drag.tsx';
import { onCopy, onGridClick, onGridKey, onGridMenu } from './keys.ts';
import type { GridCell } from './page-cache.ts';
import { rowRanges, selectionNear } from './selection.ts';
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
  const configuration = useColumnConfiguration(columns);
  const selection = useNearSelection(session);
  const rows = useStore(store, shownRows);
  const complete = useStore(store, rowsComplete);
  const stale = useStore(store, (state) => state.query.asking !== null);
  const charts = useStore(store, (state) => state.view.charts);
  const drag = useColumnDrag(gridRef, columns);
  const renderCell = useRenderCell(frame, usePictureColumns(shard.columns));

  useDriving(session, driver, gridRef, frame);
  useMoves(session, driver);
  useCopying(session, gridRef);
  const sort = useStore(store, (state) => state.view.query.sort);
  const { sideCars } = shard;
  useEffect(() => {
    if (gridRef.current !== null) describeHeaders(gridRef.current, columns, { sort, caption: strings.grid(name), shard: sideCars === undefined ? {} : { sideCars } });
  }, [columns, sort, name, sideCars]);

  return (
    <div
      ref={gridRef}
      className={`grid-host${charts ? ' with-charts' : ''}${stale ? ' stale' : ''}`}
      aria-busy={stale}
      data-vscode-context={CELL_MENU}
      onContextMenuCapture={(event) => onGridMenu(event, driver)}
      onKeyDownCapture={(event) => onGridKey(event, session, driver)}
      onClickCapture={(event) => onGridClick(event, session, driver)}
      onPointerDown={drag.onPointerDown}
      onDoubleClick={(event) => {
        if (event.target instanceof Element && event.target.closest('tbody td') !== null) void editCell(session, false);
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
      {rows === 0 && <NoRows shard={shard} complete={complete} />}
      {drag.indicator}
      <EditedCell gridRef={gridRef} />
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
  const order = useStore(store, (state) => state.view.order);
  const columns = visibleColumns(shard, { hidden, order });
  const key = JSON.stringify(columns);
  const [kept, keep] = useState({ key, columns });
  if (kept.key === key) return kept.columns;
  keep({ key, columns });
  return columns;
}

/** One frame for one set of columns; types and rows may change within it. */
function useFrame(session: Session, driver: GridDriver, columns: readonly Column[]): ShardFrame {
  const key = columns.map((column) => column.index).join();
  const make = (): ShardFrame => shardFrame(columns, session.pages, shownRows(session.store.state), driver.onRows);
  const [kept, keep] = useState(() => ({ key, frame: make() }));
  const current = kept.key === key ? kept : { key, frame: make() };
  if (current !== kept) keep(current);
  useEffect(() => session.pages.subscribe(current.frame.redraw), [session, current.frame]);
  return current.frame;
}

/** The selected rows near the screen by their numbers in the table, which is what hightable knows rows by. */
function useNearSelection({ store, pages }: Session): ReturnType<typeof selectionNear> {
  const selection = useStore(store, (state) => state.selection);
  const step = useStore(store, (state) => (state.selection === null ? 0 : Math.floor(state.view.topRow / SELECTION_STEP)));
  const [loaded, load] = useState(0);
  const scattered = selection !== null && pages.current.result !== null;
  useEffect(() => (scattered ? pages.subscribe(() => load((count) => count + 1)) : undefined), [pages, scattered]);
  return useMemo(() => {
    const near = selectionNear(selection, step * SELECTION_STEP, 2 * SELECTION_STEP);
    return scattered && loaded >= 0 ? { ranges: near.ranges.flatMap((range) => rowRanges(range, (position) => pages.rowNumber(position))) } : near;
  }, [selection, step, scattered, loaded, pages]);
}

type RenderCell = NonNullable<ComponentProps<typeof HighTable>['renderCellContent']>;

function useRenderCell(frame: ShardFrame, pictures: ReadonlySet<number>): RenderCell {
  return useCallback(
    ({ cell, col, row }) => {
      const column = frame.columns[col];
      if (cell === undefined || row === undefined || column === undefined) return undefined;
      return <CellContent cell={cell.value as GridCell} row={row} column={column.index} pictures={pictures.has(column.index)} />;
    },
    [frame, pictures],
  );
}

/** Tells the driver what happened to the grid: frames, rows and measures. */
function useDriving({ store }: Session, driver: GridDriver, gridRef: { readonly current: HTMLElement | null }, frame: ShardFrame): void {
  const rows = useStore(store, shownRows);
  const complete = useStore(store, rowsComplete);
  const shown = useStore(store, (state) => state.query.shownCount);
  const charts = useStore(store, (state) => state.view.charts);
  useLayoutEffect(() => (gridRef.current === null ? undefined : driver.mount(gridRef.current)), [driver, gridRef]);
  useLayoutEffect(() => driver.attach(frame), [driver, frame]);
  useLayoutEffect(() => {
    if (shown > 0) driver.replace();
  }, [driver, shown]);
  useLayoutEffect(() => driver.grow(rows, complete), [driver, rows, complete, frame]);
  useLayoutEffect(() => {
    driver.measure();
    driver.showColumns();
  }, [driver, charts]);
  useEffect(() => frame.tellRows(), [frame]);
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
