// An engine of a few lines that misbehaves when asked to, for the tests of its supervision. Speaks the engine's protocol.
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter, ResponseError } from 'vscode-jsonrpc/node';

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
const open = new Map();
let next = 1;
let started = 0;
let cancelled = 0;
const results = new Set();

/** A shard of one row without columns; `rows-1000-columns-abc` says in its name what it has instead. */
function shape(path) {
  const [, rows, names] = /^rows-(\d+)-columns-(\w+)/.exec(basename(path)) ?? [null, 1, ''];
  return { rows: Number(rows), columns: [...names].map((name, index) => ({ index, name, type: 'VARCHAR', kind: 'text' })) };
}

const state = (path) => ({
  path, format: path.endsWith('.parquet') ? 'parquet' : 'jsonl', compression: 'none', fileSize: 1, ...shape(path), rowsComplete: true, notices: [], bytesRead: 0,
  ...(basename(path).startsWith('busy') ? { progress: { label: 'index', done: 0, total: 1 } } : {}),
}); // prettier-ignore

/** Resolves when the request is cancelled. One that was before it arrived here tells no more of it. */
function isCancelled(token) {
  return new Promise((resolve) => (token.isCancellationRequested ? resolve() : token.onCancellationRequested(resolve)));
}

function block() {
  for (;;) Math.sqrt(2);
}

/** What a file does is in its name: `crash-at-open`, `opens-never`, `crash-at-page`, `hang`, `pause`, `memory`, `fail`; anything else behaves. */
const acts = {
  'crash-at-open': () => process.kill(process.pid, 'SIGKILL'),
  'opens-never': () => new Promise(() => undefined),
  fail: () => {
    throw new ResponseError(-31_000, 'broken', { code: 'malformed', message: 'broken' });
  },
};
const pageActs = {
  'crash-at-page': () => process.kill(process.pid, 'SIGKILL'),
  hang: block,
  // Longer than the user is left without a word, shorter than what ends an engine.
  pause: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500),
  memory: () => {
    const kept = [];
    for (;;) kept.push(Buffer.alloc(16 * 1024 * 1024, 1));
  },
};

connection.onRequest('engine/configure', (settings) => {
  if (existsSync(`${settings.cacheFolder}/do-not-start`)) {
    process.stderr.write('no library for this machine\n');
    process.exit(3);
  }
  return { pid: process.pid, residentMemory: 0, openShards: 0, versions: { fake: '1', threads: String(settings.limits.duckdbThreads) } };
});
connection.onRequest('shard/open', async ({ location: { path } }, token) => {
  await acts[basename(path)]?.();
  if (basename(path) === 'stuck') {
    await isCancelled(token);
    cancelled++;
    throw new Error('stopped');
  }
  const shard = next++;
  open.set(shard, path);
  return { shard, state: state(path) };
});
connection.onRequest('shard/close', ({ shard }) => {
  open.delete(shard);
  return null;
});
connection.onRequest('shard/page', async ({ shard, start, end, columns }, token) => {
  pageActs[basename(open.get(shard))]?.();
  if (basename(open.get(shard)) === 'slow') {
    started++;
    await isCancelled(token);
    cancelled++;
    throw new Error('stopped');
  }
  if (columns.length > 0) return { start, rowCount: end - start, columns: columns.map((column) => ({ column, texts: [], kinds: [], sizes: [] })), bytesRead: open.size };
  return { start, rowCount: process.pid, columns: [], bytesRead: open.size };
});
connection.onRequest('shard/compare', ({ shard, other }) => ({ key: `${open.get(shard)} ${open.get(other)}` }));
connection.onRequest('shard/copy', ({ start, end, bare }) => ({ text: JSON.stringify([start, end, bare]) }));
connection.onRequest('shard/sql', async ({ shard, run }, token) => {
  connection.sendNotification('shard/sqlProgress', { shard, run, progress: { label: 'Reading rows', done: 1, total: 4 } });
  await isCancelled(token);
  cancelled++;
  throw new Error('stopped');
});
connection.onRequest('shard/query', () => {
  const result = next++;
  results.add(result);
  return { result, rows: 0, complete: true, scanned: 0 };
});
connection.onRequest('shard/closeResult', ({ result }) => {
  results.delete(result);
  return null;
});
connection.onRequest('shard/metadata', () => ({ properties: [['started', String(started)], ['cancelled', String(cancelled)]], schema: [], keyValues: [['results', String(results.size)]], tables: [] }));
connection.onRequest('shard/row', ({ row }) => {
  connection.sendNotification('shard/changed', { shard: 1, state: { ...state('x'), rows: row } });
  return { row, place: '', cells: [], bytesRead: 7 };
});
connection.listen();
setInterval(() => connection.sendNotification('engine/heartbeat', { residentMemory: process.memoryUsage.rss() }), 50).unref();
process.on('disconnect', () => {
  if (!process.env.LOUPE_TEST_STAY) process.exit(0);
});
