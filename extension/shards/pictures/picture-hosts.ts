import * as vscode from 'vscode';
import type { PicturePermissions } from '../../protocol/pictures.ts';
import { PRIVATE_HOSTS_SETTING } from './private-hosts-setting.ts';

const KEY = 'loupe.pictureHosts';
/** Hosts that are remembered; the one that was allowed longest ago goes first. */
const MAX_HOSTS = 10_000;

type Consents = Pick<PicturePermissions, 'hosts' | 'everyHost'>;

const NONE: Consents = { hosts: [], everyHost: false };

/** From which hosts the user lets Loupe fetch pictures: what was said yes to, for every workspace, and what is in the setting. */
export class PictureHosts {
  readonly #storage: vscode.Memento;

  constructor(storage: vscode.Memento) {
    this.#storage = storage;
  }

  get consents(): Consents {
    return this.#storage.get<Consents>(KEY, NONE);
  }

  get permissions(): PicturePermissions {
    const named = vscode.workspace.getConfiguration('loupe').get<unknown>(PRIVATE_HOSTS_SETTING);
    const privateHosts = Array.isArray(named) ? named.filter((host) => typeof host === 'string').map((host) => host.trim().toLowerCase()) : [];
    return { ...this.consents, privateHosts };
  }

  allow(host: string): Thenable<void> {
    const { hosts, everyHost } = this.consents;
    return this.#storage.update(KEY, { everyHost, hosts: [...hosts.filter((other) => other !== host), host].slice(-MAX_HOSTS) });
  }

  allowEvery(): Thenable<void> {
    return this.#storage.update(KEY, { ...this.consents, everyHost: true });
  }

  /** Takes back what was said of these hosts. */
  revoke(hosts: readonly string[]): Thenable<void> {
    const { everyHost, hosts: before } = this.consents;
    return this.#storage.update(KEY, { everyHost, hosts: before.filter((host) => !hosts.includes(host)) });
  }

  /** Takes back that every host may be asked; those that were named one by one stay. */
  revokeEvery(): Thenable<void> {
    return this.#storage.update(KEY, { ...this.consents, everyHost: false });
  }

  /** Takes everything back that was said. */
  revokeAll(): Thenable<void> {
    return this.#storage.update(KEY, undefined);
  }
}
