import { useEffect, useMemo, useState, type ReactElement } from 'react';
import type { Row } from '../../../extension/protocol/engine.ts';
import type { Column } from '../../../extension/protocol/shards.ts';
import { IconButton } from '../../controls/toolkit.tsx';
import { Tree } from '../../controls/tree.tsx';
import { strings } from '../../strings.ts';
import { EditedValue, editPlace } from '../edit-cell.tsx';
import { JoinedMark } from '../joined-mark.tsx';
import { columnTitle } from '../origin.ts';
import { valueRefersToPicture } from '../pictures/picture-columns.ts';
import { usePictureColumns } from '../pictures/use-picture-columns.ts';
import { announceFailure, useSession, type Session } from '../session.ts';
import type { Match } from './find.ts';
import { findKey } from './highlight.ts';
import { holdsPicture, looksLikePicture } from './magic.ts';
import { CHILDREN_STEP, recordNodes, typeWord, type Expansion, type MoreNode, type RecordNode, type ValueNode } from './nodes.ts';
import { PictureView } from './picture.tsx';
import { ValueText } from './value.tsx';

interface RecordProps {
  readonly row: Row;
  readonly columns: readonly Column[];
  readonly wrap: boolean;
  /** The match that must be visible, whatever is closed. */
  readonly match: Match | undefined;
  /** The tree was drawn again with other lines. */
  readonly onDrawn: () => void;
}

/** The record of a row turned on its side: name, type and value of every column, as a tree. */
export function Record({ row, columns, wrap, match, onDrawn }: RecordProps): ReactElement {
  const session = useSession();
  const [expansion, setExpansion] = useState<Expansion>({ open: new Set(), shown: new Map() });
  const nodes = useMemo(() => recordNodes(row, columns, withMatch(expansion, match)), [row, columns, expansion, match]);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- only other lines matter, not another function.
  useEffect(() => onDrawn(), [nodes]);
  const pictures = usePictureColumns(columns);
  const toggle = (node: RecordNode): void => {
    if (node.kind === 'more') setExpansion({ ...expansion, shown: new Map(expansion.shown).set(node.parent, node.next) });
    else setExpansion({ ...expansion, open: toggled(withMatch(expansion, match).open, node.id) });
  };
  return (
    <Tree
      label={strings.record}
      className="record"
      items={nodes}
      onToggle={toggle}
      onOpen={(node) => {
        if (node.kind === 'more') toggle(node);
        else openText(session, row.row, node);
      }}
      onCurrent={(node) => {
        if (node.kind === 'value') session.host.notify('view/context', { row: row.row, column: node.column.name, path: node.path });
      }}
    >
      {(node, current) =>
        node.kind === 'more' ? <MoreLine node={node} onMore={() => toggle(node)} /> : <Line row={row.row} node={node} wrap={wrap} current={current} pictures={pictures.has(node.column.index)} />
      }
    </Tree>
  );
}

function MoreLine({ node, onMore }: { readonly node: MoreNode; readonly onMore: () => void }): ReactElement {
  return (
    <span className="more-line link" onClick={onMore}>
      {strings.more(Math.min(CHILDREN_STEP, node.hidden))}
    </span>
  );
}

interface LineProps {
  readonly row: number;
  readonly node: ValueNode;
  readonly wrap: boolean;
  readonly current: boolean;
  /** Whether the column is shown as pictures. */
  readonly pictures: boolean;
}

function Line({ row, node, wrap, current, pictures }: LineProps): ReactElement {
  const session = useSession();
  const tabIndex = current ? 0 : -1;
  const name = node.name === '' ? strings.unnamed : node.name;
  const held = isPicture(node);
  const place = { row, column: node.column.index, path: node.path };
  const named = !held && pictures && refersToPicture(node);
  return (
    <>
      <span className="line-name">
        <span className="name" title={name} data-find={findKey({ id: node.id, part: 'name' })}>
          {name}
        </span>
        <span className="type" title={node.depth === 0 ? columnTitle(node.column, session.store.state.shard ?? {}) : undefined}>
          {node.depth === 0 && <JoinedMark column={node.column} />}
          {node.depth === 0 ? node.column.type : typeWord(node.value)}
        </span>
      </span>
      <span className="line-value">
        {!held && (
          <EditedValue place={place} back={() => document.querySelector<HTMLElement>('.record [tabindex="0"]')?.focus()}>
            <ValueText row={row} node={node} wrap={wrap} />
          </EditedValue>
        )}
        {(held || named) && <PictureView place={{ row, column: node.column.index, path: node.path }} label={strings.pictureOf(name)} />}
      </span>
      <span className="line-buttons">
        {!held && isEditable(session, node) && <IconButton icon="edit" label={strings.editing.edit} tabIndex={tabIndex} onClick={() => void editPlace(session, place, node.column.name, node.column.kind)} />}
        <IconButton icon="copy" label={strings.copy} tabIndex={tabIndex} onClick={() => copyNode(session, row, node)} />
        <IconButton icon="editor" label={strings.openText} tabIndex={tabIndex} onClick={() => openText(session, row, node)} />
      </span>
    </>
  );
}

/** Whether it makes sense to try: the engine says of a column why it cannot be edited. */
function isEditable({ store }: Session, { column }: ValueNode): boolean {
  const { document } = store.state;
  return document.status === 'open' && document.readOnly !== true && column.origin === undefined;
}

/** A picture by its bytes, or a column of pictures as a whole. */
function isPicture({ value, column, depth }: ValueNode): boolean {
  if (depth === 0) return holdsPicture(value, column);
  return typeof value === 'object' && value?.type === 'bytes' && looksLikePicture(value.head);
}

/** A text that says where a picture is; an open list or struct leaves it to its items. */
function refersToPicture({ value, expanded }: ValueNode): boolean {
  return expanded !== true && valueRefersToPicture(value);
}

function copyNode(session: Session, row: number, node: ValueNode): void {
  const { host, store } = session;
  host.request('view/copy', { start: row, end: row + 1, columns: [node.column.index], bare: true, path: node.path }).then(
    ({ length }) => store.dispatch({ type: 'announce', text: strings.copied.cell(length) }),
    (error: unknown) => announceFailure(store, error),
  );
}

function openText({ host, store }: Session, row: number, node: ValueNode): void {
  const place = { row, column: node.column.index, path: node.path };
  host.request('view/openText', place).catch((error: unknown) => announceFailure(store, error));
}

/** The expansion with everything open that hides a match. */
function withMatch(expansion: Expansion, match: Match | undefined): Expansion {
  if (match === undefined || match.ancestors.length === 0) return expansion;
  const shown = new Map(expansion.shown);
  for (const { id, child } of match.ancestors) {
    const least = Math.ceil((child + 1) / CHILDREN_STEP) * CHILDREN_STEP;
    shown.set(id, Math.max(least, shown.get(id) ?? CHILDREN_STEP));
  }
  return { open: new Set([...expansion.open, ...match.ancestors.map(({ id }) => id)]), shown };
}

function toggled(open: ReadonlySet<string>, id: string): Set<string> {
  const next = new Set(open);
  if (!next.delete(id)) next.add(id);
  return next;
}

