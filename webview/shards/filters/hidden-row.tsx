import type { ReactElement } from 'react';
import { Icon } from '../../controls/icons.tsx';
import { Button, IconButton } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { useSession } from '../session.ts';
import { useStore } from '../store.ts';

/** The row that somebody wants to see is not among those that the filter lets pass, and what to do about it. */
export function HiddenRow(): ReactElement | null {
  const { store, seeker } = useSession();
  const place = useStore(store, (state) => state.outside);
  const stopped = useStore(store, (state) => state.query.shown?.error !== undefined);
  if (place === null) return null;
  const words = strings.filters;
  return (
    <div className="hidden-row" role="alert">
      <Icon name="info" />
      <span>{stopped ? words.notFound(place.row) : words.notInView(place.row)}</span>
      <Button primary onClick={() => void seeker.uncover(place)}>
        {words.uncover}
      </Button>
      <span className="filler" />
      <IconButton icon="close" label={strings.close} onClick={() => store.dispatch({ type: 'outside', row: null })} />
    </div>
  );
}
