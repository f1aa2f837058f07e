import type { MessageConnection } from 'vscode-jsonrpc/browser';
import type { HostNotifications, HostRequests, WebviewNotifications } from '../extension/protocol/webview.ts';
import { listen, notify, request } from '../extension/rpc/connection.ts';

/** The extension host as the webview sees it. Every request settles: value or `LoupeError`. */
export interface Host {
  request<K extends keyof HostRequests>(method: K, params: HostRequests[K]['params'], signal?: AbortSignal): Promise<HostRequests[K]['result']>;
  notify<K extends keyof HostNotifications>(method: K, params: HostNotifications[K]): void;
  listen<K extends keyof WebviewNotifications>(method: K, handler: (params: WebviewNotifications[K]) => void): void;
}

/** The typed methods of the boundary on a connection. */
export function hostOn(connection: MessageConnection): Host {
  return {
    request: (method, params, signal) => request<HostRequests, typeof method>(connection, method, params, signal),
    notify: (method, params) => notify<HostNotifications, typeof method>(connection, method, params),
    listen: (method, handler) => {
      listen<WebviewNotifications, typeof method>(connection, method, handler);
    },
  };
}
