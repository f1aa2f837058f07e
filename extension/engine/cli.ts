import packageJson from '../../package.json' with { type: 'json' };
import { run } from './command-line/run.ts';

const controller = new AbortController();
/** 128 and the signal's number, as shells count. */
const EXITS = { SIGINT: 130, SIGTERM: 143 } as const;
let exit = 0;

/** What is half written is taken away first; who asks twice does not wait for that. */
function interrupt(signal: keyof typeof EXITS): void {
  if (controller.signal.aborted) process.exit(exit);
  exit = EXITS[signal];
  controller.abort();
}
process.on('SIGINT', interrupt);
// As schedulers of clusters end a job.
process.on('SIGTERM', interrupt);
// `loupe head FILE | head -1`: the reader has what it wanted, which is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const terminal = {
  out: (text: string): void => void process.stdout.write(text),
  err: (text: string): void => void process.stderr.write(text),
  // Over the line before it, on a screen alone: a log would keep every one of them.
  ...(process.stderr.isTTY ? { status: (text: string): void => void process.stderr.write(`\r\x1b[K${text}`) } : {}),
  taken: (): Promise<void> => new Promise((resolve) => (process.stdout.writableNeedDrain ? process.stdout.once('drain', resolve) : resolve())),
  width: process.stdout.isTTY ? process.stdout.columns : 0,
};
void run(process.argv.slice(2), packageJson.version, terminal, controller.signal).then((code) => {
  if (controller.signal.aborted) process.exit(exit);
  process.exitCode = code;
});
