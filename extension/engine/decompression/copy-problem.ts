import { basename } from 'node:path';
import { LoupeError, toLoupeError } from '../../rpc/failure.ts';
import { fileError } from '../shards/file-error.ts';
import { StreamFault } from './stream-fault.ts';

/** Why a copy ends early, in words that name the file and the byte. */
export function problemOf(error: unknown, path: string, compression: string): LoupeError {
  const name = basename(path);
  if (error instanceof StreamFault) {
    const words = {
      truncated: `${name} is cut off: its ${compression} stream ends at byte ${error.byte} in the middle${error.detail === '' ? '' : ` ${error.detail}`}. What came before is shown.`,
      trailing: `${name} holds bytes after its last ${compression} stream, from byte ${error.byte} on, that are none. They are left out.`,
      damaged: `${name} is damaged at byte ${error.byte}${error.detail === '' ? '' : ` (${error.detail})`}. What came before is shown.`,
    };
    return new LoupeError('malformed', words[error.kind], { path, place: `byte ${error.byte}`, cause: error });
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new LoupeError('too-large', `${name} is shown in part: the disk that holds its decompressed copy is full. Make room, or set another cache folder.`, { path, cause: error });
  }
  if (error instanceof Error && error.name === 'AbortError') return toLoupeError(error);
  return fileError(path, error);
}
