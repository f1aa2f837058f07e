import type { ErrorCode } from '../../../protocol/errors.ts';

/** What is wrong with a page, in words that go on after `the page at byte 4096: `. The reader adds file and place. */
export class PageFault extends Error {
  readonly code: ErrorCode;

  constructor(message: string, code: 'malformed' | 'unsupported' | 'too-large' = 'malformed', cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'PageFault';
    this.code = code;
  }
}
