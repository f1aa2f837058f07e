import {
  CancellationTokenSource,
  ResponseError,
  type CancellationToken,
  type Disposable,
  type MessageConnection,
} from 'vscode-jsonrpc';
import type { ErrorData } from '../protocol/errors.ts';
import { LoupeError, toLoupeError } from './failure.ts';

/** A method map of a boundary: every request with its parameters and its result. */
export type RequestMap<M> = { [K in keyof M]: { params: unknown; result: unknown } };

/** A handler for every method of a map; the signal fires when the caller cancels or goes away. */
export type RequestHandlers<M extends RequestMap<M>> = {
  [K in keyof M]: (params: M[K]['params'], signal: AbortSignal) => Promise<M[K]['result']> | M[K]['result'];
};

/** JSON-RPC error code that carries an `ErrorData`; outside the range that JSON-RPC reserves. */
const LOUPE_ERROR = -31_000;

/** Calls a method on the other side. Always settles: value, `LoupeError`, or `LoupeError` 'cancelled'. */
export async function request<M extends RequestMap<M>, K extends keyof M & string>(
  connection: MessageConnection,
  method: K,
  params: M[K]['params'],
  signal?: AbortSignal,
): Promise<M[K]['result']> {
  const source = new CancellationTokenSource();
  const cancel = (): void => source.cancel();
  if (signal?.aborted) throw new LoupeError('cancelled', 'Cancelled.');
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await connection.sendRequest<M[K]['result']>(method, params, source.token);
  } catch (error) {
    throw fromWire(error, signal);
  } finally {
    signal?.removeEventListener('abort', cancel);
    source.dispose();
  }
}

/** Serves every method of a map; a method that is not in the map is answered with an error by JSON-RPC. */
export function serve<M extends RequestMap<M>>(connection: MessageConnection, handlers: RequestHandlers<M>): Disposable[] {
  const methods = Object.keys(handlers) as (keyof M & string)[];
  return methods.map((method) =>
    connection.onRequest(method, async (params: unknown, token: CancellationToken) => {
      const { signal, release } = signalOf(token);
      try {
        return await handlers[method](params, signal);
      } catch (error) {
        return toWire(signal.aborted ? new LoupeError('cancelled', 'Cancelled.') : toLoupeError(error));
      } finally {
        release();
      }
    }),
  );
}

/** Sends a notification of a map `{ method: params }`. Never throws: a lost receiver is not an error of the sender. */
export function notify<N, K extends keyof N & string>(connection: MessageConnection, method: K, params: N[K]): void {
  connection.sendNotification(method, params).catch(() => undefined);
}

/** Listens to a notification of a map. */
export function listen<N, K extends keyof N & string>(
  connection: MessageConnection,
  method: K,
  handler: (params: N[K]) => void,
): Disposable {
  return connection.onNotification(method, handler);
}

function signalOf(token: CancellationToken): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  const subscription = token.onCancellationRequested(() => controller.abort());
  return { signal: controller.signal, release: () => subscription.dispose() };
}

function toWire(error: LoupeError): ResponseError<ErrorData> {
  return new ResponseError(LOUPE_ERROR, error.message, error.toData());
}

function fromWire(error: unknown, signal: AbortSignal | undefined): LoupeError {
  if (signal?.aborted) return new LoupeError('cancelled', 'Cancelled.', { cause: error });
  if (error instanceof ResponseError && error.code === LOUPE_ERROR) return LoupeError.fromData(error.data as ErrorData);
  if (error instanceof ResponseError) return new LoupeError('invalid-request', error.message, { cause: error });
  const message = error instanceof Error ? error.message : String(error);
  return new LoupeError('engine-lost', `The connection was lost: ${message}`, { cause: error });
}
