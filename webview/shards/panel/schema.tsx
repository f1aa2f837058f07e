import { useMemo, useState, type ReactElement } from 'react';
import type { SchemaNode, ShardState } from '../../../extension/protocol/shards.ts';
import { Tree } from '../../controls/tree.tsx';
import { strings } from '../../strings.ts';
import { Empty } from '../empty.tsx';
import { PanelError, PanelPending } from './pending.tsx';
import { schemaLines } from './schema-lines.ts';
import { PanelHeader } from './side-panel.tsx';
import { useMetadata } from './use-metadata.ts';

/** The schema as the file declares it. */
export function SchemaView({ shard }: { readonly shard: ShardState }): ReactElement {
  const answer = useMetadata(shard);
  return (
    <>
      <PanelHeader title={strings.schema} />
      {answer.error !== null && <PanelError error={answer.error} />}
      {answer.error === null && answer.value === null && <PanelPending />}
      {answer.value !== null && (
        <div className="panel-body">
          {answer.value.schema.length === 0 ? <Empty icon="schema" title={strings.noSchema} /> : <SchemaTree schema={answer.value.schema} />}
        </div>
      )}
    </>
  );
}

function SchemaTree({ schema }: { readonly schema: readonly SchemaNode[] }): ReactElement {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const lines = useMemo(() => schemaLines(schema, closed), [schema, closed]);
  const toggle = (id: string): void => {
    const next = new Set(closed);
    if (!next.delete(id)) next.add(id);
    setClosed(next);
  };
  return (
    <Tree label={strings.schema} className="schema" items={lines} onToggle={(line) => toggle(line.id)}>
      {({ node }) => (
        <span className="schema-line">
          <span className="name">{node.name === '' ? strings.unnamed : node.name}</span>
          <span className="schema-type">{node.type}</span>
          {node.details.map(([label, text], i) => (
            <span key={i} className="schema-detail">
              <span className="label">{label}</span> {text}
            </span>
          ))}
        </span>
      )}
    </Tree>
  );
}
