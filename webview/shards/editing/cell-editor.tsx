import { useLayoutEffect, useRef, type ReactElement, type RefObject } from 'react';
import { currentCell } from '../grid/dom.ts';
import { useSession } from '../session.ts';
import type { CellEditing } from './draft.ts';
import { ValueForm } from './value-form.tsx';

interface EditorProps {
  readonly editing: CellEditing;
  readonly gridRef: RefObject<HTMLElement | null>;
}

/** A box over the cell that is being edited. */
export function CellEditor({ editing, gridRef }: EditorProps): ReactElement {
  const { store } = useSession();
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => {
    form.current?.classList.add('over-cell');
    place(form.current, gridRef.current);
  }, [gridRef]);
  const back = (): void => {
    if (editing.position !== null) store.dispatch({ type: 'move', move: { row: editing.position, column: editing.name, takeFocus: true } });
  };
  return <ValueForm editing={editing} maxLines={8} lineLength={80} formRef={form} back={back} />;
}

/** Puts the box over the focused cell, as far as that leaves room for it. */
function place(form: HTMLElement | null, grid: HTMLElement | null): void {
  const cell = grid === null ? null : currentCell(grid);
  if (form === null || grid === null || cell === null) return;
  const [outer, inner] = [grid.getBoundingClientRect(), cell.getBoundingClientRect()];
  const width = Math.min(outer.width - 16, Math.max(280, inner.width));
  form.style.width = `${width}px`;
  form.style.left = `${Math.max(0, Math.min(inner.left - outer.left, outer.width - width - 8))}px`;
  form.style.top = `${Math.max(0, Math.min(inner.top - outer.top, outer.height - form.offsetHeight))}px`;
}
