import * as vscode from 'vscode';
import { LoupeError } from '../../rpc/failure.ts';
import type { PictureHosts } from './picture-hosts.ts';
import type { PictureRoots } from './picture-roots.ts';

/** A host as an address has it, with or without a port. */
const HOST = /^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/;
const MAX_HOST = 260;

/** What every editor may do about pictures that are not in the shard. */
export class PanelPictures {
  /** Fires when other pictures may be fetched than before, or paths start elsewhere, and the engine knows of it. */
  readonly onChanged: vscode.Event<void>;
  readonly hosts: PictureHosts;
  readonly roots: PictureRoots;
  readonly #configure: () => Promise<void>;
  readonly #changed = new vscode.EventEmitter<void>();
  /** The question that is on screen. */
  #asking: Promise<boolean> | null = null;

  /** @param configure tells the engine what is allowed */
  constructor(hosts: PictureHosts, roots: PictureRoots, configure: () => Promise<void>) {
    this.hosts = hosts;
    this.roots = roots;
    this.#configure = configure;
    this.onChanged = this.#changed.event;
  }

  /** Asks whether pictures may be fetched from a host, one question at a time. @returns whether anything was allowed */
  async ask(host: string): Promise<boolean> {
    if (host.length > MAX_HOST || !HOST.test(host)) throw new LoupeError('invalid-request', 'This is no host that pictures could be fetched from.');
    if (this.#asking !== null) return false;
    this.#asking = this.#ask(host);
    try {
      return await this.#asking;
    } finally {
      this.#asking = null;
    }
  }

  /** Tells the engine, then every editor, what holds now. */
  async apply(): Promise<void> {
    await this.#configure();
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #ask(host: string): Promise<boolean> {
    const one = vscode.l10n.t('Allow Pictures from {0}', host);
    const every = vscode.l10n.t('Allow All Hosts');
    const detail = vscode.l10n.t('The rows name pictures at this host. When they are on screen, Loupe asks the host for them: it learns your network address and which pictures you look at. Loupe: Manage Picture Hosts... takes this back.');
    const chosen = await vscode.window.showWarningMessage(vscode.l10n.t('Fetch pictures from {0}?', host), { modal: true, detail }, one, every);
    if (chosen === one) await this.hosts.allow(host);
    else if (chosen === every) await this.hosts.allowEvery();
    else return false;
    await this.apply();
    return true;
  }
}
