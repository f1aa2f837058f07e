import { describe, expect, test } from 'vitest';
import type * as vscode from 'vscode';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { WebviewConnections } from '../../../extension/shards/webview-connection.ts';
import { until } from './engine-fixture.ts';

/** A webview's two ends: what the page sends goes in, what the host posts is kept. */
function fakeWebview(): { webview: vscode.Webview; send: (message: unknown) => void; posted: { id?: number; result?: unknown; error?: unknown; method?: string }[] } {
  let listener: (message: unknown) => void = () => undefined;
  const posted: { id?: number }[] = [];
  const webview = {
    onDidReceiveMessage: (handler: (message: unknown) => void) => {
      listener = handler;
      return { dispose: () => (listener = () => undefined) };
    },
    postMessage: (message: { id?: number }) => {
      posted.push(message);
      return Promise.resolve(true);
    },
  } as unknown as vscode.Webview;
  return { webview, send: (message) => listener(message), posted };
}

const ask = (id: number, method: string, params: unknown = {}): unknown => ({ jsonrpc: '2.0', id, method, params });

describe('the connection to a webview', () => {
  test('begins with view/ready and answers', async () => {
    const { webview, send, posted } = fakeWebview();
    const connections = new WebviewConnections(webview, (connection) => {
      connection.onRequest('view/ready', () => 'hello');
      connection.onRequest('view/row', ({ row }: { row: number }) => row + 1);
    });
    send(ask(0, 'view/row', { row: 1 }));
    expect(connections.current).toBeNull();
    send(ask(0, 'view/ready'));
    send(ask(1, 'view/row', { row: 1 }));
    await until(() => posted.length === 2, 'both are answered');
    expect(posted.map(({ id, result }) => [id, result])).toEqual([
      [0, 'hello'],
      [1, 2],
    ]);
    send({ not: 'a message' });
    send(null);
    connections.dispose();
  });

  test('sends each byte array in a buffer of its own, and a Buffer as bytes', async () => {
    const { webview, send, posted } = fakeWebview();
    const whole = Buffer.from('0123456789');
    const connections = new WebviewConnections(webview, (connection) => {
      connection.onRequest('view/ready', () => ({ list: [['name', { head: whole.subarray(2, 4) }]], texts: ['a', 'b'], none: null }));
    });
    send(ask(0, 'view/ready'));
    await until(() => posted.length === 1, 'it is answered');
    const { list, texts, none } = posted[0]!.result as { list: [string, { head: Uint8Array }][]; texts: string[]; none: null };
    const { head } = list[0]![1];
    expect([head.constructor, head.buffer.byteLength, [...head]]).toEqual([Uint8Array, 2, [50, 51]]);
    expect([texts, none]).toEqual([['a', 'b'], null]);
    connections.dispose();
  });

  test('gives a page that was loaded again a connection of its own; answers to the old page are dropped', async () => {
    const { webview, send, posted } = fakeWebview();
    const pages: { gone: AbortSignal; answer: (value: string) => void }[] = [];
    const connections = new WebviewConnections(webview, (connection: MessageConnection, gone: AbortSignal) => {
      const page: { gone: AbortSignal; answer: (value: string) => void } = { gone, answer: () => undefined };
      pages.push(page);
      connection.onRequest('view/ready', () => pages.length);
      connection.onRequest('view/page', () => new Promise((resolve) => (page.answer = resolve)));
    });
    send(ask(0, 'view/ready'));
    send(ask(1, 'view/page'));
    await until(() => posted.length === 1, 'the first page is ready');
    send(ask(0, 'view/ready'));
    send(ask(1, 'view/page'));
    await until(() => posted.length === 2, 'the second page is ready');
    pages[0]!.answer('old');
    pages[1]!.answer('new');
    await until(() => posted.length === 3, 'the second page has its answer');
    expect(posted.map(({ id, result }) => [id, result])).toEqual([
      [0, 1],
      [0, 2],
      [1, 'new'],
    ]);
    expect(pages.map(({ gone }) => gone.aborted)).toEqual([true, false]);
    connections.end();
    expect([pages[1]!.gone.aborted, connections.current]).toEqual([true, null]);
    connections.dispose();
  });

  test('answers an unknown method with an error', async () => {
    const { webview, send, posted } = fakeWebview();
    const connections = new WebviewConnections(webview, (connection) => void connection.onRequest('view/ready', () => null));
    send(ask(0, 'view/ready'));
    send(ask(1, 'view/nothing'));
    await until(() => posted.length === 2, 'both are answered');
    expect(posted.find(({ id }) => id === 1)).toHaveProperty('error');
    connections.dispose();
  });
});
