import { useEffect, useState } from 'react';
import type { BulkProblem, BulkWish } from '../../../extension/protocol/bulk.ts';
import type { Change } from '../../../extension/protocol/edits.ts';
import type { ResultId } from '../../../extension/protocol/queries.ts';
import { toLoupeError } from '../../../extension/rpc/failure.ts';
import { useSession } from '../session.ts';
import { useStore } from '../store.ts';

/** Changes that are shown before they are made. */
const SHOWN_CHANGES = 20;
const SHOWN_PROBLEMS = 20;

/** Milliseconds of rest after which what was typed is looked for. */
const DELAY = 250;

export type Work = Omit<BulkWish, 'keep'> & { readonly result?: ResultId };

/** What an edit would do, as far as that is known. */
export interface Preview {
  readonly changed: number;
  readonly changes: readonly Change[];
  readonly refused: number;
  readonly problems: readonly BulkProblem[];
  /** Rows that were looked at, and all of them. */
  readonly done: number;
  readonly total: number;
  readonly complete: boolean;
  readonly error: string | null;
}

const NOTHING: Preview = { changed: 0, changes: [], refused: 0, problems: [], done: 0, total: 0, complete: false, error: null };

/** Looks what an edit would do, stretch by stretch, and again when it or the cells change; nothing while there is none. */
export function usePreview(work: Work | null): Preview {
  const { host, store } = useSession();
  const edits = useStore(store, (state) => state.edits);
  const key = JSON.stringify(work);
  const [preview, setPreview] = useState({ ...NOTHING, key });
  useEffect(() => {
    if (work === null) return;
    const stop = new AbortController();
    const run = async (): Promise<void> => {
      let known = NOTHING;
      try {
        for (let at: number | null = work.start; at !== null; ) {
          const stretch: Awaited<ReturnType<typeof host.request<'view/bulk'>>> = await host.request('view/bulk', { ...work, start: at, keep: SHOWN_CHANGES - known.changes.length }, stop.signal);
          at = stretch.next;
          known = {
            changed: known.changed + stretch.changed,
            changes: [...known.changes, ...stretch.changes],
            refused: known.refused + stretch.refused,
            problems: [...known.problems, ...stretch.problems].slice(0, SHOWN_PROBLEMS),
            done: (at ?? stretch.rows) - work.start,
            total: stretch.rows - work.start,
            complete: at === null,
            error: null,
          };
          stop.signal.throwIfAborted();
          setPreview({ ...known, key });
        }
      } catch (error) {
        if (!stop.signal.aborted) setPreview({ ...known, key, error: toLoupeError(error).message });
      }
    };
    const timer = setTimeout(() => void run(), DELAY);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `key` says when the work is another one.
  }, [key, edits, host]);
  return preview.key === key ? preview : NOTHING;
}
