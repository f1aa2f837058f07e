import type { HostRequests, WebviewNotifications } from '../../../extension/protocol/webview.ts';
import { LoupeError } from '../../../extension/rpc/failure.ts';
import type { Host } from '../../../webview/host.ts';

/** A request that waits for the test's answer. */
export interface Asked {
  readonly method: keyof HostRequests;
  readonly params: unknown;
  readonly signal: AbortSignal | undefined;
  readonly answer: (result: unknown) => void;
  readonly fail: (error: LoupeError) => void;
}

/** A host that answers when the test says so, and tells what the test tells. */
export class FakeHost {
  readonly asked: Asked[] = [];
  readonly #handlers = new Map<string, ((params: never) => void)[]>();

  readonly host: Host = {
    request: (method, params, signal) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new LoupeError('cancelled', 'Cancelled.')));
        this.asked.push({ method, params, signal, answer: resolve as (result: unknown) => void, fail: reject });
      }),
    notify: () => undefined,
    listen: (method, handler) => {
      this.#handlers.set(method, [...(this.#handlers.get(method) ?? []), handler]);
    },
  };

  tell<K extends keyof WebviewNotifications>(method: K, params: WebviewNotifications[K]): void {
    for (const handler of this.#handlers.get(method) ?? []) handler(params as never);
  }

  /** Requests of a method, the oldest first. */
  of(method: keyof HostRequests): Asked[] {
    return this.asked.filter((asked) => asked.method === method);
  }
}

/** Lets promises that are settled call back. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
