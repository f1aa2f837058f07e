import { lazy, Suspense, useEffect, useRef, type ReactElement, type ReactNode } from 'react';
import type { ShardState } from '../../../extension/protocol/shards.ts';
import { IconButton } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import '../compare/compare.css';
import '../editing/edit-panel.css';
import { useSession } from '../session.ts';
import type { Panel } from '../state.ts';
import { StatisticsView } from '../statistics/statistics-view.tsx';
import { useStore } from '../store.ts';
import { Inspector } from './inspector.tsx';
import { PanelPending } from './pending.tsx';
import { MetadataView } from './metadata.tsx';
import './panel.css';
import { SchemaView } from './schema.tsx';
import { SqlConsole } from '../sql/console.tsx';

const CompareView = lazy(async () => ({ default: (await import('../later.ts')).CompareView }));
const EditPanel = lazy(async () => ({ default: (await import('../later.ts')).EditPanel }));

interface SidePanelProps {
  readonly shard: ShardState;
  readonly panel: Panel;
}

/** The view beside the grid. Escape leads back to the grid. */
export function SidePanel({ shard, panel }: SidePanelProps): ReactElement {
  const { store } = useSession();
  const side = useRef<HTMLDivElement>(null);
  const ask = useStore(store, (state) => (state.ask?.value === 'panel' ? state.ask.token : 0));
  useEffect(() => {
    if (ask > 0 && side.current !== null) focusTree(side.current);
  }, [ask]);
  return (
    <div
      ref={side}
      className="panel"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        const row = store.state.view.focus?.row;
        if (row !== undefined) store.dispatch({ type: 'move', move: { row, takeFocus: true } });
      }}
    >
      {panel === 'row' && <Inspector shard={shard} />}
      {panel === 'schema' && <SchemaView shard={shard} />}
      {panel === 'metadata' && <MetadataView shard={shard} />}
      {panel === 'statistics' && <StatisticsView shard={shard} />}
      {panel === 'compare' && (
        <Suspense fallback={<PanelPending />}>
          <CompareView shard={shard} />
        </Suspense>
      )}
      {panel === 'sql' && <SqlConsole shard={shard} />}
      {(panel === 'edits' || panel === 'replace' || panel === 'set' || panel === 'paste') && (
        <Suspense fallback={<PanelPending />}>
          <EditPanel key={panel} shard={shard} panel={panel} />
        </Suspense>
      )}
    </div>
  );
}

/** The keyboard goes to the tree or the text of a side view, or waits on the view for the tree to come. */
export function focusTree(panel: HTMLElement): void {
  (panel.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"], textarea') ?? panel).focus();
}

/** The title line of a side view. */
export function PanelHeader({ title, detail, children }: { readonly title: string; readonly detail?: string; readonly children?: ReactNode }): ReactElement {
  const { store } = useSession();
  return (
    <header className="panel-header">
      <h2>{title}</h2>
      {detail !== undefined && (
        <span className="panel-detail" title={detail}>
          {detail}
        </span>
      )}
      <span className="filler" />
      {children}
      <IconButton icon="close" label={strings.close} onClick={() => store.dispatch({ type: 'panel', panel: 'none' })} />
    </header>
  );
}
