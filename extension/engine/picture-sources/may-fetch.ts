import type { PicturePermissions } from '../../protocol/pictures.ts';

/** Whether the user has said yes to this host. */
export function mayFetch({ hosts, everyHost, privateHosts }: PicturePermissions, host: string): boolean {
  return everyHost || hosts.includes(host) || privateHosts.includes(host);
}
