import { useState, type ReactElement } from 'react';
import type { Notice } from '../../extension/protocol/shards.ts';
import { Icon } from '../controls/icons.tsx';
import { IconButton } from '../controls/toolkit.tsx';
import { strings } from '../strings.ts';

const ORDER: Readonly<Record<Notice['severity'], number>> = { error: 0, warning: 1, info: 2 };

/** Notices listed at once when open. */
const MAX_LISTED = 100;

/** What a person should know about the shard, the gravest first: one line, or all of them when opened. */
export function Notices({ notices }: { readonly notices: readonly Notice[] }): ReactElement | null {
  const [open, setOpen] = useState(false);
  const sorted = notices.toSorted((a, b) => ORDER[a.severity] - ORDER[b.severity]);
  const first = sorted[0];
  if (first === undefined) return null;
  return (
    <section className={`notices notices-${first.severity}`} aria-label={strings.notices(notices.length)}>
      <ul>
        {sorted.slice(0, open ? MAX_LISTED : 1).map((notice, i) => (
          <li key={i} className={`notice notice-${notice.severity}`}>
            <Icon name={notice.severity} />
            <span className="visually-hidden">{strings.severity[notice.severity]}: </span>
            <span className="notice-text">{notice.message}</span>
          </li>
        ))}
      </ul>
      {notices.length > 1 && (
        <IconButton
          icon={open ? 'up' : 'down'}
          label={strings.notices(notices.length)}
          text={strings.notices(notices.length)}
          expanded={open}
          onClick={() => setOpen(!open)}
        />
      )}
    </section>
  );
}
