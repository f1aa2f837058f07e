import { lazy, Suspense, useEffect, useState, type ReactElement } from 'react';
import type { ShardState } from '../../extension/protocol/shards.ts';
import { Splitter } from '../controls/splitter.tsx';
import { Button, loadControls } from '../controls/toolkit.tsx';
import { strings } from '../strings.ts';
import { runCommand } from './commands.ts';
import { Empty, Failed, Working } from './empty.tsx';
import { FilterBar } from './filters/filter-bar.tsx';
import './gallery/gallery.css';
import { Grid } from './grid/grid.tsx';
import { usePageKeys } from './page-keys.ts';
import { Notices } from './notices.tsx';
import { SidePanel } from './panel/side-panel.tsx';
import { PicturesBar } from './pictures/allow.tsx';
import { useSession } from './session.ts';
import { MAX_GRID_COLUMNS, MAX_PANEL_SHARE, MIN_PANEL_SHARE, shownColumns } from './state.ts';
import { useStore } from './store.ts';
import { ShardToolbar } from './toolbar.tsx';
import { Opening, WaitBar } from './waiting.tsx';

/** Loaded when it is first shown: the grid comes first. */
const Gallery = lazy(async () => ({ default: (await import('./later.ts')).Gallery }));

/** How long an announcement stays, in milliseconds. */
const ANNOUNCEMENT_TIME = 4_000;

/** The page of one shard. */
export function App(): ReactElement {
  const session = useSession();
  const { store } = session;
  const state = useStore(store, (current) => current.document);
  const shard = useStore(store, (current) => current.shard);
  usePageKeys();
  useControls();
  return (
    <main className="page">
      {state.status === 'failed' && <Failed name={state.name} error={state.error} />}
      {state.status === 'opening' && shard === null && <Opening document={state} />}
      {state.status !== 'failed' && shard !== null && <WaitBar name={state.name} wait={state.wait} />}
      {state.status !== 'failed' && shard !== null && <OpenShard shard={shard} name={state.name} />}
      <LiveRegion />
    </main>
  );
}

function OpenShard({ shard, name }: { readonly shard: ShardState; readonly name: string }): ReactElement {
  const { store } = useSession();
  const panel = useStore(store, (state) => state.view.panel);
  const share = useStore(store, (state) => state.view.panelShare);
  const hidden = useStore(store, (state) => state.view.hidden);
  const shown = shownColumns(shard, { hidden }).length;
  const capped = shown > MAX_GRID_COLUMNS;
  const cap = { severity: 'info', message: strings.columnsCapped(MAX_GRID_COLUMNS, shard.columns.length) } as const;
  return (
    <>
      <ShardToolbar shard={shard} />
      <Notices notices={capped ? [...shard.notices, cap] : shard.notices} />
      <PicturesBar />
      {shard.columns.length > 0 && shard.rows > 0 && <FilterBar shard={shard} />}
      <div className="split">
        <div className="split-main">{nothingToDraw(shard, shown) ?? <Rows shard={shard} name={name} />}</div>
        {panel !== 'none' && (
          <>
            <Splitter
              label={strings.splitter}
              share={share}
              min={MIN_PANEL_SHARE}
              max={MAX_PANEL_SHARE}
              onChange={(next) => store.dispatch({ type: 'panelShare', share: next })}
            />
            <aside className="split-side" style={{ flexBasis: `${share * 100}%` }}>
              <SidePanel shard={shard} panel={panel} />
            </aside>
          </>
        )}
      </div>
    </>
  );
}

/** The grid or the gallery; after a reload with a filter not before its rows are there, for places in it mean nothing else. */
function Rows({ shard, name }: { readonly shard: ShardState; readonly name: string }): ReactElement {
  const { store } = useSession();
  const restoring = useStore(store, (state) => state.query.restoring);
  const gallery = useStore(store, (state) => state.view.layout === 'gallery');
  if (restoring) return <Working text={strings.filters.filtering} />;
  if (!gallery) return <Grid shard={shard} name={name} />;
  return (
    <Suspense fallback={<Working text={strings.loading} />}>
      <Gallery shard={shard} name={name} />
    </Suspense>
  );
}

function nothingToDraw(shard: ShardState, shown: number): ReactElement | null {
  if (shard.columns.length === 0 && shard.rows > 0) {
    return (
      <Empty icon="columns" title={strings.noColumns}>
        <p>{strings.noColumnsDetail(shard.rows)}</p>
      </Empty>
    );
  }
  if (shard.rows === 0) {
    return (
      <Empty icon="row" title={shard.rowsComplete ? strings.noRows : strings.noRowsYet}>
        <p>{shard.rowsComplete ? strings.noRowsDetail : strings.noRowsYetDetail}</p>
      </Empty>
    );
  }
  return shown === 0 ? <AllHidden /> : null;
}

function AllHidden(): ReactElement {
  const session = useSession();
  return (
    <Empty icon="columns" title={strings.allHidden}>
      <Button onClick={() => runCommand(session, 'showAllColumns')}>{strings.showAllColumns}</Button>
    </Empty>
  );
}

/** Loads the controls when the first frame is painted: rows come first. */
function useControls(): void {
  useEffect(() => {
    requestAnimationFrame(() => setTimeout(() => void loadControls()));
  }, []);
}

/** Says what happened, to the eye and to a screen reader, for a while. */
function LiveRegion(): ReactElement {
  const { store } = useSession();
  const announcement = useStore(store, (state) => state.announcement);
  const [gone, setGone] = useState(0);
  const token = announcement?.token ?? 0;
  useEffect(() => {
    const timer = setTimeout(() => setGone(token), ANNOUNCEMENT_TIME);
    return () => clearTimeout(timer);
  }, [token]);
  return (
    <div className="live-region" role="status" aria-live="polite">
      {announcement !== null && announcement.value !== '' && token > gone && <span key={token}>{announcement.value}</span>}
    </div>
  );
}
