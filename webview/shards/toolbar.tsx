import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import type { Progress, ShardState } from '../../extension/protocol/shards.ts';
import type { IconName } from '../controls/icons.tsx';
import { Toolbar } from '../controls/toolbar.tsx';
import { focusTextField, IconButton, ProgressRing, TextField, type TextFieldElement } from '../controls/toolkit.tsx';
import { strings } from '../strings.ts';
import { ColumnsMenu } from './columns-menu.tsx';
import { runCommand } from './commands.ts';
import { parseRowNumber } from './format.ts';
import { formatCount } from './numbers.ts';
import { percentDone, progressText } from './progress-text.ts';
import { useSession } from './session.ts';
import type { Panel } from './state.ts';
import { useStore } from './store.ts';

const PANELS: readonly { readonly panel: Panel; readonly label: string; readonly icon: IconName }[] = [
  { panel: 'row', label: strings.row, icon: 'row' },
  { panel: 'schema', label: strings.schema, icon: 'schema' },
  { panel: 'metadata', label: strings.metadata, icon: 'metadata' },
  { panel: 'statistics', label: strings.statistics.title, icon: 'statistics' },
  { panel: 'sql', label: strings.sql.title, icon: 'sql' },
];

/** The line above the grid: where to go, how much there is, what to show beside it. */
export function ShardToolbar({ shard }: { readonly shard: ShardState }): ReactElement {
  const session = useSession();
  const { store } = session;
  const open = useStore(store, (state) => state.view.panel);
  const gallery = useStore(store, (state) => state.view.layout === 'gallery');
  const charts = useStore(store, (state) => state.view.charts);
  const rows = shard.rowsComplete ? formatCount(shard.rows) : strings.rowsSoFar(shard.rows);
  return (
    <header className="shard-toolbar">
      <GoToRow shard={shard} rows={rows} />
      <span className="shard-size">{strings.size(rows, shard.columns.length)}</span>
      {shard.progress !== undefined && <IndexProgress {...shard.progress} />}
      <span className="filler" />
      <Toolbar label={strings.panels}>
        <ColumnsMenu shard={shard} />
        <IconButton
          icon="gallery"
          label={gallery ? strings.gallery.hide : strings.gallery.show}
          text={strings.gallery.title}
          pressed={gallery}
          onClick={() => store.dispatch({ type: 'toggleGallery' })}
        />
        <IconButton
          icon="charts"
          label={charts ? strings.statistics.hideCharts : strings.statistics.showCharts}
          pressed={charts}
          onClick={() => store.dispatch({ type: 'toggleCharts' })}
        />
        <IconButton icon="exportRows" label={strings.exportRows} onClick={() => runCommand(session, 'export')} />
        <span className="toolbar-line" role="presentation" />
        {PANELS.map(({ panel, label, icon }) => (
          <IconButton
            key={panel}
            icon={icon}
            label={label}
            text={label}
            pressed={open === panel}
            onClick={() => store.dispatch({ type: 'panel', panel: open === panel ? 'none' : panel })}
          />
        ))}
      </Toolbar>
    </header>
  );
}

function GoToRow({ shard, rows }: { readonly shard: ShardState; readonly rows: string }): ReactElement {
  const { store, seeker } = useSession();
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const field = useRef<TextFieldElement>(null);
  const ask = useStore(store, (state) => (state.ask?.value === 'goToRow' ? state.ask.token : 0));
  useEffect(() => {
    if (ask > 0) focusTextField(field.current);
  }, [ask]);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key === 'Escape') backToGrid();
    if (event.key !== 'Enter') return;
    const row = parseRowNumber(text, shard.rows);
    setWrong(row === null);
    if (row === null) store.dispatch({ type: 'announce', text: strings.noSuchRow(rows) });
    else void seeker.go({ row });
  };
  const backToGrid = (): void => {
    setWrong(false);
    const row = store.state.view.focus?.row ?? store.state.view.topRow;
    store.dispatch({ type: 'move', move: { row, takeFocus: true } });
  };
  return (
    <TextField
      ref={field}
      className="go-to-row"
      label={strings.goToRow}
      title={wrong ? strings.noSuchRow(rows) : strings.goToRowTitle(rows)}
      value={text}
      invalid={wrong}
      onChange={(next) => {
        setText(next);
        setWrong(false);
      }}
      onKeyDown={onKeyDown}
    />
  );
}

function IndexProgress(progress: Progress): ReactElement {
  return (
    <span className="index-progress" role="progressbar" aria-label={progress.label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percentDone(progress)}>
      <ProgressRing />
      {progressText(progress)}
    </span>
  );
}
