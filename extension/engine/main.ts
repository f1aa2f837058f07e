import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import type { EngineNotifications, EngineRequests } from '../protocol/engine.ts';
import { notify, serve } from '../rpc/connection.ts';
import { createEngine } from './service.ts';

/** The host takes an engine that is silent for long as hung; in milliseconds. */
const HEARTBEAT = 500;
/** Time that closing may take once the window is gone; in milliseconds. */
const LAST_WORK = 1_000;

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
const engine = createEngine((method, params) => notify<EngineNotifications, typeof method>(connection, method, params));

serve<EngineRequests>(connection, engine.handlers);
connection.listen();

setInterval(() => {
  notify<EngineNotifications, 'engine/heartbeat'>(connection, 'engine/heartbeat', { residentMemory: process.memoryUsage.rss() });
}, HEARTBEAT).unref();

// A promise that nobody waited for must not take every open shard down; it is told and the engine goes on.
process.on('unhandledRejection', (reason) => {
  const message = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  notify<EngineNotifications, 'engine/log'>(connection, 'engine/log', { level: 'error', message: `unhandled rejection: ${message}` });
});

// The window is gone: nobody is left to serve.
process.on('disconnect', () => {
  void engine.close().finally(() => process.exit(0));
  setTimeout(() => process.exit(0), LAST_WORK).unref();
});
