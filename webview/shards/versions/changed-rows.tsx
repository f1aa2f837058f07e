import { useSyncExternalStore, type ReactElement } from 'react';
import type { Comparison } from '../../../extension/protocol/comparison.ts';
import { Icon } from '../../controls/icons.tsx';
import { IconButton, ProgressRing } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { addCondition, setConditions } from '../filters/actions.ts';
import { useSession } from '../session.ts';
import { useStore } from '../store.ts';

/** How the shard differs from its other version, and a switch to show nothing else; nothing where there is no other version. */
export function ChangedRows(): ReactElement | null {
  const session = useSession();
  const { versions, store } = session;
  const { comparison, comparing, problem } = useSyncExternalStore(versions.subscribe, () => versions.state);
  const conditions = useStore(store, (state) => state.view.query.conditions);
  const words = strings.versions;
  if (comparing) {
    return (
      <span className="row-count" role="status">
        <ProgressRing />
        {words.comparing}
      </span>
    );
  }
  if (problem !== null) {
    return (
      <span className="row-count row-count-error" role="status" title={problem}>
        <Icon name="warning" />
        {words.notCompared}
      </span>
    );
  }
  if (comparison === null) return null;
  const only = conditions.some(({ type, not }) => type === 'changed' && not !== true);
  const toggle = (): void => {
    if (only) setConditions(session, conditions.filter(({ type }) => type !== 'changed'));
    else addCondition(session, { type: 'changed' });
  };
  const rows = comparison.changed + comparison.added;
  return <IconButton icon="changes" label={`${words.only}. ${summary(comparison)}`} text={words.rows(rows)} pressed={only} disabled={rows === 0 && !only} onClick={toggle} />;
}

/** What the comparison found, in sentences. */
function summary({ key, changed, added, removed, ownColumns, otherColumns, cut }: Comparison): string {
  const words = strings.versions;
  return [
    words.found(changed, added, removed),
    key === null ? words.byNumber : words.byKey(key),
    ...(ownColumns.length > 0 ? [words.ownColumns(ownColumns.join(', '))] : []),
    ...(otherColumns.length > 0 ? [words.otherColumns(otherColumns.join(', '))] : []),
    ...(cut ? [words.cut] : []),
  ].join(' ');
}
