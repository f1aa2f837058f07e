/** Setting with hosts of private networks from which pictures may be fetched. */
export const PRIVATE_HOSTS_SETTING = 'pictures.privateHosts';
