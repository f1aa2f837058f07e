import { useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactElement } from 'react';
import type { ShardState } from '../../../extension/protocol/shards.ts';
import { strings } from '../../strings.ts';
import { runCommand } from '../commands.ts';
import { NoRows } from '../filters/no-rows.tsx';
import { CELL_MENU } from '../grid/dom.ts';
import { onCopy } from '../grid/keys.ts';
import { usePictureColumns } from '../pictures/use-picture-columns.ts';
import { useSession, type Session } from '../session.ts';
import { INITIAL_GALLERY, rowsComplete, shownRows } from '../state.ts';
import { useScores } from '../statistics/use-statistics.ts';
import { useStore } from '../store.ts';
import { captionColumn, insideColumns, scoreColumns } from './choices.ts';
import { GalleryDriver, type GalleryView } from './driver.ts';
import { GalleryBar } from './gallery-bar.tsx';
import { thumbnailHeight } from './layout.ts';
import { NoPictures } from './no-pictures.tsx';
import { onGalleryClick, onGalleryKey, onGalleryMenu } from './on-input.ts';
import { Pager } from './pager.ts';
import { columnsThatTell, columnsWithPictures, sourceColumns } from './pictures-of-row.ts';
import { Tile, tileId, type TileSettings } from './tile.tsx';

interface GalleryProps {
  readonly shard: ShardState;
  readonly name: string;
}

/** The rows of a shard as pictures: virtual, one tab stop, each with its words under it. */
export function Gallery({ shard, name }: GalleryProps): ReactElement {
  const settings = useSettings(shard);
  return (
    <div className="gallery">
      <GalleryBar shard={shard} settings={settings} />
      {settings.sources.length === 0 ? <NoPictures shard={shard} /> : <Tiles shard={shard} name={name} settings={settings} />}
    </div>
  );
}

/** What the user chose, and else what the columns suggest. */
function useSettings({ columns }: ShardState): TileSettings {
  const { store, inside } = useSession();
  const choice = useStore(store, (state) => state.view.gallery) ?? INITIAL_GALLERY;
  const scores = useScores();
  const pictures = usePictureColumns(columns);
  const [pager] = useState(() => new Pager());
  return useMemo(() => {
    const sources = sourceColumns(columns, pictures, choice.picture);
    const deeper = insideColumns(columns, scores, (path) => inside.column(path));
    return {
      sources,
      inside: deeper,
      caption: captionColumn(columns, choice, scores, pictures, deeper.texts),
      scores: scoreColumns(columns, choice, scores, deeper),
      thumbnailHeight: thumbnailHeight(choice.size),
      pager,
    };
  }, [columns, choice, scores, pictures, pager, inside]);
}

function Tiles({ shard, name, settings }: GalleryProps & { readonly settings: TileSettings }): ReactElement {
  const session = useSession();
  const { store } = session;
  const [driver] = useState(() => new GalleryDriver(session));
  const scroller = useRef<HTMLDivElement>(null);
  const view = useSyncExternalStore(driver.subscribe, driver.view);
  const rows = useStore(store, shownRows);
  const complete = useStore(store, rowsComplete);
  const stale = useStore(store, (state) => state.query.asking !== null);
  const focus = useStore(store, (state) => state.view.focus?.row);
  useDriving(session, driver, scroller, settings);
  useCopying(session, scroller);
  const { columns } = view.layout;
  const drawn = focus !== undefined && Math.floor(focus / columns) >= view.first && Math.floor(focus / columns) < view.last && focus < rows;
  return (
    <div
      ref={scroller}
      className={`gallery-scroller${stale ? ' stale' : ''}`}
      role="grid"
      tabIndex={0}
      aria-label={strings.gallery.label(name)}
      aria-busy={stale}
      aria-multiselectable
      aria-rowcount={view.layout.lines}
      aria-colcount={columns}
      aria-activedescendant={drawn ? tileId(focus) : undefined}
      data-vscode-context={CELL_MENU}
      onKeyDown={(event) => onGalleryKey(event, session, driver, settings)}
      onClick={(event) => onGalleryClick(event, session)}
      onContextMenuCapture={(event) => onGalleryMenu(event, session)}
      onDoubleClick={(event) => {
        if (event.target instanceof Element && event.target.closest('.tile') !== null) runCommand(session, 'showRow');
      }}
    >
      <div className="gallery-canvas" role="presentation" style={{ height: view.layout.canvas }}>
        <Lines view={view} rows={rows} settings={settings} />
      </div>
      {rows === 0 && <NoRows shard={shard} complete={complete} />}
    </div>
  );
}

