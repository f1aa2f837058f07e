import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { FooterQuestion } from './footer.ts';

const HEAP = 256;
const DEADLINE = 10_000;
/** A child without a question is kept so long, in milliseconds: starting one takes longer than most answers. */
const IDLE = 5_000;
/** Children kept without a question. */
const MAX_IDLE = 2;

/** What a child says: its answer, or nothing where it found none. */
export interface FooterAnswer {
  readonly answer?: unknown;
}

interface IdleChild {
  readonly child: ChildProcess;
  readonly timer: NodeJS.Timeout;
}

const idle: IdleChild[] = [];

/** The answer of a child process that has nothing else to do; undefined when it finds none, ends, or takes too long. */
export function askChild<T>(question: FooterQuestion, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve) => {
    const child = takeChild();
    const finish = (answer?: T): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      child.removeAllListeners();
      resolve(answer);
    };
    const giveUp = (): void => {
      finish();
      end(child);
    };
    const timer = setTimeout(giveUp, DEADLINE);
    signal.addEventListener('abort', giveUp, { once: true });
    child.once('error', giveUp);
    child.once('exit', giveUp);
    child.once('message', ({ answer }: FooterAnswer) => {
      finish(answer as T | undefined);
      keepChild(child);
    });
    child.send(question, (error) => {
      if (error) giveUp();
    });
  });
}

function takeChild(): ChildProcess {
  const kept = idle.pop();
  if (kept === undefined) return startChild();
  clearTimeout(kept.timer);
  kept.child.removeAllListeners();
  kept.child.ref();
  kept.child.channel?.ref();
  return kept.child;
}

function startChild(): ChildProcess {
  return fork(childPath(), [], {
    execArgv: [`--max-old-space-size=${HEAP}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

/** For the next question, for a while. It does not keep this process from ending, and ends with it. */
function keepChild(child: ChildProcess): void {
  if (idle.length >= MAX_IDLE) {
    end(child);
    return;
  }
  const forget = (): void => {
    const at = idle.findIndex((kept) => kept.child === child);
    if (at === -1) return;
    clearTimeout(idle[at]?.timer);
    idle.splice(at, 1);
    end(child);
  };
  child.once('error', forget);
  child.once('exit', forget);
  child.unref();
  child.channel?.unref();
  idle.push({ child, timer: setTimeout(forget, IDLE).unref() });
}

function end(child: ChildProcess): void {
  child.removeAllListeners();
  // What it still has to say against its end is not to be thrown.
  child.on('error', () => undefined);
  child.kill('SIGKILL');
}

/** Beside the engine's bundle it is a bundle of its own; in the sources it is the file itself. */
function childPath(): string {
  const bundled = typeof __filename === 'string' && __filename.endsWith('.cjs');
  return bundled ? join(__dirname, 'parquet-footer.cjs') : join(import.meta.dirname, 'footer-child.ts');
}
