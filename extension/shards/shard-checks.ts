import * as vscode from 'vscode';
import type { LintFinding } from '../protocol/lint.ts';
import { toLoupeError } from '../rpc/failure.ts';
import type { ActivePanel } from './active-panel.ts';
import { AUTOMATIC_CHECK } from './automatic-check.ts';
import { rowLink } from './row-links.ts';
import type { ShardPanel } from './shard-panel.ts';
import type { ShardSession } from './shard-session.ts';

const SEVERITY = { error: 'Error', warning: 'Warning', info: 'Information' } as const;

/** What is wrong with WebDataset shards, among VS Code's problems; a finding goes away with its editor. */
export class ShardChecks {
  readonly #problems = vscode.languages.createDiagnosticCollection('loupe');
  readonly #checked = new WeakSet<ShardSession>();
  /** Editors of a file that is open more than once have their problems together. */
  readonly #editors = new Map<string, number>();
  readonly #command: vscode.Disposable;

  constructor(active: ActivePanel) {
    this.#command = vscode.commands.registerCommand('loupe.check', () => (active.panel === null ? undefined : this.#asked(active.panel.session)));
  }

  dispose(): void {
    this.#command.dispose();
    this.#problems.dispose();
  }

  /** Checks the shard of a new editor when it is read to its end and small enough to be read without being asked. */
  follow(panel: ShardPanel): vscode.Disposable {
    const { session } = panel;
    const stop = new AbortController();
    const look = (): void => {
      const { state } = session;
      if (state.status !== 'open' || state.shard.format !== 'webdataset' || !state.shard.rowsComplete || this.#checked.has(session)) return;
      const limit = vscode.workspace.getConfiguration('loupe').get<number>('check.automaticUpTo', AUTOMATIC_CHECK.default);
      if (state.shard.fileSize > limit * 1024 * 1024) return;
      void this.#check(session, stop.signal).catch(() => undefined);
    };
    const subscription = session.onChanged(look);
    const uri = session.uri.toString();
    this.#editors.set(uri, (this.#editors.get(uri) ?? 0) + 1);
    look();
    return new vscode.Disposable(() => {
      subscription.dispose();
      stop.abort();
      const others = (this.#editors.get(uri) ?? 0) - 1;
      this.#editors.set(uri, others);
      if (others > 0) return;
      this.#editors.delete(uri);
      this.#problems.delete(session.uri);
    });
  }

  /** The user asks: progress, and words also where there is nothing. */
  async #asked(session: ShardSession): Promise<void> {
    const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title: vscode.l10n.t('Checking {0}', session.name) };
    await vscode.window.withProgress(options, async (_, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      try {
        const total = await this.#check(session, stop.signal);
        if (total > 0) await vscode.commands.executeCommand('workbench.actions.view.problems');
        else void vscode.window.showInformationMessage(vscode.l10n.t('Nothing was found in {0} that a loader would stumble over.', session.name));
      } catch (error) {
        const failure = toLoupeError(error);
        if (failure.code !== 'cancelled') void vscode.window.showErrorMessage(failure.message);
      }
    });
  }

  /** @returns how many findings there are */
  async #check(session: ShardSession, signal: AbortSignal): Promise<number> {
    this.#checked.add(session);
    try {
      const { findings, total } = await session.request('shard/lint', {}, signal);
      this.#problems.set(session.uri, findings.map((finding) => problem(session.uri, finding)));
      return total;
    } catch (error) {
      this.#checked.delete(session);
      throw error;
    }
  }
}

function problem(uri: vscode.Uri, { code, severity, message, row, place }: LintFinding): vscode.Diagnostic {
  const where = row === undefined ? place : vscode.l10n.t('row {0}, {1}', row + 1, place);
  const diagnostic = new vscode.Diagnostic(new vscode.Range(row ?? 0, 0, row ?? 0, 0), `${message} (${where})`, vscode.DiagnosticSeverity[SEVERITY[severity]]);
  diagnostic.source = 'loupe';
  diagnostic.code = row === undefined ? code : { value: code, target: rowLink({ uri, row }) };
  return diagnostic;
}
