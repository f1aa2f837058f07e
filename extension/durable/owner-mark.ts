import { hostname } from 'node:os';
import { isAlive } from './is-alive.ts';

/** Of a host name; the whole must fit any file system. */
const HOST_LENGTH = 64;

/** `1234@host`, for the name of a file that is not finished: which process it belongs to. */
export function ownMark(): string {
  return `${process.pid}@${ownHost()}`;
}

/** Whether a mark is of a process that no longer runs; of another machine's nothing is known. */
export function isOfDeadProcess(mark: string): boolean {
  const [pid, host] = mark.split('@');
  return host === ownHost() && !isAlive(Number(pid));
}

function ownHost(): string {
  return hostname().replaceAll(/[^\w.-]/g, '_').slice(0, HOST_LENGTH);
}
