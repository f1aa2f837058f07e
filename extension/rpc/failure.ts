import type { ErrorCode, ErrorData } from '../protocol/errors.ts';

/** An error that a person is meant to read; crosses every boundary as `ErrorData`. */
export class LoupeError extends Error {
  readonly code: ErrorCode;
  readonly path: string | undefined;
  readonly place: string | undefined;

  constructor(code: ErrorCode, message: string, where: { path?: string; place?: string; cause?: unknown } = {}) {
    super(message, where.cause === undefined ? undefined : { cause: where.cause });
    this.name = 'LoupeError';
    this.code = code;
    this.path = where.path;
    this.place = where.place;
  }

  toData(): ErrorData {
    return {
      code: this.code,
      message: this.message,
      ...(this.path === undefined ? {} : { path: this.path }),
      ...(this.place === undefined ? {} : { place: this.place }),
    };
  }

  static fromData(data: ErrorData): LoupeError {
    return new LoupeError(data.code, data.message, {
      ...(data.path === undefined ? {} : { path: data.path }),
      ...(data.place === undefined ? {} : { place: data.place }),
    });
  }
}

/** Any thrown thing as a `LoupeError`; what we did not foresee is `internal`. */
export function toLoupeError(error: unknown): LoupeError {
  if (error instanceof LoupeError) return error;
  if (isAbort(error)) return new LoupeError('cancelled', 'Cancelled.', { cause: error });
  const message = error instanceof Error ? error.message : String(error);
  return new LoupeError('internal', message, { cause: error });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
