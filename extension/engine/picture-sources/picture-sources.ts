import { NO_PERMISSIONS, type PicturePermissions } from '../../protocol/pictures.ts';
import { WorkQueue } from '../images/work-queue.ts';
import { fetchPicture } from './fetch-picture.ts';
import type { FoundPicture } from './found-picture.ts';
import { mayFetch } from './may-fetch.ts';
import type { PictureCache } from './picture-cache.ts';
import { readPath } from './read-path.ts';
import type { PictureReference } from './reference.ts';

/** Pictures fetched at a time. */
const FETCHES = 8;
/** Failures that are remembered, so that scrolling back does not ask again. */
const MAX_FAILURES = 10_000;

export interface ReferenceContext {
  /** Folder where relative paths start. */
  readonly root: string;
  /** Bytes of an encoded picture above which it is not read. */
  readonly maxBytes: number;
}

/** Pictures that cells refer to: by address, by path, or in their text. */
export class PictureSources {
  #permissions = NO_PERMISSIONS;
  readonly #cache: () => PictureCache;
  readonly #queue = new WorkQueue(FETCHES);
  readonly #failures = new Map<string, FoundPicture>();

  /** @param cache for fetched pictures; asked for when one is fetched */
  constructor(cache: () => PictureCache) {
    this.#cache = cache;
  }

  /** What the user allows from now on; what failed may be tried again. */
  permit(permissions: PicturePermissions): void {
    this.#permissions = permissions;
    this.#failures.clear();
  }

  /** @throws the signal's reason */
  find(reference: PictureReference, { root, maxBytes }: ReferenceContext, signal: AbortSignal): Promise<FoundPicture> {
    switch (reference.kind) {
      case 'inline':
        return Promise.resolve({ status: 'found', bytes: reference.bytes });
      case 'path':
        return readPath(reference.path, { root, maxBytes });
      case 'address':
        return this.#fetch(reference.url, signal);
    }
  }

  async #fetch(url: URL, signal: AbortSignal): Promise<FoundPicture> {
    // Also what is in the cache is shown only with consent: a revoked host stays blind.
    if (!mayFetch(this.#permissions, url.host)) return { status: 'unasked', host: url.host };
    const failed = this.#failures.get(url.href);
    if (failed !== undefined) return failed;
    const cached = await this.#cache().get(url.href);
    if (cached !== null) return { status: 'found', bytes: cached };
    const permissions = this.#permissions;
    const found = await this.#queue.run(() => fetchPicture(url, permissions, signal), signal);
    if (found.status === 'found') await this.#cache().put(url.href, found.bytes);
    if (found.status === 'broken' && permissions === this.#permissions) this.#remember(url.href, found);
    return found;
  }

  #remember(address: string, failure: FoundPicture): void {
    if (this.#failures.size >= MAX_FAILURES) this.#failures.clear();
    this.#failures.set(address, failure);
  }
}
