import { memo, useCallback, useSyncExternalStore, type MouseEvent, type ReactElement } from 'react';
import type { Column } from '../../../extension/protocol/shards.ts';
import { Icon } from '../../controls/icons.tsx';
import { strings } from '../../strings.ts';
import { cellLook } from '../format.ts';
import type { GridCell } from '../grid/page-cache.ts';
import { selectedRange } from '../grid/selection.ts';
import type { Thumbnail } from '../grid/thumbnails.ts';
import { formatCount } from '../numbers.ts';
import { allowPictures } from '../pictures/allow.tsx';
import { useSession } from '../session.ts';
import { shortValue } from '../short-text.ts';
import { useStore } from '../store.ts';
import type { Inside } from './choices.ts';
import type { Pager } from './pager.ts';
import { columnsWithPictures, rowPictures, type RowPicture } from './pictures-of-row.ts';

/** What every tile of a gallery goes by; the same object while nothing of it changes. */
export interface TileSettings {
  readonly sources: readonly Column[];
  readonly caption: Column | undefined;
  readonly scores: readonly Column[];
  /** What could be caption or score beside the table's columns. */
  readonly inside: Inside;
  /** CSS pixels of its thumbnails. */
  readonly thumbnailHeight: number;
  readonly pager: Pager;
}

interface TileProps {
  readonly position: number;
  readonly column: number;
  readonly settings: TileSettings;
}

const words = strings.gallery;

/** The id of a tile, by which the gallery says where the keyboard is. */
export function tileId(position: number): string {
  return `tile-${position}`;
}

/** One row: its picture, and the words under it. */
export const Tile = memo(function Tile({ position, column, settings }: TileProps): ReactElement {
  const { store, pages } = useSession();
  const { caption, scores } = settings;
  const focused = useStore(store, (state) => state.view.focus?.row === position);
  const selected = useStore(store, ({ selection }) => selection !== null && isSelected(selection, position));
  const row = useSyncExternalStore(useSubscribe(), () => pages.rowNumber(position));
  const compared = useStore(store, ({ compare }) => (compare !== null && row !== undefined && (compare.first === row || compare.second === row)));
  const captionCell = useCell(position, caption);
  const name = words.tile(row ?? position, captionCell?.text ?? '');
  return (
    <div
      id={tileId(position)}
      role="gridcell"
      aria-colindex={column + 1}
      aria-selected={selected}
      aria-label={compared ? words.compared(name) : name}
      className={`tile${focused ? ' focused' : ''}${selected ? ' selected' : ''}${compared ? ' compared' : ''}`}
      data-position={position}
    >
      <TilePicture position={position} row={row} settings={settings} />
      {caption !== undefined && <Caption cell={captionCell} />}
      {scores.map((score) => (
        <Score key={score.index} column={score} position={position} />
      ))}
      {selected && <Icon name="check" className="tile-check" />}
      {compared && <Icon name="compare" className="tile-compared" />}
    </div>
  );
});

function isSelected(selection: Parameters<typeof selectedRange>[0], position: number): boolean {
  const { start, end } = selectedRange(selection);
  return position >= start && position < end;
}

function Caption({ cell }: { readonly cell: GridCell | undefined }): ReactElement {
  if (cell === undefined) return <div className="tile-caption pending" aria-busy="true" />;
  const look = cellLook(cell);
  return (
    <div className={`tile-caption ${look.className}`} title={cell.text}>
      {look.label ?? look.text}
    </div>
  );
}

function Score({ column, position }: { readonly column: Column; readonly position: number }): ReactElement {
  const cell = useCell(position, column);
  const look = cell === undefined ? null : cellLook(cell);
  return (
    <div className="tile-score">
      <span className="tile-score-name" title={column.name}>
        {column.name}
      </span>
      <span className={`tile-score-value ${look?.className ?? 'pending'}`} title={cell?.text}>
        {look === null ? '' : (look.label ?? shortValue(look.text))}
      </span>
    </div>
  );
}

function TilePicture({ position, row, settings }: { readonly position: number; readonly row: number | undefined; readonly settings: TileSettings }): ReactElement {
  const { pages } = useSession();
  const { sources } = settings;
  // The columns as a text, so that the same ones are the same.
  const found = useSyncExternalStore(useSubscribe(), () => columnsWithPictures(sources, (column) => pages.cell(position, column))?.join() ?? null);
  if (found === null || row === undefined) return <Pending />;
  if (found === '') return <div className="tile-picture tile-nothing">{words.noPicture}</div>;
  return <PagedPicture position={position} row={row} columns={found} settings={settings} />;
}

