import { useMemo } from 'react';
import type { Column } from '../../../extension/protocol/shards.ts';
import { useSession } from '../session.ts';
import { useStore } from '../store.ts';
import { pictureColumns } from './picture-columns.ts';

/** Indexes of the columns that are shown as pictures. */
export function usePictureColumns(columns: readonly Column[]): ReadonlySet<number> {
  const { store } = useSession();
  const chosen = useStore(store, (state) => state.view.pictures);
  return useMemo(() => pictureColumns(columns, chosen), [columns, chosen]);
}
