import { basename } from 'node:path';
import { LoupeError } from '../rpc/failure.ts';

/** The engine that had this shard open is not the present one. */
export function restarted(path: string): LoupeError {
  return new LoupeError('engine-lost', "Loupe's engine was restarted.", { path });
}

/** @param cause why the engine ended the last time, where that is known */
export function quarantined(path: string, cause: string | null): LoupeError {
  const last = cause === null ? '' : ` The last time: ${cause}.`;
  const words = `${basename(path)} was open when Loupe's engine ended twice, so it is not opened again by itself.${last}`;
  return new LoupeError('quarantined', words, { path });
}
