import { useEffect, useRef, useState, type PointerEvent as ReactPointerEvent, type ReactElement, type RefObject } from 'react';
import type { Column } from '../../../extension/protocol/shards.ts';
import { useSession } from '../session.ts';
import { scrollerOf } from './dom.ts';
import { movedBefore } from './column-order.ts';

/** Pixels that the pointer moves before a press becomes a drag. */
const SLACK = 6;

/** Pixels from the edge of the grid in which a drag scrolls, and how far at a time. */
const EDGE = 32;
const SCROLL_STEP = 14;

interface Drag {
  readonly name: string;
  readonly startX: number;
  /** The gap where the column would go: the number of columns before it; null while it is still a press. */
  readonly gap: number | null;
  /** Where that gap is, in pixels from the left of the grid. */
  readonly x: number;
}

interface ColumnDrag {
  readonly onPointerDown: (event: ReactPointerEvent<HTMLElement>) => void;
  /** The line where the column would go. */
  readonly indicator: ReactElement | null;
}

/** Columns are moved by their names in the header. */
export function useColumnDrag(gridRef: RefObject<HTMLElement | null>, columns: readonly Column[]): ColumnDrag {
  const { store } = useSession();
  const [drag, setDrag] = useState<Drag | null>(null);
  const latest = useRef(columns);
  useEffect(() => {
    latest.current = columns;
  }, [columns]);
  const dragged = drag?.name;
  useEffect(() => {
    const grid = gridRef.current;
    if (dragged === undefined || grid === null) return;
    let last: Drag | null = null;
    const onMove = (event: PointerEvent): void => {
      setDrag((before) => (last = before === null ? null : moved(before, grid, event.clientX)));
    };
    const onUp = (): void => {
      setDrag(null);
      if (last === null || last.gap === null) return;
      const { shard, view } = store.state;
      const before = latest.current[last.gap]?.name ?? null;
      if (shard === null || before === dragged) return;
      store.dispatch({ type: 'order', order: movedBefore(shard.columns, view.order, dragged, before) });
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      setDrag(null);
    };
    window.addEventListener('pointermove', onMove);
    window.addEventListener('pointerup', onUp);
    window.addEventListener('keydown', onKey, { capture: true });
    return () => {
      window.removeEventListener('pointermove', onMove);
      window.removeEventListener('pointerup', onUp);
      window.removeEventListener('keydown', onKey, { capture: true });
    };
  }, [dragged, gridRef, store]);
  const onPointerDown = (event: ReactPointerEvent<HTMLElement>): void => {
    const name = event.target instanceof Element ? columnUnder(event.target, columns) : null;
    if (event.button === 0 && name !== null) setDrag({ name, startX: event.clientX, gap: null, x: 0 });
  };
  return { onPointerDown, indicator: drag === null || drag.gap === null ? null : <DropLine x={drag.x} /> };
}

function DropLine({ x }: { readonly x: number }): ReactElement {
  return <div className="drop-line" aria-hidden="true" style={{ transform: `translateX(${x}px)` }} />;
}

/** The column whose name is pressed; not its buttons, chart or edge. */
function columnUnder(target: Element, columns: readonly Column[]): string | null {
  const header = target.closest<HTMLElement>('thead th');
  const inTitle = target.closest('.column-title') !== null && target.closest('button, [data-own-keys]') === null;
  return header === null || !inTitle ? null : (columns[Number(header.ariaColIndex) - 2]?.name ?? null);
}

function moved(drag: Drag, grid: HTMLElement, clientX: number): Drag {
  if (drag.gap === null && Math.abs(clientX - drag.startX) < SLACK) return drag;
  const box = grid.getBoundingClientRect();
  scrollAtEdge(grid, clientX, box);
  const edges = [...grid.querySelectorAll('thead th')].map((header) => header.getBoundingClientRect());
  const gap = edges.filter((edge) => clientX > edge.left + edge.width / 2).length;
  const edge = edges[gap]?.left ?? edges.at(-1)?.right ?? box.left;
  return { ...drag, gap, x: Math.min(box.width - 2, Math.max(0, edge - box.left - 1)) };
}

function scrollAtEdge(grid: HTMLElement, clientX: number, box: DOMRect): void {
  const scroller = scrollerOf(grid);
  if (scroller === null) return;
  if (clientX > box.right - EDGE) scroller.scrollLeft += SCROLL_STEP;
  else if (clientX < box.left + EDGE) scroller.scrollLeft -= SCROLL_STEP;
}
