import type { Notice } from './shards.ts';

/** One thing that a loader of this dataset would stumble over. */
export interface LintFinding {
  /** `key-order`, `key-again`, `missing-field`, `two-images`, `bad-json`, `no-image`, `image-suffix`, `archive`. */
  readonly code: string;
  readonly severity: Notice['severity'];
  readonly message: string;
  /** Row that shows it, 0-based; absent where it is the whole file. */
  readonly row?: number;
  /** `sample 000000012, member 000000012.json`. */
  readonly place: string;
}
