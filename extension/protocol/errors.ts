/**
 * Why a request failed, in classes that the user's next step depends on.
 *
 * - `not-found`, `no-permission`, `changed`: the file system's word
 * - `malformed`: the file breaks its format's rules; `encrypted`, `unsupported`: sound, but not for us
 * - `too-large`: a limit of Loupe was reached; the message names the limit
 * - `conflict`: a cell does not hold what an edit says it held
 * - `linked`: the file has other names (hard links); it is written when the user agrees
 * - `quarantined`: was open at two engine crashes; opens only when the user asks for it
 * - `engine-lost`: the engine ended while the request was under way; asking again may work
 */
export type ErrorCode =
  | 'not-found'
  | 'no-permission'
  | 'changed'
  | 'malformed'
  | 'encrypted'
  | 'unsupported'
  | 'too-large'
  | 'conflict'
  | 'linked'
  | 'timeout'
  | 'cancelled'
  | 'quarantined'
  | 'engine-lost'
  | 'invalid-request'
  | 'internal';

/** An error as it crosses a process boundary. */
export interface ErrorData {
  readonly code: ErrorCode;
  /** In the words of the user's task, naming the file and the place. */
  readonly message: string;
  readonly path?: string;
  /** `line 12`, `row group 3`, `byte 4096`, `member a/b.json`. */
  readonly place?: string;
}
