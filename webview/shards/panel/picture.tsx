import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import type { Picture, PictureFacts } from '../../../extension/protocol/engine.ts';
import type { CellPlace } from '../../../extension/protocol/webview.ts';
import { Icon } from '../../controls/icons.tsx';
import { ProgressRing } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { pictureBlob } from '../grid/thumbnails.ts';
import { formatBytes } from '../numbers.ts';
import { UnaskedPicture } from '../pictures/allow.tsx';
import { useSession } from '../session.ts';
import { useStore } from '../store.ts';
import { useRequest } from './use-request.ts';
import { declaredDiffers, nextZoom, stepZoom, type Zoom } from './zoom.ts';

interface PictureProps {
  readonly place: CellPlace;
  /** What the picture belongs to, for a screen reader. */
  readonly label: string;
}

/** A picture whole: fitted or zoomed, with what is known of it. */
export function PictureView({ place, label }: PictureProps): ReactElement {
  const { host, store } = useSession();
  const turn = useStore(store, (state) => state.pictures);
  const key = JSON.stringify([place, turn]);
  const answer = useRequest(key, 0, (signal) => host.request('view/picture', place, signal));
  if (answer.error !== null) return <Broken message={answer.error.message} />;
  if (answer.value === null || answer.pending) {
    return (
      <div className="picture-pending">
        <ProgressRing />
      </div>
    );
  }
  if (answer.value.status === 'unasked') return <UnaskedPicture host={answer.value.host} />;
  if (answer.value.status === 'broken') return <Broken message={answer.value.message} facts={answer.value.facts} />;
  return <Whole key={answer.key} picture={answer.value} label={label} />;
}

function Whole({ picture, label }: { readonly picture: Extract<Picture, { status: 'ok' }>; readonly label: string }): ReactElement {
  const source = useSource(picture);
  const [size, setSize] = useState<{ width: number; height: number }>();
  const [zoom, setZoom] = useState<Zoom>('fit');
  const [undecodable, setUndecodable] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  useWheelZoom(frame, setZoom, size?.width);
  const pan = usePan();
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const next = nextZoom(zoom, event.key, fitScale(frame.current, size?.width));
    if (next === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    setZoom(next);
  };
  if (undecodable) return <Broken message={strings.undecodable} facts={picture.facts} />;
  const width = zoom === 'fit' || size === undefined ? undefined : { width: `${size.width * zoom}px` };
  return (
    <figure className="picture">
      <div
        ref={frame}
        className={zoom === 'fit' ? 'picture-frame fit' : 'picture-frame'}
        tabIndex={0}
        role="group"
        aria-label={strings.pictureKeys(label)}
        onKeyDown={onKeyDown}
        {...pan}
      >
        <img
          ref={source}
          alt={label}
          style={width}
          draggable={false}
          onLoad={({ currentTarget: image }) => setSize({ width: image.naturalWidth, height: image.naturalHeight })}
          onError={() => setUndecodable(true)}
        />
      </div>
      <figcaption>
        <Facts facts={picture.facts} warning={picture.warning} />
        <ZoomButtons zoom={zoom} onZoom={setZoom} scale={() => fitScale(frame.current, size?.width)} />
      </figcaption>
    </figure>
  );
}

function ZoomButtons({ zoom, onZoom, scale }: { readonly zoom: Zoom; readonly onZoom: (zoom: Zoom) => void; readonly scale: () => number }): ReactElement {
  return (
    <span className="zoom-buttons">
      <button type="button" aria-label={strings.zoomOut} title={strings.zoomOut} onClick={() => onZoom(stepZoom(zoom, -1, scale()))}>
        −
      </button>
      <button type="button" aria-pressed={zoom === 'fit'} onClick={() => onZoom('fit')}>
        {strings.fit}
      </button>
      <button type="button" aria-pressed={zoom === 1} onClick={() => onZoom(1)}>
        {zoom === 'fit' ? strings.actualSize : strings.zoom(Math.round(zoom * 100))}
      </button>
      <button type="button" aria-label={strings.zoomIn} title={strings.zoomIn} onClick={() => onZoom(stepZoom(zoom, 1, scale()))}>
        +
      </button>
    </span>
  );
}

