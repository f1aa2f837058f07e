import type { ReactElement } from 'react';
import type { CopyFormat, ExportFormat, SqlResult } from '../../../extension/protocol/queries.ts';
import { Toolbar } from '../../controls/toolbar.tsx';
import { IconButton } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { announceFailure, useSession } from '../session.ts';

const COPIES: readonly CopyFormat[] = ['csv', 'markdown', 'json'];
const EXPORTS: readonly ExportFormat[] = ['parquet', 'jsonl', 'csv'];

/** What can be done with a result whole. */
export function ResultActions({ result: { sqlResult, rows } }: { readonly result: SqlResult }): ReactElement {
  const { host, store } = useSession();
  const { formats } = strings.sql;
  /** Says what came of it; null where the user thought better of it. */
  const tell = (doing: Promise<string | null>): void => {
    doing.then(
      (text) => {
        if (text !== null) store.dispatch({ type: 'announce', text });
      },
      (error: unknown) => announceFailure(store, error),
    );
  };
  const copy = (format: CopyFormat): Promise<string> => host.request('view/sqlCopy', { sqlResult, format }).then(({ length }) => strings.sql.copied(rows, length));
  const write = (format: ExportFormat): Promise<string | null> =>
    host.request('view/sqlExport', { sqlResult, format }).then((written) => (written === null ? null : strings.sql.exported(written.rows, written.path)));
  const open = (): Promise<string> => host.request('view/sqlOpen', { sqlResult }).then(() => strings.sql.opened);
  return (
    <Toolbar label={strings.sql.actions} className="sql-actions">
      <span className="hint">{strings.sql.copy}</span>
      {COPIES.map((format) => (
        <IconButton key={format} icon="copy" label={strings.sql.copyAs(formats[format])} text={formats[format]} onClick={() => tell(copy(format))} />
      ))}
      <span className="toolbar-line" role="presentation" />
      <span className="hint">{strings.sql.exportTo}</span>
      {EXPORTS.map((format) => (
        <IconButton key={format} icon="metadata" label={strings.sql.exportAs(formats[format])} text={formats[format]} onClick={() => tell(write(format))} />
      ))}
      <span className="toolbar-line" role="presentation" />
      <IconButton icon="editor" label={strings.sql.openAsTable} text={strings.sql.openAsTable} onClick={() => tell(open())} />
    </Toolbar>
  );
}
