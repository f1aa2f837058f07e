import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageConnection,
} from 'vscode-jsonrpc/browser';
import type { ViewState } from '../extension/protocol/webview.ts';

/** What VS Code gives every webview, once. */
export interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): ViewState | undefined;
  setState(state: ViewState): void;
}

/** A JSON-RPC connection to the extension host over `postMessage`; it listens from now on. */
export function connectHost(api: VsCodeApi): MessageConnection {
  const connection = createMessageConnection(new PostMessageReader(), new PostMessageWriter(api));
  connection.listen();
  return connection;
}

class PostMessageReader extends AbstractMessageReader {
  listen(callback: DataCallback): Disposable {
    const onMessage = (event: MessageEvent<unknown>): void => {
      // Other parties post to the same window; only JSON-RPC is ours.
      if (isRpcMessage(event.data)) callback(event.data);
    };
    window.addEventListener('message', onMessage);
    return { dispose: () => window.removeEventListener('message', onMessage) };
  }
}

class PostMessageWriter extends AbstractMessageWriter {
  readonly #api: VsCodeApi;

  constructor(api: VsCodeApi) {
    super();
    this.#api = api;
  }

  write(message: Message): Promise<void> {
    this.#api.postMessage(message);
    return Promise.resolve();
  }

  end(): void {
    // A webview ends with its window; there is nothing to flush.
  }
}

function isRpcMessage(data: unknown): data is Message {
  return typeof data === 'object' && data !== null && 'jsonrpc' in data && data.jsonrpc === '2.0';
}
