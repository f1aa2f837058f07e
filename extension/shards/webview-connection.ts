import type * as vscode from 'vscode';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  Message,
  type DataCallback,
  type Disposable,
  type MessageConnection,
} from 'vscode-jsonrpc/node';

/** What a webview's first request is called. */
const FIRST_METHOD = 'view/ready';

/**
 * The connections to one webview. VS Code throws a hidden webview's page away and loads it again later, with its count of
 * requests at zero: every page gets a connection of its own, and answers to an old page are dropped.
 */
export class WebviewConnections {
  readonly #webview: vscode.Webview;
  readonly #serve: (connection: MessageConnection, gone: AbortSignal) => void;
  readonly #subscription: vscode.Disposable;
  #current: { connection: MessageConnection; reader: Reader; gone: AbortController } | null = null;

  /** @param serve sets the handlers of a new page up; `gone` fires when that page is no more */
  constructor(webview: vscode.Webview, serve: (connection: MessageConnection, gone: AbortSignal) => void) {
    this.#webview = webview;
    this.#serve = serve;
    this.#subscription = webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
  }

  /** The connection to the page that is loaded, if one has said that it is. */
  get current(): MessageConnection | null {
    return this.#current?.connection ?? null;
  }

  /** Ends what the present page asked for; the next one starts anew. */
  end(): void {
    const current = this.#current;
    this.#current = null;
    current?.gone.abort();
    current?.connection.dispose();
  }

  dispose(): void {
    this.end();
    this.#subscription.dispose();
  }

  #receive(message: unknown): void {
    if (!isMessage(message)) return;
    if (Message.isRequest(message) && message.method === FIRST_METHOD) this.#renew();
    this.#current?.reader.deliver(message);
  }

  #renew(): void {
    this.end();
    const gone = new AbortController();
    const reader = new Reader();
    const connection = createMessageConnection(reader, new Writer(this.#webview, gone.signal));
    connection.onError(() => undefined);
    this.#serve(connection, gone.signal);
    connection.listen();
    this.#current = { connection, reader, gone };
  }
}

class Reader extends AbstractMessageReader {
  #callback: DataCallback = () => undefined;

  listen(callback: DataCallback): Disposable {
    this.#callback = callback;
    return { dispose: () => (this.#callback = () => undefined) };
  }

  deliver(message: Message): void {
    this.#callback(message);
  }
}

class Writer extends AbstractMessageWriter {
  readonly #webview: vscode.Webview;
  readonly #gone: AbortSignal;

  constructor(webview: vscode.Webview, gone: AbortSignal) {
    super();
    this.#webview = webview;
    this.#gone = gone;
  }

  async write(message: Message): Promise<void> {
    if (!this.#gone.aborted) await this.#webview.postMessage(compact(message));
  }

  end(): void {
    // A webview ends with its panel; there is nothing to flush.
  }
}

/**
 * The same message with every byte array in a buffer of its own. VS Code sends a view's whole buffer, which for bytes from
 * the engine is the whole answer, and takes Node's `Buffer` for an object with a `data` array.
 */
function compact<T>(value: T): T {
  if (value instanceof Uint8Array) return Uint8Array.from(value) as T;
  if (Array.isArray(value)) return (value.some((item) => typeof item === 'object') ? value.map(compact) : value) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, compact(item as unknown)])) as T;
}

function isMessage(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'jsonrpc' in message && message.jsonrpc === '2.0';
}