function Lines({ view, rows, settings }: { readonly view: GalleryView; readonly rows: number; readonly settings: TileSettings }): ReactElement[] {
  const { layout, first, last, base } = view;
  const { columns, lineHeight, tileWidth, pictureHeight } = layout;
  return Array.from({ length: Math.max(0, last - first) }, (_, i) => {
    const line = first + i;
    const start = line * columns;
    const count = Math.max(0, Math.min(columns, rows - start));
    const style = { transform: `translateY(${line * lineHeight + base}px)`, '--tile-width': `${tileWidth}px`, '--tile-picture': `${pictureHeight}px` };
    return (
      <div key={line} role="row" aria-rowindex={line + 1} className="gallery-line" style={style}>
        {Array.from({ length: count }, (_, column) => (
          <Tile key={column} position={start + column} column={column} settings={settings} />
        ))}
      </div>
    );
  });
}

type Scroller = { readonly current: HTMLElement | null };

/** Tells the driver what happened: sizes, rows, cells, and where somebody else wants it to go. */
function useDriving(session: Session, driver: GalleryDriver, scroller: Scroller, settings: TileSettings): void {
  const { store, pages, thumbnails } = session;
  const size = useStore(store, (state) => state.view.gallery?.size) ?? INITIAL_GALLERY.size;
  const rows = useStore(store, shownRows);
  const complete = useStore(store, rowsComplete);
  const shown = useStore(store, (state) => state.query.shownCount);
  const { sources, caption, scores, thumbnailHeight: height } = settings;
  useLayoutEffect(() => {
    const columns = [...columnsThatTell(sources), ...(caption === undefined ? [] : [caption]), ...scores].map(({ index }) => index);
    driver.shape({ size, caption: caption !== undefined, scores: scores.length, columns: [...new Set(columns)] }, (position) => {
      const row = pages.rowNumber(position);
      const [column] = columnsWithPictures(sources, (index) => pages.cell(position, index)) ?? [];
      if (row === undefined || column === undefined) return [];
      return [{ row, column, place: { position, result: pages.current.result }, detail: { path: [], height } }];
    });
  }, [driver, pages, size, sources, caption, scores, height]);
  useLayoutEffect(() => (scroller.current === null ? undefined : driver.mount(scroller.current)), [driver, scroller]);
  useLayoutEffect(() => driver.grow(), [driver, rows, complete]);
  useLayoutEffect(() => {
    if (shown > 0) driver.replace();
  }, [driver, shown]);
  useEffect(() => pages.subscribe(() => driver.prepare()), [driver, pages]);
  useEffect(() => {
    const { focus } = store.state.view;
    const name = sources[0]?.name;
    if (focus === undefined && name !== undefined && rows > 0) store.dispatch({ type: 'focus', row: 0, column: name });
  }, [store, sources, rows]);
  useEffect(
    () =>
      store.subscribe((state, before) => {
        if (state.move === null || state.move === before.move) return;
        const { row, takeFocus, column } = state.move.value;
        const to = Math.max(0, Math.min(row, shownRows(state) - 1));
        store.dispatch({ type: 'focus', row: to, column: column ?? state.view.focus?.column ?? sources[0]?.name ?? '' });
        driver.show(to);
        if (takeFocus) scroller.current?.focus({ preventScroll: true });
      }),
    [store, driver, scroller, sources, thumbnails],
  );
}

function useCopying(session: Session, scroller: Scroller): void {
  useEffect(() => {
    const listener = (event: ClipboardEvent): void => {
      if (scroller.current !== null) onCopy(event, scroller.current, session);
    };
    document.addEventListener('copy', listener, { capture: true });
    return () => document.removeEventListener('copy', listener, { capture: true });
  }, [session, scroller]);
}
