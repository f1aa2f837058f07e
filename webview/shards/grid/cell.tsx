import { useCallback, useSyncExternalStore, type ReactElement } from 'react';
import { Icon } from '../../controls/icons.tsx';
import { strings } from '../../strings.ts';
import { cellLook } from '../format.ts';
import { useSession } from '../session.ts';
import type { GridCell } from './page-cache.ts';

interface CellProps {
  readonly cell: GridCell;
  readonly row: number;
  readonly column: number;
}

/** The inside of a cell: one line of text, or a picture one line high. */
export function CellContent({ cell, row, column }: CellProps): ReactElement {
  if (cell.kind === 'image') return <ThumbnailCell row={row} column={column} />;
  const look = cellLook(cell);
  return (
    <span className={`cell ${look.className}`} title={look.title}>
      {cell.kind === 'invalid' && <Icon name="error" />}
      {look.label === undefined ? (
        look.text
      ) : (
        <span role="img" aria-label={look.label}>
          {look.text}
        </span>
      )}
    </span>
  );
}

function ThumbnailCell({ row, column }: { readonly row: number; readonly column: number }): ReactElement {
  const { thumbnails } = useSession();
  const watch = useCallback((changed: () => void) => thumbnails.watch(row, column, changed), [thumbnails, row, column]);
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
  }
}
