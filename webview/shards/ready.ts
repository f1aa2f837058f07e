import { hostOn } from '../host.ts';
import { connectHost, type VsCodeApi } from '../rpc.ts';

declare function acquireVsCodeApi(): VsCodeApi;

export const api = acquireVsCodeApi();
export const host = hostOn(connectHost(api));

/** Asked when this module is loaded, before any other is: the host answers while the rest of the page's code is evaluated. */
export const ready = host.request('view/ready', {});
