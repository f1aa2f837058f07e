import type { ReactElement } from 'react';
import type { Column } from '../../../extension/protocol/shards.ts';
import { Icon } from '../../controls/icons.tsx';
import { strings } from '../../strings.ts';

/** The inside of a column's header: what the values are, name and type. */
export function ColumnTitle({ column }: { readonly column: Column }): ReactElement {
  const name = column.name === '' ? strings.unnamed : column.name;
  return (
    <span className="column-title" title={`${name}\n${column.type}`}>
      <Icon name={column.kind} />
      <span className="column-name">{name}</span>
      <span className="column-type">{column.type}</span>
    </span>
  );
}
