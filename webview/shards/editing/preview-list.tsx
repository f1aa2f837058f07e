import type { ReactElement } from 'react';
import type { BulkProblem } from '../../../extension/protocol/bulk.ts';
import type { Change } from '../../../extension/protocol/edits.ts';
import { formatCount } from '../numbers.ts';
import { useSession } from '../session.ts';
import { ChangedValue, listedValue } from './changed-value.tsx';
import type { Preview } from './use-preview.ts';
import { words } from './words.ts';

/** What an edit would do: how many rows change, the first of them before and after, and those that refuse. */
export function PreviewList({ preview }: { readonly preview: Preview }): ReactElement {
  const { changed, changes, refused, problems, done, total, complete, error } = preview;
  return (
    <div className="edit-preview" aria-busy={!complete && error === null}>
      {error !== null && (
        <p role="alert" className="edit-error">
          {error}
        </p>
      )}
      {error === null && (
        <p role="status">
          {((complete && refused === 0) || changed > 0) && words.willChange(changed)} {!complete && words.looking(formatCount(done), formatCount(total))} {changed > changes.length && words.first(changes.length)}
        </p>
      )}
      {refused > 0 && (
        <div role="alert" className="edit-error">
          {words.refuse(refused)}
          <ul>
            {reasons(problems).map(([message, rows]) => (
              <li key={message}>{words.refusedRows(rows, message)}</li>
            ))}
          </ul>
        </div>
      )}
      <ul className="edit-list">
        {changes.map((change) => (
          <PreviewedChange key={change.kind === 'column' ? change.name : change.row} change={change} />
        ))}
      </ul>
    </div>
  );
}

/** Rows by the reason that they give. */
function reasons(problems: readonly BulkProblem[]): readonly (readonly [message: string, rows: readonly number[]])[] {
  const rows = new Map<string, number[]>();
  for (const { row, message } of problems) rows.set(message, [...(rows.get(message) ?? []), row]);
  return [...rows];
}

function PreviewedChange({ change }: { readonly change: Change }): ReactElement | null {
  const { seeker } = useSession();
  if (change.kind !== 'cell') return null;
  const { row } = change;
  return (
    <li>
      <button type="button" className="link" onClick={() => void seeker.go({ row })}>
        {words.row(row)}
      </button>
      <ChangedValue old={listedValue(change.old)} now={listedValue(change.new)} />
    </li>
  );
}
