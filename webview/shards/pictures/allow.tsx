import { useSyncExternalStore, type ReactElement } from 'react';
import { Icon } from '../../controls/icons.tsx';
import { Button } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { announceFailure, useSession, type Session } from '../session.ts';

/** Above the grid: pictures of its rows are elsewhere, and nothing is fetched before the user says so. */
export function PicturesBar(): ReactElement | null {
  const session = useSession();
  const { unasked } = session;
  const hosts = useSyncExternalStore(unasked.subscribe, () => unasked.hosts);
  const [first] = hosts;
  if (first === undefined) return null;
  return (
    <section className="notices notices-info" role="status">
      <ul>
        <li className="notice notice-info">
          <Icon name="image" />
          <span className="notice-text">{strings.pictures.elsewhere(first, hosts.length - 1)}</span>
        </li>
      </ul>
      <Button primary onClick={() => allowPictures(session, first)}>
        {strings.pictures.allow}
      </Button>
      <Button onClick={() => unasked.dismiss()}>{strings.pictures.notNow}</Button>
    </section>
  );
}

/** In the place of a picture whole. */
export function UnaskedPicture({ host }: { readonly host: string }): ReactElement {
  const session = useSession();
  return (
    <div className="picture-unasked">
      <Icon name="image" />
      <span>{strings.pictures.unasked(host)}</span>
      <Button onClick={() => allowPictures(session, host)}>{strings.pictures.allow}</Button>
    </div>
  );
}

/** Asks the user, in a dialog of VS Code; the host tells when something was allowed. */
export function allowPictures({ host: extension, store }: Session, host: string): void {
  extension.request('view/allowPictures', { host }).catch((error: unknown) => announceFailure(store, error));
}