function Broken({ message, facts }: { readonly message: string; readonly facts?: Partial<PictureFacts> | undefined }): ReactElement {
  return (
    <div className="picture-broken" role="img" aria-label={strings.thumbnailBroken(message)}>
      <Icon name="broken" />
      <span>
        <strong>{strings.brokenPicture}</strong>
        <span>{message}</span>
        {facts !== undefined && <PartialFacts facts={facts} />}
      </span>
    </div>
  );
}

function PartialFacts({ facts }: { readonly facts: Partial<PictureFacts> }): ReactElement {
  const { format, width, height, size, declared } = facts;
  const parts = [
    format,
    width === undefined || height === undefined ? undefined : `${width} × ${height}`,
    size === undefined ? undefined : formatBytes(size),
    declaredDiffers(declared, format) ? strings.declaredDiffers(declared ?? '', format ?? '') : undefined,
  ];
  return <span className="hint">{parts.filter((part) => part !== undefined).join(' · ')}</span>;
}

function Facts({ facts, warning }: { readonly facts: PictureFacts; readonly warning: string | undefined }): ReactElement {
  return (
    <span className="picture-facts">
      <span>{strings.pictureFacts(facts.format, facts.width, facts.height, facts.size)}</span>
      {facts.orientation !== 1 && <span>{strings.orientation(facts.orientation)}</span>}
      {facts.exif !== undefined && <span className="picture-exif">{strings.exif(facts.exif)}</span>}
      {declaredDiffers(facts.declared, facts.format) && <Warning text={strings.declaredDiffers(facts.declared ?? '', facts.format)} />}
      {warning !== undefined && <Warning text={warning} />}
    </span>
  );
}

function Warning({ text }: { readonly text: string }): ReactElement {
  return (
    <span className="warning">
      <Icon name="warning" />
      {text}
    </span>
  );
}

/** Gives an image the bytes of a picture for as long as it is on the page. */
function useSource(picture: Extract<Picture, { status: 'ok' }>): (image: HTMLImageElement) => () => void {
  return useCallback(
    (image) => {
      const url = URL.createObjectURL(pictureBlob(picture));
      image.src = url;
      return () => URL.revokeObjectURL(url);
    },
    [picture],
  );
}

/** Ctrl and wheel zoom; React's own wheel listener could not keep the page from zooming too. */
function useWheelZoom(frame: { readonly current: HTMLElement | null }, setZoom: (change: (zoom: Zoom) => Zoom) => void, width: number | undefined): void {
  useEffect(() => {
    const element = frame.current;
    const onWheel = (event: WheelEvent): void => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      setZoom((zoom) => stepZoom(zoom, event.deltaY < 0 ? 1 : -1, fitScale(element, width)));
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [frame, setZoom, width]);
}

interface PanHandlers {
  readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerUp: () => void;
}

/** Dragging moves what is larger than its frame; the arrow keys do so anyway. */
function usePan(): PanHandlers {
  const from = useRef<{ readonly x: number; readonly y: number } | null>(null);
  return {
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      const { currentTarget, clientX, clientY, pointerId } = event;
      from.current = { x: currentTarget.scrollLeft + clientX, y: currentTarget.scrollTop + clientY };
      currentTarget.setPointerCapture(pointerId);
    },
    onPointerMove: ({ currentTarget, clientX, clientY }) => {
      if (from.current !== null) currentTarget.scrollTo(from.current.x - clientX, from.current.y - clientY);
    },
    onPointerUp: () => {
      from.current = null;
    },
  };
}

/** Screen pixels a picture's pixel takes when fitted. */
function fitScale(frame: HTMLElement | null, width: number | undefined): number {
  const shown = frame?.querySelector('img')?.clientWidth;
  return shown === undefined || width === undefined || width === 0 ? 1 : shown / width;
}
