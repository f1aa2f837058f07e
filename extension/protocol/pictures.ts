/** From which hosts the user lets Loupe fetch pictures that cells give the address of. */
export interface PicturePermissions {
  /** Hosts as addresses have them, with the port where it is not the scheme's own. */
  readonly hosts: readonly string[];
  /** Every host of the public internet. */
  readonly everyHost: boolean;
  /** Hosts that may be of a private network: the user has written their names into a setting. */
  readonly privateHosts: readonly string[];
}

/** Folder below the engine's cache folder where fetched pictures are kept. */
export const PICTURE_CACHE_FOLDER = 'pictures';

export const NO_PERMISSIONS: PicturePermissions = { hosts: [], everyHost: false, privateHosts: [] };
