import type { ReactElement, ReactNode } from 'react';
import type { ErrorData } from '../../extension/protocol/errors.ts';
import { Icon, type IconName } from '../controls/icons.tsx';
import { Button, ProgressRing } from '../controls/toolkit.tsx';
import { strings } from '../strings.ts';
import { announceFailure, useSession } from './session.ts';

interface EmptyProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
}

/** A page or a pane with nothing to show, and why. */
export function Empty({ icon, title, children }: EmptyProps): ReactElement {
  return (
    <div className="empty" role="status">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Something is under way, and there is nothing else to show. */
export function Working({ text }: { readonly text: string }): ReactElement {
  return (
    <div className="empty" role="status">
      <ProgressRing />
      <h2>{text}</h2>
    </div>
  );
}

/** Why a shard cannot be shown, and what can be done. */
export function Failed({ name, error }: { readonly name: string; readonly error: ErrorData }): ReactElement {
  const { host, store } = useSession();
  const ask = (method: 'view/reopen' | 'view/openAsText'): void => {
    host.request(method, {}).catch((failure: unknown) => announceFailure(store, failure));
  };
  return (
    <div className="empty failed" role="alert">
      <Icon name="error" />
      <h2>{strings.cannotOpen(name)}</h2>
      <p>{error.message}</p>
      <dl className="facts">
        {error.path !== undefined && (
          <div>
            <dt>{strings.path}</dt>
            <dd>{error.path}</dd>
          </div>
        )}
        {error.place !== undefined && (
          <div>
            <dt>{strings.place}</dt>
            <dd>{error.place}</dd>
          </div>
        )}
      </dl>
      <div className="empty-buttons">
        <Button primary onClick={() => ask('view/reopen')}>
          {strings.tryAgain}
        </Button>
        <Button onClick={() => ask('view/openAsText')}>{strings.openAsText}</Button>
      </div>
    </div>
  );
}
