import * as vscode from 'vscode';
import type { ShardPanel } from './shard-panel.ts';

/** Which of Loupe's editors has the user's attention. */
export class ActivePanel {
  readonly onChanged: vscode.Event<void>;
  readonly #changed = new vscode.EventEmitter<void>();
  #panel: ShardPanel | null = null;
  #context: vscode.Disposable | null = null;

  constructor() {
    this.onChanged = this.#changed.event;
  }

  get panel(): ShardPanel | null {
    return this.#panel;
  }

  activated(panel: ShardPanel): void {
    this.#set(panel);
  }

  deactivated(panel: ShardPanel): void {
    if (this.#panel === panel) this.#set(null);
  }

  dispose(): void {
    this.#context?.dispose();
    this.#changed.dispose();
  }

  #set(panel: ShardPanel | null): void {
    this.#panel = panel;
    this.#context?.dispose();
    this.#context = panel?.onContextChanged(() => this.#tellContext()) ?? null;
    this.#tellContext();
    this.#changed.fire();
  }

  /** For the `when` clauses and `enablement` in package.json. */
  #tellContext(): void {
    const { row = null, column = null } = this.#panel?.context ?? {};
    void vscode.commands.executeCommand('setContext', 'loupe.hasRow', row !== null);
    void vscode.commands.executeCommand('setContext', 'loupe.hasColumn', column !== null);
  }
}
