/** The encoded bytes of a picture that a cell refers to, or why there are none. */
export type FoundPicture =
  | { readonly status: 'found'; readonly bytes: Uint8Array }
  | { readonly status: 'broken'; readonly message: string }
  /** The user has not been asked whether pictures may be fetched from this host. */
  | { readonly status: 'unasked'; readonly host: string };
