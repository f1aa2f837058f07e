import type * as vscode from 'vscode';
import type { ActivePanel } from './active-panel.ts';
import { ShardPanel, type PanelServices } from './shard-panel.ts';
import type { ShardSession } from './shard-session.ts';
import type { ShardSessions } from './shard-sessions.ts';

/** A file in one view type; two view types of one file share its session. */
interface ShardDocument extends vscode.CustomDocument {
  readonly session: ShardSession;
}

/** Both of Loupe's custom editors: read-only, any number of panels on one file. */
export class ShardEditorProvider implements vscode.CustomReadonlyEditorProvider<ShardDocument> {
  readonly #sessions: ShardSessions;
  readonly #active: ActivePanel;
  readonly #services: PanelServices;

  constructor(sessions: ShardSessions, active: ActivePanel, services: PanelServices) {
    this.#sessions = sessions;
    this.#active = active;
    this.#services = services;
  }

  openCustomDocument(uri: vscode.Uri): ShardDocument {
    const { session, release } = this.#sessions.use(uri);
    return { uri, session, dispose: release };
  }

  resolveCustomEditor(document: ShardDocument, webviewPanel: vscode.WebviewPanel): void {
    // The engine works while the webview still loads.
    document.session.start();
    const panel = new ShardPanel(webviewPanel, document.session, this.#services);
    const follow = (): void => {
      if (webviewPanel.active) this.#active.activated(panel);
      else this.#active.deactivated(panel);
    };
    webviewPanel.onDidChangeViewState(follow);
    webviewPanel.onDidDispose(() => {
      this.#active.deactivated(panel);
      panel.dispose();
    });
    follow();
  }
}
