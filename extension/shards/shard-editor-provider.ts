import * as vscode from 'vscode';
import type { EditStep } from '../protocol/edits.ts';
import { LoupeError } from '../rpc/failure.ts';
import type { ActivePanel } from './active-panel.ts';
import { removeBackup } from './editing/document-edits.ts';
import { saveDocument } from './editing/save-document.ts';
import type { OpenPanels } from './open-panels.ts';
import { ShardPanel, type PanelServices } from './shard-panel.ts';
import type { ShardSession } from './shard-session.ts';
import { SET_SCHEME } from './sets/set-uri.ts';
import type { ShardSessions } from './shard-sessions.ts';

/** A file in one view type; two view types of one file share its session, and with it its edits. */
interface ShardDocument extends vscode.CustomDocument {
  readonly session: ShardSession;
}

type DocumentChange = vscode.CustomDocumentEditEvent<ShardDocument> | vscode.CustomDocumentContentChangeEvent<ShardDocument>;

/** Both of Loupe's custom editors: any number of panels on one file, whose edits VS Code undoes, saves and backs up. */
export class ShardEditorProvider implements vscode.CustomEditorProvider<ShardDocument>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<DocumentChange>();
  readonly onDidChangeCustomDocument = this.#changed.event;
  readonly #sessions: ShardSessions;
  readonly #active: ActivePanel;
  readonly #panels: OpenPanels;
  readonly #services: PanelServices;
  readonly #documents = new Set<ShardDocument>();

  constructor(sessions: ShardSessions, active: ActivePanel, panels: OpenPanels, services: PanelServices) {
    this.#sessions = sessions;
    this.#active = active;
    this.#panels = panels;
    this.#services = services;
  }

  openCustomDocument(uri: vscode.Uri, { backupId }: vscode.CustomDocumentOpenContext): ShardDocument {
    const { session, release } = this.#sessions.use(uri, backupId ?? null);
    const dispose = (): void => {
      this.#documents.delete(document);
      release();
    };
    const document: ShardDocument = { uri, session, dispose };
    this.#documents.add(document);
    return document;
  }

  resolveCustomEditor(document: ShardDocument, webviewPanel: vscode.WebviewPanel): void {
    const { session } = document;
    // The engine works while the webview still loads.
    session.start();
    const panel = new ShardPanel(webviewPanel, session, this.#services, (step) => this.#tellStep(document, step));
    const follow = (): void => {
      if (webviewPanel.active) this.#active.activated(panel);
      else this.#active.deactivated(panel);
    };
    webviewPanel.onDidChangeViewState(follow);
    this.#panels.add(panel);
    webviewPanel.onDidDispose(() => {
      this.#panels.delete(panel);
      this.#active.deactivated(panel);
      panel.dispose();
    });
    follow();
    void this.#tellRestored(document);
  }

  async saveCustomDocument(document: ShardDocument, token: vscode.CancellationToken): Promise<void> {
    const { edits, name } = document.session;
    if (edits !== null) await saveDocument(edits, name, signalOf(token), (step) => this.#tellStep(document, step));
  }

  async saveCustomDocumentAs({ session, uri }: ShardDocument, destination: vscode.Uri, token: vscode.CancellationToken): Promise<void> {
    const { edits } = session;
    if (uri.scheme === SET_SCHEME) throw new LoupeError('unsupported', vscode.l10n.t('A set of shards is saved into its own files; export its rows to have them in another one.'));
    if (edits?.isDirty !== true) {
      await vscode.workspace.fs.copy(uri, destination, { overwrite: true });
      return;
    }
    if (destination.scheme !== 'file') throw new LoupeError('unsupported', vscode.l10n.t('Edits are saved to files on this disk only.'));
    await edits.saveAs(destination.fsPath, signalOf(token));
  }

  async revertCustomDocument({ session }: ShardDocument): Promise<void> {
    await session.edits?.revert();
  }

  async backupCustomDocument({ session }: ShardDocument, { destination }: vscode.CustomDocumentBackupContext): Promise<vscode.CustomDocumentBackup> {
    const path = destination.fsPath;
    await session.edits?.backup(path);
    return { id: path, delete: () => void removeBackup(path) };
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** A step was made elsewhere than in an editor of the shard; one of these can undo it. */
  stepMade(session: ShardSession, step: EditStep): void {
    const document = [...this.#documents].findLast((one) => one.session === session);
    if (document !== undefined) this.#tellStep(document, step);
  }

  #tellStep(document: ShardDocument, step: EditStep): void {
    const { edits } = document.session;
    this.#changed.fire({ document, label: step.label, undo: async () => edits?.undo(step), redo: async () => edits?.redo(step) });
  }

  /** Edits that were never backed up, since the program ended at once: VS Code does not know of them. */
  async #tellRestored(document: ShardDocument): Promise<void> {
    if ((await document.session.edits?.restored()) === true) this.#changed.fire({ document });
  }
}

function signalOf(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
