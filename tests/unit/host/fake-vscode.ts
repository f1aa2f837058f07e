type Listener<T> = (value: T) => void;

export class EventEmitter<T> {
  readonly #listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>): { dispose: () => void } => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  fire(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

interface UriParts {
  readonly scheme: string;
  readonly path: string;
  readonly query?: string;
}

export class Uri {
  readonly scheme: string;
  readonly path: string;
  readonly query: string;

  constructor({ scheme, path, query = '' }: UriParts) {
    this.scheme = scheme;
    this.path = path;
    this.query = query;
  }

  static file(path: string): Uri {
    return new Uri({ scheme: 'file', path });
  }

  static joinPath(base: Uri, ...names: string[]): Uri {
    return new Uri({ scheme: base.scheme, path: [base.path, ...names].join('/') });
  }

  static from(parts: UriParts): Uri {
    return new Uri(parts);
  }

  static parse(text: string): Uri {
    const { protocol, pathname, search } = new URL(text);
    return new Uri({ scheme: protocol.slice(0, -1), path: decodeURIComponent(pathname), query: decodeURIComponent(search.slice(1)) });
  }

  get fsPath(): string {
    return this.path;
  }

  toString(): string {
    return `${this.scheme}://${encodeURI(this.path)}${this.query === '' ? '' : `?${encodeURIComponent(this.query)}`}`;
  }
}

/** What the stand-in was asked to do. */
export const seen = {
  watchers: [] as { readonly pattern: string; readonly fire: () => void }[],
  documents: [] as { readonly uri: Uri; readonly language: string }[],
  warnings: [] as string[],
  errors: [] as string[],
  stats: new Map<string, { size: number; mtime: number }>(),
  /** Files of other file systems, by address. */
  remote: new Map<string, Uint8Array>(),
  settings: new Map<string, unknown>(),
  commands: [] as unknown[][],
  clipboard: '',
  /** Modal questions with their details. */
  questions: [] as [message: string, detail: string | undefined][],
  uriHandler: null as ((uri: Pick<Uri, 'path' | 'query'>) => unknown) | null,
  /** Commands of the extension. */
  registered: new Map<string, () => unknown>(),
  /** What the user chooses in the next message. */
  choice: undefined as string | undefined,
  /** What the quick pick offered last, and the label that the user chooses in the next one. */
  offered: [] as string[],
  picked: undefined as string | undefined,
  /** The folder that the user chooses in the next dialog. */
  folder: undefined as Uri | undefined,
  deleted: [] as string[],
  /** What is wrong with documents, by their addresses. */
  problems: new Map<string, readonly Diagnostic[]>(),
};

export class RelativePattern {
  readonly base: Uri;
  readonly pattern: string;

  constructor(base: Uri, pattern: string) {
    this.base = base;
    this.pattern = pattern;
  }
}

export const ConfigurationTarget = { Global: 1 };
export const StatusBarAlignment = { Left: 1, Right: 2 };
export const ViewColumn = { Beside: -2 };
export const env = {
  language: 'en',
  uriScheme: 'vscodium',
  clipboard: {
    writeText: (text: string): Promise<void> => {
      seen.clipboard = text;
      return Promise.resolve();
    },
  },
};
export const QuickPickItemKind = { Separator: -1, Default: 0 };
export const commands = {
  registerCommand: (name: string, run: () => unknown): { dispose: () => void } => {
    seen.registered.set(name, run);
    return { dispose: () => seen.registered.delete(name) };
  },
  executeCommand: (...call: unknown[]): Promise<void> => {
    seen.commands.push(call);
    return Promise.resolve();
  },
};
export const l10n = { t: (text: string, ...args: unknown[]): string => text.replace(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)])) };

