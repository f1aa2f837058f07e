import type { ReactElement } from 'react';
import type { DocumentState, Wait } from '../../extension/protocol/webview.ts';
import { Icon } from '../controls/icons.tsx';
import { Button, ProgressRing } from '../controls/toolkit.tsx';
import { strings } from '../strings.ts';
import { Notices } from './notices.tsx';
import { announceFailure, useSession } from './session.ts';
import { waitText } from './wait-text.ts';

/** A shard that is not there yet: after a while what is waited for, and what can be done about it. */
export function Opening({ document }: { readonly document: Extract<DocumentState, { status: 'opening' }> }): ReactElement {
  const { name, wait, notices } = document;
  const ask = useAsk();
  return (
    <>
      <Notices notices={notices ?? []} />
      <div className="empty" role="status">
        <ProgressRing />
        <h2>{strings.opening(name)}</h2>
        {wait !== undefined && (
          <>
            <p>{waitText(name, wait)}</p>
            <div className="empty-buttons">
              {wait.for === 'engine' && (
                <Button primary onClick={() => ask('view/restartEngine')}>
                  {strings.restartEngine}
                </Button>
              )}
              <Button onClick={() => ask('view/cancelOpening')}>{strings.cancelOpening}</Button>
            </div>
          </>
        )}
      </div>
    </>
  );
}

/** The same above a shard that is on screen. */
export function WaitBar({ name, wait }: { readonly name: string; readonly wait: Wait | undefined }): ReactElement | null {
  const ask = useAsk();
  if (wait === undefined) return null;
  return (
    <section className="notices notices-warning" role="status">
      <ul>
        <li className="notice notice-warning">
          <Icon name="warning" />
          <span className="notice-text">{waitText(name, wait)}</span>
        </li>
      </ul>
      {wait.for === 'engine' && <Button onClick={() => ask('view/restartEngine')}>{strings.restartEngine}</Button>}
    </section>
  );
}

function useAsk(): (method: 'view/cancelOpening' | 'view/restartEngine') => void {
  const { host, store } = useSession();
  return (method) => {
    host.request(method, {}).catch((failure: unknown) => announceFailure(store, failure));
  };
}
