import type { ReactElement } from 'react';
import type { LoupeError } from '../../../extension/rpc/failure.ts';
import { Icon } from '../../controls/icons.tsx';
import { ProgressRing } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';

/** A side view that is not there yet. */
export function PanelPending(): ReactElement {
  return (
    <div className="panel-pending" role="status">
      <ProgressRing />
      {strings.loading}
    </div>
  );
}

/** Why a side view is not there. */
export function PanelError({ error }: { readonly error: LoupeError }): ReactElement {
  return (
    <div className="panel-error" role="alert">
      <Icon name="error" />
      <span>
        {error.message}
        {error.place !== undefined && <span className="hint">{error.place}</span>}
      </span>
    </div>
  );
}
