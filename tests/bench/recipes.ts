/**
 * `node tests/bench/recipes.ts`: how long a key takes to be answered in the longest published recipe, by the server as an
 * editor has it, on its standard streams; a recipe of 50,000 lines; and what 10,000 edits leave behind.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter, type MessageConnection } from 'vscode-jsonrpc/node';
import { analyse } from '../../language-server/service.ts';
import { corpusFolder } from '../conformance/corpus.ts';
import { median, verdict } from './measure.ts';

const ROUNDS = 100;
const WARM_UP = 30;
const EDITS = 10_000;
const LIMITS = { diagnosticsMs: 50, completionMs: 20, longMs: 1_000, heapMiB: 5 } as const;

const corpus = corpusFolder();
if (corpus === null) throw new Error('There is no corpus (set LOUPE_CORPUS).');
const text = readFileSync(join(corpus, 'recipes/data-juicer/dj__configs__config_all.yaml'), 'utf8');
const main = resolve(import.meta.dirname, '../../language-server/main.ts');

const server = spawn(process.execPath, [main, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
const connection = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
connection.listen();
await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
await connection.sendNotification('initialized', {});
await typing();
await longRecipe();
await connection.sendRequest('shutdown');
await connection.sendNotification('exit');
await once(server, 'exit');
memory();

/** One character after the other behind a comment in the middle, and a completion after each. */
async function typing(): Promise<void> {
  const uri = 'file:///bench/config_all.yaml';
  const lines = text.split('\n');
  const line = lines.findIndex((each) => each.includes('max_ratio'));
  const column = lines[line]?.indexOf('max_ratio') ?? 0;
  await opened(connection, uri, text);
  const times: { diagnostics: number[]; completion: number[] } = { diagnostics: [], completion: [] };
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    const position = { line: 0, character: lines[0]?.length ?? 0 };
    const diagnostics = nextDiagnostics(connection, uri);
    const start = performance.now();
    void connection.sendNotification('textDocument/didChange', { textDocument: { uri, version: round + 2 }, contentChanges: [{ range: { start: position, end: position }, text: 'x' }] });
    await diagnostics;
    const published = performance.now();
    await connection.sendRequest('textDocument/completion', { textDocument: { uri }, position: { line, character: column + 4 } });
    if (round < WARM_UP) continue;
    times.diagnostics.push(published - start);
    times.completion.push(performance.now() - published);
  }
  verdict(`diagnostics after a key, ${lines.length} lines (median of ${ROUNDS})`, median(times.diagnostics), LIMITS.diagnosticsMs, 'ms');
  verdict('completion (median)', median(times.completion), LIMITS.completionMs, 'ms');
}

async function longRecipe(): Promise<void> {
  const uri = 'file:///bench/long.yaml';
  const start = performance.now();
  await opened(connection, uri, `process:\n${'  - text_lenght_filter:\n      min_len: 10\n'.repeat(25_000)}`);
  verdict('first diagnostics of a recipe of 50,000 lines', performance.now() - start, LIMITS.longMs, 'ms');
}

/** What the service itself keeps: nothing. */
function memory(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const short = text.split('\n').slice(0, 100).join('\n');
  const used = (): number => {
    collect();
    return process.memoryUsage().heapUsed / 1024 / 1024;
  };
  for (let edit = 0; edit < 500; edit++) analyse(`${short}\n# ${edit}`);
  const before = used();
  for (let edit = 0; edit < EDITS; edit++) analyse(`${short}\n# ${edit}`);
  verdict(`heap that ${EDITS.toLocaleString('en')} edits leave behind (of ${before.toFixed(0)} MiB)`, used() - before, LIMITS.heapMiB, 'MiB');
}

async function opened(to: MessageConnection, uri: string, content: string): Promise<void> {
  const diagnostics = nextDiagnostics(to, uri);
  await to.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text: content } });
  await diagnostics;
}

function nextDiagnostics(from: MessageConnection, uri: string): Promise<void> {
  return new Promise((done) => {
    const subscription = from.onNotification('textDocument/publishDiagnostics', (params: { readonly uri: string }) => {
      if (params.uri !== uri) return;
      subscription.dispose();
      done();
    });
  });
}