export const window = {
  showWarningMessage: (message: string): Promise<string | undefined> => {
    seen.warnings.push(message);
    return Promise.resolve(seen.choice);
  },
  showInformationMessage: (message: string, { detail }: { detail?: string } = {}): Promise<string | undefined> => {
    seen.questions.push([message, detail]);
    return Promise.resolve(seen.choice);
  },
  showErrorMessage: (message: string): Promise<undefined> => {
    seen.errors.push(message);
    return Promise.resolve(undefined);
  },
  setStatusBarMessage: (): void => undefined,
  registerUriHandler: ({ handleUri }: { handleUri: (uri: Pick<Uri, 'path' | 'query'>) => unknown }): { dispose: () => void } => {
    seen.uriHandler = handleUri;
    return { dispose: () => undefined };
  },
  showQuickPick: <T extends { readonly label: string }>(items: readonly T[]): Promise<T | undefined> => {
    seen.offered = items.map(({ label }) => label);
    return Promise.resolve(items.find(({ label }) => label === seen.picked));
  },
  showOpenDialog: (): Promise<Uri[] | undefined> => Promise.resolve(seen.folder === undefined ? undefined : [seen.folder]),
  showTextDocument: (): Promise<void> => Promise.resolve(),
};

export class Range {
  readonly start: Position;
  readonly end: Position;

  constructor(start: Position, end: Position) {
    this.start = start;
    this.end = end;
  }
}

export class Diagnostic {
  readonly range: Range;
  readonly message: string;

  constructor(range: Range, message: string) {
    this.range = range;
    this.message = message;
  }
}

export const languages = {
  createDiagnosticCollection: () => ({
    set: (uri: Uri, found: readonly Diagnostic[]): unknown => seen.problems.set(uri.toString(), found),
    delete: (uri: Uri): unknown => seen.problems.delete(uri.toString()),
  }),
  setTextDocumentLanguage: (document: { uri: Uri }, language: string): Promise<void> => {
    seen.documents.push({ uri: document.uri, language });
    return Promise.resolve();
  },
};

/** As VS Code's own, as far as its code goes. */
export class FileSystemError extends Error {
  readonly code: string;

  constructor(message: string, code = '') {
    super(message);
    this.code = code;
  }

  static Unavailable(message: string): FileSystemError {
    return new FileSystemError(message, 'Unavailable');
  }
}

export const FileChangeType = { Changed: 1 };
export const FileType = { File: 1 };

export class Position {
  readonly line: number;
  readonly character: number;

  constructor(line: number, character: number) {
    this.line = line;
    this.character = character;
  }

  translate(lines: number, characters: number): Position {
    return new Position(this.line + lines, this.character + characters);
  }
}

export const workspace = {
  fs: {
    delete: (uri: Uri): Promise<void> => {
      seen.deleted.push(uri.path);
      return Promise.reject(new FileSystemError('not found', 'FileNotFound'));
    },
    readFile: (uri: Uri): Promise<Uint8Array> => {
      const bytes = seen.remote.get(uri.toString());
      return bytes === undefined ? Promise.reject(new FileSystemError('not found', 'FileNotFound')) : Promise.resolve(bytes);
    },
    stat: (uri: Uri): Promise<{ size: number; mtime: number }> => {
      const bytes = seen.remote.get(uri.toString());
      if (bytes !== undefined) return Promise.resolve({ size: bytes.length, mtime: 1 });
      const stat = seen.stats.get(uri.path);
      return stat === undefined ? Promise.reject(new FileSystemError('not found', 'FileNotFound')) : Promise.resolve(stat);
    },
  },
  onDidChangeConfiguration: () => ({ dispose: () => undefined }),
  getConfiguration: () => ({
    get: (name: string, otherwise?: unknown) => seen.settings.get(name) ?? otherwise,
    update: (name: string, value: unknown) => Promise.resolve(void seen.settings.set(name, value)),
  }),
  createFileSystemWatcher: ({ pattern }: RelativePattern): Record<string, unknown> => {
    const changed = new EventEmitter<undefined>();
    const watcher = { pattern, fire: () => changed.fire(undefined) };
    seen.watchers.push(watcher);
    return { onDidChange: changed.event, onDidCreate: changed.event, onDidDelete: changed.event, dispose: () => seen.watchers.splice(seen.watchers.indexOf(watcher), 1) };
  },
  openTextDocument: (uri: Uri): Promise<{ uri: Uri; languageId: string }> => Promise.resolve({ uri, languageId: 'plaintext' }),
};
