import type { ReactElement } from 'react';
import type { BytesValue, CutText, Value } from '../../../extension/protocol/values.ts';
import { Icon } from '../../controls/icons.tsx';
import { strings } from '../../strings.ts';
import { formatBytes } from '../numbers.ts';
import { findKey } from './highlight.ts';
import { preview, type ValueNode } from './nodes.ts';
import { VectorView } from './vector.tsx';

/** Text up to this long, without line breaks, stands on the line of its name. */
const SHORT_TEXT = 60;

/** Bytes shown in hexadecimal. */
const HEX_BYTES = 16;

interface ValueProps {
  readonly row: number;
  readonly node: ValueNode;
  readonly wrap: boolean;
}

/** A value in the inspector, in its exact words. Pictures and children are drawn by the tree. */
export function ValueText({ row, node, wrap }: ValueProps): ReactElement {
  const { value } = node;
  const key = findKey({ id: node.id, part: 'value' });
  if (value === null) return <span className="value cell-null">null</span>;
  if (typeof value === 'boolean') return plain('boolean', String(value), key);
  if (typeof value === 'string') return <Text value={{ type: 'text', text: value, length: value.length }} find={key} wrap={wrap} />;
  switch (value.type) {
    case 'text':
      return <Text value={value} find={key} wrap={wrap} />;
    case 'number':
    case 'temporal':
      return plain(value.type, value.text, key);
    case 'missing':
      return <span className="value cell-missing">{strings.missing}</span>;
    case 'invalid':
      return <Invalid text={value.text} message={value.message} />;
    case 'vector':
      return <VectorView value={value} place={{ row, column: node.column.index, path: node.path }} />;
    case 'bytes':
      return <Bytes value={value} />;
    default:
      return <Container value={value} expanded={node.expanded === true} />;
  }
}

function plain(kind: string, text: string, key: string): ReactElement {
  return (
    <span className={`value value-${kind}`} data-find={key}>
      {text}
    </span>
  );
}

function Text({ value, find, wrap }: { readonly value: CutText; readonly find: string; readonly wrap: boolean }): ReactElement {
  if (value.length === 0) return <span className="value cell-missing">{strings.emptyText}</span>;
  const short = value.text.length <= SHORT_TEXT && !/[\n\r]/.test(value.text);
  if (short) {
    return (
      <span className="value value-text" data-find={find}>
        {value.text}
      </span>
    );
  }
  return (
    <span className="value value-long">
      <span className={wrap ? 'long-text' : 'long-text no-wrap'} data-find={find}>
        {value.text}
      </span>
      {value.text.length < value.length && <span className="hint">{strings.cutText(value.text.length, value.length)}</span>}
    </span>
  );
}

function Invalid({ text, message }: { readonly text: string; readonly message: string }): ReactElement {
  return (
    <span className="value value-invalid">
      <span className="cell-invalid">
        <Icon name="error" />
        {message}
      </span>
      {text !== '' && <span className="long-text">{text}</span>}
    </span>
  );
}

function Bytes({ value }: { readonly value: BytesValue }): ReactElement {
  const hex = Array.from(value.head.subarray(0, HEX_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return (
    <span className="value cell-bytes">
      {formatBytes(value.size)} <span className="hex">{value.size > HEX_BYTES ? `${hex} …` : hex}</span>
    </span>
  );
}

type ContainerValue = Extract<Value, { type: 'list' | 'struct' | 'map' }>;

function Container({ value, expanded }: { readonly value: ContainerValue; readonly expanded: boolean }): ReactElement {
  const here = value.type === 'list' ? value.items.length : value.entries.length;
  const count = value.type === 'struct' ? strings.structPreview(value.length) : strings.listPreview(value.length);
  return (
    <span className="value value-container">
      <span className="count">{count}</span>
      {!expanded && here > 0 && <span className="preview">{preview(value)}</span>}
      {expanded && here < value.length && <span className="hint">{strings.notLoaded(here, value.length)}</span>}
    </span>
  );
}
