import { useMemo, useState, type ReactElement } from 'react';
import type { Row } from '../../../extension/protocol/engine.ts';
import type { ShardState } from '../../../extension/protocol/shards.ts';
import type { Value } from '../../../extension/protocol/values.ts';
import { Checkbox, IconButton } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { Empty } from '../empty.tsx';
import { holdsPicture } from '../panel/magic.ts';
import { PanelError, PanelPending } from '../panel/pending.tsx';
import { PictureView } from '../panel/picture.tsx';
import { PanelHeader } from '../panel/side-panel.tsx';
import { useRequest } from '../panel/use-request.ts';
import { valueRefersToPicture } from '../pictures/picture-columns.ts';
import { usePictureColumns } from '../pictures/use-picture-columns.ts';
import { useSession } from '../session.ts';
import type { ComparedRows } from '../state.ts';
import { useStore } from '../store.ts';
import { comparedColumns, comparedText, wordDifference, type ComparedColumn, type Piece } from './differences.ts';

const words = strings.compare;

/** Two rows side by side: pictures, texts and scores, with what differs marked. */
export function CompareView({ shard }: { readonly shard: ShardState }): ReactElement {
  const { store } = useSession();
  const rows = useStore(store, (state) => state.compare);
  if (rows?.second != null) return <TwoRows shard={shard} rows={{ first: rows.first, second: rows.second }} />;
  return (
    <>
      <PanelHeader title={words.title} />
      <Empty icon="compare" title={rows === null ? words.none : words.first(rows.first)}>
        {rows !== null && <p>{words.one}</p>}
      </Empty>
    </>
  );
}

interface TwoRowsProps {
  readonly shard: ShardState;
  readonly rows: { readonly [K in keyof ComparedRows]: number };
}

function TwoRows({ shard, rows: { first, second } }: TwoRowsProps): ReactElement {
  const { host, store } = useSession();
  const a = useRequest(`row ${first}`, 0, (signal) => host.request('view/row', { row: first }, signal));
  const b = useRequest(`row ${second}`, 0, (signal) => host.request('view/row', { row: second }, signal));
  const error = a.error ?? b.error;
  const both = a.pending || b.pending || a.value === null || b.value === null ? null : ([a.value, b.value] as const);
  return (
    <div className="compare" aria-busy={both === null && error === null}>
      <PanelHeader title={words.title}>
        <IconButton icon="swap" label={words.swap} onClick={() => store.dispatch({ type: 'compare', rows: { first: second, second: first } })} />
      </PanelHeader>
      {error !== null && <PanelError error={error} />}
      {error === null && both === null && <PanelPending />}
      {error === null && both !== null && <Comparison shard={shard} first={both[0]} second={both[1]} />}
    </div>
  );
}

function Comparison({ shard, first, second }: { readonly shard: ShardState; readonly first: Row; readonly second: Row }): ReactElement {
  const [only, setOnly] = useState(false);
  const pictures = usePictureColumns(shard.columns);
  const compared = useMemo(() => comparedColumns(first, second, shard.columns), [first, second, shard.columns]);
  const differing = compared.filter(({ differs }) => differs).length;
  const isPicture = ({ column, first: a, second: b }: ComparedColumn): boolean => [a, b].some((value) => holdsPicture(value, column) || (pictures.has(column.index) && valueRefersToPicture(value)));
  // Pictures are what one looks at first.
  const ordered = [...compared.filter(isPicture), ...compared.filter((one) => !isPicture(one))];
  return (
    <div className="panel-body">
      <div className="compare-head">
        <span role="status">{differing === 0 ? words.same : words.differences(differing, compared.length)}</span>
        <Checkbox checked={only} onChange={setOnly}>
          {words.onlyDifferences}
        </Checkbox>
      </div>
      <table className="compare-table" aria-label={words.title}>
        <thead>
          <tr>
            <RowTitle row={first.row} />
            <RowTitle row={second.row} />
          </tr>
        </thead>
        {ordered
          .filter(({ differs }) => differs || !only)
          .map((one) => (
            <ColumnRows key={one.column.index} compared={one} rows={[first.row, second.row]} picture={isPicture(one)} />
          ))}
      </table>
    </div>
  );
}

/** Goes to the row when pressed. */
function RowTitle({ row }: { readonly row: number }): ReactElement {
  const { seeker } = useSession();
  return (
    <th scope="col">
      <button type="button" className="link" onClick={() => void seeker.go({ row })}>
        {strings.rowTitle(row)}
      </button>
    </th>
  );
}

interface ColumnRowsProps {
  readonly compared: ComparedColumn;
  readonly rows: readonly [number, number];
  readonly picture: boolean;
}

function ColumnRows({ compared, rows, picture }: ColumnRowsProps): ReactElement {
  const { column, first, second, differs, by } = compared;
  const name = column.name === '' ? strings.unnamed : column.name;
  const texts = [comparedText(first), comparedText(second)] as const;
  const marked = differs && !picture ? wordDifference(...texts) : null;
  const cell = (value: Value, row: number, text: string, pieces: readonly Piece[] | undefined): ReactElement => {
    const shown = picture && value !== null && !(typeof value === 'object' && value.type === 'missing');
    return (
      <td>
        {shown ? <PictureView place={{ row, column: column.index, path: [] }} label={strings.pictureOf(name)} /> : <MarkedText value={value} text={text} pieces={pieces} differs={differs} />}
      </td>
    );
  };
  return (
    <tbody className={differs ? 'differs' : ''}>
      <tr>
        <th colSpan={2} scope="rowgroup">
          <span className="name">{name}</span>
          {differs && <span className="compare-mark">{words.differs}</span>}
          {by !== undefined && <span className="compare-by">{by > 0 ? words.more(String(by)) : words.less(String(-by))}</span>}
        </th>
      </tr>
      <tr>
        {cell(first, rows[0], texts[0], marked?.[0])}
        {cell(second, rows[1], texts[1], marked?.[1])}
      </tr>
      {isCut(first, second) && (
        <tr>
          <td colSpan={2} className="hint">
            {words.cut}
          </td>
        </tr>
      )}
    </tbody>
  );
}

interface MarkedTextProps {
  readonly value: Value;
  readonly text: string;
  readonly pieces: readonly Piece[] | undefined;
  readonly differs: boolean;
}

function MarkedText({ value, text, pieces, differs }: MarkedTextProps): ReactElement {
  if (value === null || (typeof value === 'object' && value.type === 'missing')) return <span className="compare-nothing">{value === null ? 'null' : words.missing}</span>;
  if (pieces === undefined) return <span className={differs ? 'compare-text compare-own' : 'compare-text'}>{text}</span>;
  return (
    <span className="compare-text">
      {pieces.map((piece, i) => (piece.own ? <mark key={i}>{piece.text}</mark> : <span key={i}>{piece.text}</span>))}
    </span>
  );
}

function isCut(...values: readonly Value[]): boolean {
  return values.some((value) => typeof value === 'object' && value !== null && (value.type === 'text' || (value.type === 'list' && value.items.length < value.length)));
}
