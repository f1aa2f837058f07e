import { useEffect, useState } from 'react';
import { toLoupeError, type LoupeError } from '../../../extension/rpc/failure.ts';
import { useSession } from '../session.ts';
import type { AppState } from '../state.ts';
import { useStore } from '../store.ts';

/** An answer of the host: under way, there, or why not. While a newer one is under way the older one stays. */
export interface Answer<T> {
  readonly value: T | null;
  /** What `value` is the answer to. */
  readonly key: string;
  readonly pending: boolean;
  readonly error: LoupeError | null;
}

/**
 * Asks for what `key` names, the latest key wins. `ask` must depend on `key` alone. A request that went down with the
 * engine is asked again when the shard is open again.
 */
export function useRequest<T>(key: string, delay: number, ask: (signal: AbortSignal) => Promise<T>): Answer<T> {
  const { store } = useSession();
  const [answer, setAnswer] = useState<Answer<T>>({ value: null, key: '', pending: true, error: null });
  const [lost, setLost] = useState(0);
  const opening = useStore(store, (state) => state.opening + state.edits);
  useEffect(() => {
    const controller = new AbortController();
    const run = async (): Promise<void> => {
      try {
        const value = await ask(controller.signal);
        if (!controller.signal.aborted) setAnswer({ value, key, pending: false, error: null });
      } catch (thrown) {
        const error = toLoupeError(thrown);
        if (controller.signal.aborted) return;
        if (error.code === 'engine-lost') retry = store.subscribe(onChange);
        else setAnswer({ value: null, key, pending: false, error });
      }
    };
    let retry: () => void = () => undefined;
    const onChange = (state: AppState, before: AppState): void => {
      if (state.document !== before.document && state.document.status === 'open') setLost((count) => count + 1);
    };
    const timer = setTimeout(() => void run(), delay);
    return () => {
      clearTimeout(timer);
      controller.abort();
      retry();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `ask` is a new function at every drawing; `key` says when it asks for something else.
  }, [key, delay, opening, lost, store]);
  return answer.key === key ? answer : { ...answer, pending: true, error: null };
}
