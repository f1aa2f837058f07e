import { lazy, Suspense, type ReactElement, type ReactNode, type RefObject } from 'react';
import type { ColumnKind } from '../../extension/protocol/shards.ts';
import type { EditedPlace } from '../../extension/protocol/webview.ts';
import type { EditCommand } from './editing/edit-command.ts';
import { useSession, type Session } from './session.ts';
import { useStore } from './store.ts';

/** Loaded with the first edit. */
const CellEditor = lazy(async () => ({ default: (await import('./later.ts')).CellEditor }));
const ValueForm = lazy(async () => ({ default: (await import('./later.ts')).ValueForm }));

/** The box over the cell that is being edited in the grid. */
export function EditedCell({ gridRef }: { readonly gridRef: RefObject<HTMLElement | null> }): ReactElement | null {
  const editing = useStore(useSession().store, (state) => state.editing);
  if (editing === null || editing.position === null) return null;
  return (
    <Suspense fallback={null}>
      <CellEditor key={`${editing.row} ${editing.column}`} editing={editing} gridRef={gridRef} />
    </Suspense>
  );
}

interface PlaceProps {
  readonly place: Required<EditedPlace>;
  readonly back: () => void;
  /** What is shown while the place is not edited. */
  readonly children: ReactNode;
}

/** A place of the row at the side: a box while it is edited. */
export function EditedValue({ place: { row, column, path }, back, children }: PlaceProps): ReactNode {
  const editing = useStore(useSession().store, (state) => state.editing);
  const isHere = editing !== null && editing.position === null && editing.row === row && editing.column === column && editing.path.length === path.length && path.every((step, at) => editing.path[at] === step);
  if (!isHere) return children;
  return (
    <Suspense fallback={children}>
      <ValueForm editing={editing} maxLines={16} lineLength={60} back={back} />
    </Suspense>
  );
}

/** Edits the focused cell, see `startEditing`. */
export async function editCell(session: Session, asked: boolean): Promise<void> {
  const { startEditing } = await import('./later.ts');
  await startEditing(session, asked);
}

/** Edits a place of the row at the side, see `startEditingPlace`. */
export async function editPlace(session: Session, place: Required<EditedPlace>, name: string, kind: ColumnKind): Promise<void> {
  const { startEditingPlace } = await import('./later.ts');
  await startEditingPlace(session, place, name, kind);
}

/** Carries out a command about many edits, see `runEditCommand`. */
export async function editCommand(session: Session, command: EditCommand): Promise<void> {
  const { runEditCommand } = await import('./later.ts');
  await runEditCommand(session, command);
}