interface PagedProps {
  readonly position: number;
  readonly row: number;
  /** Indexes of the columns that have a picture, with commas. */
  readonly columns: string;
  readonly settings: TileSettings;
}

function PagedPicture({ position, row, columns, settings }: PagedProps): ReactElement {
  const { thumbnails } = useSession();
  const { pager, thumbnailHeight: height } = settings;
  const place = useSyncExternalStore(pager.subscribe, () => pager.place(row));
  const all = rowPictures(columns.split(',').map(Number), (column) => thumbnails.get(row, column, { path: [], height }).places);
  const at = Math.min(place, all.length - 1);
  const shown = all[at] ?? { column: 0, path: [] };
  const thumbnail = useThumbnail({ position, row, picture: shown, height });
  // The places of a cell are known with its picture: what is drawn of them is drawn after it.
  const count = rowPictures(columns.split(',').map(Number), (column) => thumbnails.get(row, column, { path: [], height }).places).length;
  return (
    <div className="tile-picture" data-picture={at} data-pictures={count}>
      <PictureNow thumbnail={thumbnail} />
      {count > 1 && <PagerButtons at={at} count={count} onTurn={(step) => pager.turn(row, step, count)} />}
    </div>
  );
}

function PictureNow({ thumbnail }: { readonly thumbnail: Thumbnail }): ReactElement {
  const session = useSession();
  switch (thumbnail.status) {
    case 'pending':
      return <Pending />;
    case 'ok':
      return <img className="tile-image" src={thumbnail.url} alt="" title={thumbnail.title} draggable={false} decoding="async" />;
    case 'broken':
      if (thumbnail.nothing === true) return <div className="tile-picture tile-nothing">{words.noPicture}</div>;
      return (
        <div className="tile-trouble tile-broken" role="img" aria-label={strings.thumbnailBroken(thumbnail.message)} title={thumbnail.message}>
          <Icon name="broken" />
          <span>{thumbnail.message}</span>
        </div>
      );
    case 'unasked': {
      const { host } = thumbnail;
      return (
        <div className="tile-trouble" title={strings.pictures.unasked(host)}>
          <Icon name="image" />
          <span>{strings.pictures.unasked(host)}</span>
          <button type="button" className="link" tabIndex={-1} onClick={quietly(() => allowPictures(session, host))}>
            {strings.pictures.allow}
          </button>
        </div>
      );
    }
  }
}

function PagerButtons({ at, count, onTurn }: { readonly at: number; readonly count: number; readonly onTurn: (step: number) => void }): ReactElement {
  return (
    <div className="tile-pager" role="group" aria-label={words.pager(at + 1, count)}>
      <button type="button" tabIndex={-1} aria-label={words.previousPicture} title={words.previousPicture} onClick={quietly(() => onTurn(-1))}>
        ‹
      </button>
      <span>{`${formatCount(at + 1)}/${formatCount(count)}`}</span>
      <button type="button" tabIndex={-1} aria-label={words.nextPicture} title={words.nextPicture} onClick={quietly(() => onTurn(1))}>
        ›
      </button>
    </div>
  );
}

function Pending(): ReactElement {
  return <div className="tile-picture tile-pending" role="img" aria-label={strings.thumbnailPending} />;
}

/** A click on a button in a tile is none on the tile, and the keyboard stays with the gallery. */
function quietly(act: () => void): (event: MouseEvent<HTMLElement>) => void {
  return (event) => {
    event.stopPropagation();
    event.currentTarget.closest<HTMLElement>('[role="grid"]')?.focus({ preventScroll: true });
    act();
  };
}

function useThumbnail({ position, row, picture, height }: { readonly position: number; readonly row: number; readonly picture: RowPicture; readonly height: number }): Thumbnail {
  const { thumbnails, pages } = useSession();
  const { result } = pages.current;
  const { column } = picture;
  const key = JSON.stringify(picture.path);
  const watch = useCallback(
    (changed: () => void) => thumbnails.watch(row, column, changed, { position, result }, { path: JSON.parse(key) as RowPicture['path'], height }),
    [thumbnails, row, column, key, height, position, result],
  );
  return useSyncExternalStore(watch, () => thumbnails.get(row, column, { path: picture.path, height }));
}

function useSubscribe(): (listener: () => void) => () => void {
  const { pages } = useSession();
  return useCallback((listener) => pages.subscribe(listener), [pages]);
}

function useCell(position: number, column: Column | undefined): GridCell | undefined {
  const { pages } = useSession();
  return useSyncExternalStore(useSubscribe(), () => (column === undefined ? undefined : pages.cell(position, column.index)));
}
