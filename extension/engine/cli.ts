import packageJson from '../../package.json' with { type: 'json' };
import { run } from './command-line/run.ts';

const controller = new AbortController();
/** 128 + SIGINT, as shells count. */
const INTERRUPTED = 130;

process.on('SIGINT', () => {
  // What is half written is taken away first; who asks twice does not wait for that.
  if (controller.signal.aborted) process.exit(INTERRUPTED);
  controller.abort();
});
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
  if (controller.signal.aborted) process.exit(INTERRUPTED);
  process.exitCode = code;
});
