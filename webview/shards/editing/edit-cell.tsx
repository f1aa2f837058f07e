import { lazy, Suspense, type ComponentProps, type ReactElement } from 'react';
import { useSession, type Session } from '../session.ts';
import { useStore } from '../store.ts';

const CellEditor = lazy(async () => ({ default: (await import('../later.ts')).CellEditor }));

/** The box over the cell that is being edited; its script is loaded with the first one. */
export function EditedCell(props: ComponentProps<typeof CellEditor>): ReactElement | null {
  const editing = useStore(useSession().store, (state) => state.editing);
  if (editing === null) return null;
  return (
    <Suspense fallback={null}>
      <CellEditor {...props} />
    </Suspense>
  );
}

/** Edits the focused cell, see `startEditing`. */
export async function editCell(session: Session, asked: boolean): Promise<void> {
  const { startEditing } = await import('../later.ts');
  await startEditing(session, asked);
}
