import { useState, type ReactElement } from 'react';
import type { MetadataTable, ShardMetadata, ShardState } from '../../../extension/protocol/shards.ts';
import { IconButton } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { copyText } from '../commands.ts';
import { useSession } from '../session.ts';
import { PanelError, PanelPending } from './pending.tsx';
import { prettyJson } from './pretty-json.ts';
import { PanelHeader } from './side-panel.tsx';
import { useMetadata } from './use-metadata.ts';

/** Rows of a table, and keys, drawn at first, and how many more each time. */
const STEP = 100;

/** Text up to this long is shown at once. */
const SHORT = 120;

/** What the file says of itself: properties, key-value metadata, row groups, members. */
export function MetadataView({ shard }: { readonly shard: ShardState }): ReactElement {
  const answer = useMetadata(shard);
  return (
    <>
      <PanelHeader title={strings.metadata} />
      {answer.error !== null && <PanelError error={answer.error} />}
      {answer.error === null && answer.value === null && <PanelPending />}
      {answer.value !== null && <Metadata metadata={answer.value} />}
    </>
  );
}

function Metadata({ metadata }: { readonly metadata: ShardMetadata }): ReactElement {
  return (
    <div className="panel-body">
      <section className="panel-section" aria-label={strings.properties}>
        <h3>{strings.properties}</h3>
        <dl className="facts">
          {metadata.properties.map(([label, text], i) => (
            <div key={i}>
              <dt>{label}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </section>
      {metadata.keyValues.length > 0 && <KeyValues keyValues={metadata.keyValues} />}
      {metadata.tables.map((table, i) => (
        <Table key={i} table={table} />
      ))}
    </div>
  );
}

function KeyValues({ keyValues }: { readonly keyValues: ShardMetadata['keyValues'] }): ReactElement {
  const [shown, show] = useState(STEP);
  return (
    <section className="panel-section" aria-label={strings.keyValues}>
      <h3>{strings.keyValues}</h3>
      <dl className="facts key-values">
        {keyValues.slice(0, shown).map(([key, text], i) => (
          <div key={i}>
            <dt>{key}</dt>
            <dd>
              <LongText text={text} />
            </dd>
          </div>
        ))}
      </dl>
      <More shown={shown} all={keyValues.length} onMore={() => show(shown + STEP)} />
    </section>
  );
}

function LongText({ text }: { readonly text: string }): ReactElement {
  const session = useSession();
  const [open, setOpen] = useState(false);
  if (text.length <= SHORT && !text.includes('\n')) return <>{text}</>;
  return (
    <span className="expandable">
      <span className="expandable-buttons">
        <button type="button" className="link" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? strings.collapse : strings.expand}
        </button>
        <span className="hint">{strings.characters(text.length)}</span>
        <IconButton icon="copy" label={strings.copy} onClick={() => void copyText(session, text, strings.copied.value)} />
      </span>
      {open ? <span className="long-text">{prettyJson(text)}</span> : <span className="one-line">{text.slice(0, SHORT)}…</span>}
    </span>
  );
}

function Table({ table }: { readonly table: MetadataTable }): ReactElement {
  const [shown, show] = useState(STEP);
  return (
    <section className="panel-section" aria-label={table.title}>
      <h3>
        {table.title} <span className="count">{strings.tableCount(Math.min(shown, table.rows.length), table.total)}</span>
      </h3>
      <div className="table-scroll">
        <table className="facts-table">
          <thead>
            <tr>
              {table.columns.map((column, i) => (
                <th key={i} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.slice(0, shown).map((row, i) => (
              <tr key={i}>
                {row.map((cell, j) => (
                  <td key={j} title={cell}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <More shown={shown} all={table.rows.length} onMore={() => show(shown + STEP)} />
    </section>
  );
}

function More({ shown, all, onMore }: { readonly shown: number; readonly all: number; readonly onMore: () => void }): ReactElement | null {
  if (shown >= all) return null;
  return (
    <button type="button" className="link more" onClick={onMore}>
      {strings.more(Math.min(STEP, all - shown))}
    </button>
  );
}
