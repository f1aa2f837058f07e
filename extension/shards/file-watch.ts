import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';

export type FileChange = 'changed' | 'deleted';

/** Time after an event in which more of the same are awaited, in milliseconds: writers write in bursts. */
const SETTLE = 300;

/** Tells when a file is no longer what it was when the watch began. Size and time decide, since events alone also come for a mere touch of the folder. */
export class FileWatch {
  readonly #uri: vscode.Uri;
  readonly #tell: (change: FileChange) => void;
  readonly #watcher: vscode.FileSystemWatcher;
  #timer: NodeJS.Timeout | undefined;
  #before: Promise<string | null>;

  constructor(uri: vscode.Uri, tell: (change: FileChange) => void) {
    this.#uri = uri;
    this.#tell = tell;
    this.#before = fingerprint(uri);
    const folder = vscode.Uri.file(dirname(uri.fsPath));
    this.#watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, literal(basename(uri.fsPath))));
    const look = (): void => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#look(), SETTLE);
    };
    this.#watcher.onDidChange(look);
    this.#watcher.onDidCreate(look);
    this.#watcher.onDidDelete(look);
  }

  /** Takes the file as it is now for the one to compare with. */
  restart(): void {
    this.#before = fingerprint(this.#uri);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#watcher.dispose();
  }

  async #look(): Promise<void> {
    const asked = this.#before;
    const [before, now] = await Promise.all([asked, fingerprint(this.#uri)]);
    // Taken anew meanwhile: what was seen is what the user sees.
    if (asked !== this.#before) return;
    if (before !== null && now !== before) this.#tell(now === null ? 'deleted' : 'changed');
  }
}

async function fingerprint(uri: vscode.Uri): Promise<string | null> {
  try {
    const stat = await vscode.workspace.fs.stat(uri);
    return `${stat.size} ${stat.mtime}`;
  } catch {
    return null;
  }
}

/** A file name as a glob that matches it alone. */
function literal(name: string): string {
  return name.replace(/[[\]{}*?]/g, (character) => `[${character}]`);
}
