import { Fragment, useCallback, useSyncExternalStore, type MouseEvent, type ReactElement } from 'react';
import { Icon } from '../../controls/icons.tsx';
import { strings } from '../../strings.ts';
import { cellLook } from '../format.ts';
import { allowPictures } from '../pictures/allow.tsx';
import { mayReferToPicture } from '../pictures/picture-columns.ts';
import { splitMatches } from '../search/pattern.ts';
import { usePaintedPattern } from '../search/use-pattern.ts';
import { useSession } from '../session.ts';
import type { GridCell } from './page-cache.ts';

interface CellProps {
  readonly cell: GridCell;
  /** Number in the table. */
  readonly row: number;
  readonly column: number;
  /** Whether texts of the column are shown as pictures, where they say where one is. */
  readonly pictures: boolean;
}

/** The inside of a cell: one line of text, a picture one line high, or the picture that the text says the place of before it. */
export function CellContent({ cell, row, column, pictures }: CellProps): ReactElement {
  const position = cell.position ?? row;
  if (cell.kind === 'image') return <ThumbnailCell row={row} column={column} position={position} />;
  if (!pictures || !NAMING.has(cell.kind) || !mayReferToPicture(cell.text)) return <CellLine cell={cell} row={row} />;
  return (
    <span className="cell-with-picture">
      <ThumbnailCell row={row} column={column} position={position} />
      <CellLine cell={cell} row={row} />
    </span>
  );
}

/** Kinds of cells whose text may say where a picture is. */
const NAMING: ReadonlySet<GridCell['kind']> = new Set<GridCell['kind']>(['text', 'list', 'struct']);

function CellLine({ cell, row }: Pick<CellProps, 'cell' | 'row'>): ReactElement {
  const pattern = usePaintedPattern();
  const changed = useChanged(row);
  const look = cellLook(cell);
  const marks = [...(changed ? [strings.versions.changed] : []), ...(cell.edited ? [strings.editing.edited] : []), ...(cell.dropped ? [strings.editing.dropped] : [])];
  return (
    <span className={`cell ${look.className}${changed ? ' changed' : ''}${cell.edited ? ' edited' : ''}${cell.dropped ? ' dropped' : ''}`} title={withMarks(look.title, marks)}>
      {cell.kind === 'invalid' && <Icon name="error" />}
      {look.label === undefined ? (
        painted(look.text, pattern)
      ) : (
        <span role="img" aria-label={look.label}>
          {look.text}
        </span>
      )}
    </span>
  );
}

/** A tooltip with what is to be said of the cell beside its text. */
function withMarks(title: string | undefined, marks: readonly string[]): string | undefined {
  return marks.length === 0 ? title : [title ?? '', ...marks.map((mark) => `(${mark})`)].join('\n').trim();
}

/** Whether the row differs from the other version of the shard. */
function useChanged(row: number): boolean {
  const { versions } = useSession();
  return useSyncExternalStore(versions.subscribe, () => versions.isChanged(row));
}

/** A text with what is looked for marked in it. */
function painted(text: string, pattern: RegExp | null): ReactElement | string {
  const pieces = pattern === null ? [text] : splitMatches(text, pattern);
  if (pieces.length === 1) return text;
  return (
    <>
      {pieces.map((piece, i) => (i % 2 === 1 ? <mark key={i}>{piece}</mark> : <Fragment key={i}>{piece}</Fragment>))}
    </>
  );
}

interface ThumbnailProps {
  readonly row: number;
  readonly column: number;
  readonly position: number;
}

function ThumbnailCell({ row, column, position }: ThumbnailProps): ReactElement {
  const session = useSession();
  const { thumbnails, pages } = session;
  const { result } = pages.current;
  const watch = useCallback(
    (changed: () => void) => thumbnails.watch(row, column, changed, { position, result }),
    [thumbnails, row, column, position, result],
  );
  const thumbnail = useSyncExternalStore(watch, () => thumbnails.get(row, column));
  switch (thumbnail.status) {
    case 'pending':
      return <span className="cell thumbnail-pending" role="img" aria-label={strings.thumbnailPending} />;
    case 'ok':
      return <img className="thumbnail" src={thumbnail.url} alt={strings.picture} title={thumbnail.title} draggable={false} />;
    case 'broken':
      return (
        <span className="cell thumbnail-broken" role="img" aria-label={strings.thumbnailBroken(thumbnail.message)} title={thumbnail.message}>
          <Icon name="broken" />
        </span>
      );
    case 'unasked': {
      const { host } = thumbnail;
      const ask = (event: MouseEvent): void => {
        event.stopPropagation();
        allowPictures(session, host);
      };
      return (
        <span className="cell thumbnail-unasked" role="button" aria-label={strings.pictures.unasked(host)} title={strings.pictures.unasked(host)} onClick={ask} onDoubleClick={(event) => event.stopPropagation()}>
          <Icon name="image" />
          {strings.pictures.allow}
        </span>
      );
    }
  }
}
