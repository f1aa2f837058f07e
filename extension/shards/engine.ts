import * as vscode from 'vscode';
import { EngineClient } from '../engine-client/engine-client.ts';
import { engineSettings } from '../engine-client/settings.ts';
import type { LoupeError } from '../rpc/failure.ts';
import type { PictureHosts } from './pictures/picture-hosts.ts';

const QUARANTINE_KEY = 'loupe.quarantine';

/** The engine of this window with VS Code's settings, log, storage and commands around it. */
export class WindowEngine {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #hosts: PictureHosts;
  #client: EngineClient | null = null;

  /** @param hosts from which the engine may fetch pictures */
  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel, hosts: PictureHosts) {
    this.#context = context;
    this.#log = log;
    this.#hosts = hosts;
  }

  /** The client; made when first asked for. Its process starts with the first file. */
  get client(): EngineClient {
    this.#client ??= this.#create();
    return this.#client;
  }

  /** Registers what a user does with the engine as such. */
  register(): vscode.Disposable[] {
    return [
      vscode.commands.registerCommand('loupe.showLog', () => this.#log.show()),
      vscode.commands.registerCommand('loupe.restartEngine', () => this.#client?.restart()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('loupe')) void this.#reconfigure(change);
      }),
    ];
  }

  /** Where the engine keeps what can be made again. */
  get cacheFolder(): vscode.Uri {
    return vscode.Uri.joinPath(this.#context.globalStorageUri, 'cache');
  }

  /** Gives a running engine the present settings; one that ends meanwhile gets them when it starts again. */
  async configure(): Promise<void> {
    await this.#client?.configure().catch((error: unknown) => this.#log.warn(String(error)));
  }

  /** Ends the engine's process. */
  async stop(): Promise<void> {
    await this.#client?.stop();
  }

  #create(): EngineClient {
    const storage = this.#context.workspaceState;
    return new EngineClient({
      entry: vscode.Uri.joinPath(this.#context.extensionUri, 'dist', 'engine.cjs').fsPath,
      settings: () => {
        const configuration = vscode.workspace.getConfiguration('loupe');
        return engineSettings((name) => configuration.get(name), this.cacheFolder.fsPath, this.#hosts.permissions);
      },
      log: this.#log,
      quarantined: storage.get<string[]>(QUARANTINE_KEY, []),
      onQuarantine: (paths) => void storage.update(QUARANTINE_KEY, paths),
      onGivenUp: (error) => void this.#tellGivenUp(error),
    });
  }

  async #tellGivenUp(error: LoupeError): Promise<void> {
    const showLog = vscode.l10n.t('Show Log');
    const restart = vscode.l10n.t('Restart Engine');
    const chosen = await vscode.window.showErrorMessage(error.message, showLog, restart);
    if (chosen === showLog) this.#log.show();
    if (chosen === restart) await this.#client?.restart();
  }

  async #reconfigure(change: vscode.ConfigurationChangeEvent): Promise<void> {
    const client = this.#client;
    if (client === null) return;
    await this.configure();
    if (client.pid === null || !change.affectsConfiguration('loupe.engine.memory')) return;
    const restart = vscode.l10n.t('Restart Engine');
    const words = vscode.l10n.t("The size of the engine's heap changes when Loupe's engine is restarted.");
    if ((await vscode.window.showInformationMessage(words, restart)) === restart) await client.restart();
  }
}
