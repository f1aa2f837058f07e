import { useState, type ReactElement } from 'react';
import type { EditPlace, ListedEdit } from '../../../extension/protocol/bulk.ts';
import type { ShardState } from '../../../extension/protocol/shards.ts';
import { Checkbox, IconButton } from '../../controls/toolkit.tsx';
import { Empty } from '../empty.tsx';
import { PanelError, PanelPending } from '../panel/pending.tsx';
import { PanelHeader } from '../panel/side-panel.tsx';
import { useRequest } from '../panel/use-request.ts';
import { announceFailure, useSession } from '../session.ts';
import { useStore } from '../store.ts';
import { ChangedValue } from './changed-value.tsx';
import { showEditedRows, showsEdited } from './edit-command.ts';
import { words } from './words.ts';

/** Edited rows that are listed at first, and with each wish for more. */
const STEP = 200;

/** Edits that are not saved, old and new; each leads to its row and can be taken back. */
export function EditsView({ shard }: { readonly shard: ShardState }): ReactElement {
  const session = useSession();
  const { host, store } = session;
  const [end, setEnd] = useState(STEP);
  const only = useStore(store, () => showsEdited(session));
  const { value, error } = useRequest(`edits ${end}`, 0, (signal) => host.request('view/edits', { start: 0, end }, signal));
  const isEmpty = value !== null && value.edits.length === 0;
  return (
    <>
      <PanelHeader title={words.editsTitle} />
      {error !== null && <PanelError error={error} />}
      {value === null && error === null && <PanelPending />}
      {isEmpty && <Empty icon="edit" title={words.noEdits} />}
      {value !== null && (
        <div className="panel-body edit-panel">
          {!isEmpty && <p role="status">{words.summary(value.cells, value.rows, value.dropped, value.columns)}</p>}
          {(!isEmpty || only) && (
            <Checkbox checked={only} onChange={(checked) => showEditedRows(session, checked)}>
              {words.onlyEdited}
            </Checkbox>
          )}
          <ul className="edit-list" aria-label={words.editsTitle}>
            {value.edits.map((edit) => (
              <Edit key={JSON.stringify(placeOf(edit))} edit={edit} shard={shard} />
            ))}
          </ul>
          {value.rows > end && (
            <button type="button" className="link" onClick={() => setEnd(end + STEP)}>
              {words.more(Math.min(STEP, value.rows - end))}
            </button>
          )}
        </div>
      )}
    </>
  );
}

function Edit({ edit, shard }: { readonly edit: ListedEdit; readonly shard: ShardState }): ReactElement {
  const { host, store, seeker } = useSession();
  const name = edit.kind === 'cell' ? edit.path.join('.') : edit.kind === 'column' ? edit.name : '';
  const place = [...(edit.kind === 'column' ? [] : [words.row(edit.row)]), ...(name === '' ? [] : [name])].join(', ');
  const go = (): void => {
    const column = shard.columns.find((one) => one.name === name) ?? shard.columns.find((one) => edit.kind === 'cell' && one.name === edit.path[0]);
    if (edit.kind === 'column') store.dispatch({ type: 'focus', row: store.state.view.focus?.row ?? 0, column: name });
    else void seeker.go({ row: edit.row, ...(column === undefined ? {} : { column: column.name }) });
  };
  const revert = (): void => {
    host.request('view/takeBack', placeOf(edit)).then(
      () => store.dispatch({ type: 'announce', text: words.reverted(place) }),
      (error: unknown) => announceFailure(store, error),
    );
  };
  return (
    <li>
      <span className="edit-head">
        <button type="button" className="link" onClick={go}>
          {place}
        </button>
        {edit.kind === 'row' && <i>{words.droppedRow}</i>}
        {edit.kind === 'column' && <i>{words.addedColumn(edit.type)}</i>}
        <span className="filler" />
        <IconButton icon="undo" label={words.revert(place)} onClick={revert} />
      </span>
      {edit.kind === 'cell' && <ChangedValue old={edit.old} now={edit.new} />}
    </li>
  );
}

function placeOf(edit: ListedEdit): EditPlace {
  switch (edit.kind) {
    case 'cell':
      return { kind: 'cell', row: edit.row, path: edit.path };
    case 'row':
      return { kind: 'row', row: edit.row };
    case 'column':
      return { kind: 'column', name: edit.name };
  }
}
