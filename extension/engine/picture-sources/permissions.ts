/** Which hosts the user lets Loupe fetch pictures from. */
export interface Permissions {
  /** Host names as addresses have them, with the port where it is not the scheme's own. */
  readonly hosts: readonly string[];
  /** Every host of the public internet. */
  readonly everyHost: boolean;
  /** Hosts that may be private: the user has written their names into a setting. */
  readonly privateHosts: readonly string[];
}

export const NO_PERMISSIONS: Permissions = { hosts: [], everyHost: false, privateHosts: [] };

/** Whether the user has said yes to this host. */
export function mayFetch({ hosts, everyHost, privateHosts }: Permissions, host: string): boolean {
  return everyHost || hosts.includes(host) || privateHosts.includes(host);
}
