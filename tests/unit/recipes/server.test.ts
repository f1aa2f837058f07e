import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter, type MessageConnection } from 'vscode-jsonrpc/node';
import { COLUMNS_OF, OPEN_SHARDS, type ColumnsOfResult, type OpenShardsParams } from '../../../extension/protocol/recipes.ts';

const main = resolve(import.meta.dirname, '../../../language-server/main.ts');
const uri = 'file:///tmp/recipe.yaml';
const folder = mkdtempSync(join(tmpdir(), 'loupe-recipe-server-'));

interface Diagnostic {
  readonly code: string;
  readonly message: string;
  readonly codeDescription?: { readonly href: string };
}

let server: ChildProcess;
let connection: MessageConnection;
const published = new Map<string, Diagnostic[]>();

/** The server as any editor starts it: a process that speaks on its standard streams. */
beforeAll(async () => {
  server = spawn(process.execPath, [main, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  connection = createMessageConnection(new StreamMessageReader(server.stdout!), new StreamMessageWriter(server.stdin!));
  connection.onNotification('textDocument/publishDiagnostics', ({ uri: of, diagnostics }: { uri: string; diagnostics: Diagnostic[] }) => void published.set(of, diagnostics));
  connection.listen();
  await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {}, initializationOptions: { columnsOf: true, versions: { 'data-juicer': '1.6.1' } } });
  await connection.sendNotification('initialized', {});
});
afterAll(async () => {
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  connection.dispose();
  server.kill();
  rmSync(folder, { recursive: true, force: true });
});

const codes = (): string[] | undefined => published.get(uri)?.map(({ code }) => code);

describe('the server on standard streams', () => {
  it('shows findings of a recipe, with their page, and follows changes', async () => {
    await connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text: 'process:\n  - text_lenght_filter:\n' } });
    await vi.waitFor(() => expect(codes()).toEqual(['unknown-op']), { timeout: 20_000 });
    expect(published.get(uri)?.[0]?.codeDescription?.href).toMatch(/^file:.*\/pages\/unknown-op\.md$/);
    const actions = await connection.sendRequest<{ title: string; edit: { changes: Record<string, unknown> } }[]>('textDocument/codeAction', { textDocument: { uri }, range: { start: { line: 1, character: 5 }, end: { line: 1, character: 5 } }, context: { diagnostics: [] } });
    expect(actions[0]).toMatchObject({ title: 'Change to text_length_filter', edit: { changes: { [uri]: [{ newText: 'text_length_filter', range: { start: { line: 1, character: 4 } } }] } } });
    await connection.sendNotification('textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges: [{ range: { start: { line: 1, character: 4 }, end: { line: 1, character: 22 } }, text: 'text_length_filter' }] });
    await vi.waitFor(() => expect(codes()).toEqual([]), { timeout: 20_000 });
  });

  it('answers every request it says it answers', async () => {
    const textDocument = { uri };
    const position = { line: 1, character: 6 };
    expect(await connection.sendRequest('textDocument/hover', { textDocument, position })).toMatchObject({ contents: { kind: 'markdown' } });
    expect((await connection.sendRequest<{ label: string }[]>('textDocument/completion', { textDocument, position })).length).toBeGreaterThan(200);
    expect(await connection.sendRequest('textDocument/documentSymbol', { textDocument })).toMatchObject([{ name: 'process' }]);
    expect(await connection.sendRequest('textDocument/foldingRange', { textDocument })).toEqual([{ startLine: 0, endLine: 1 }]);
    expect(await connection.sendRequest('textDocument/semanticTokens/full', { textDocument })).toEqual({ data: [0, 0, 7, 1, 0, 1, 4, 18, 0, 0] });
    expect(await connection.sendRequest('textDocument/formatting', { textDocument, options: { tabSize: 2, insertSpaces: true } })).toEqual([]);
    expect(await connection.sendRequest('textDocument/definition', { textDocument, position })).toHaveLength(1);
    expect(await connection.sendRequest('textDocument/references', { textDocument, position, context: { includeDeclaration: false } })).toEqual([]);
    expect(await connection.sendRequest('textDocument/prepareRename', { textDocument, position })).toBeNull();
    expect(await connection.sendRequest('textDocument/signatureHelp', { textDocument, position })).toBeNull();
  });

  it('takes columns of the shards that are open', async () => {
    const own = 'file:///tmp/columns.yaml';
    const found = (): string[] | undefined => published.get(own)?.map(({ code, message }) => `${code} ${message}`);
    await connection.sendNotification('textDocument/didOpen', { textDocument: { uri: own, languageId: 'yaml', version: 1, text: 'text_keys: caption\nprocess:\n  - words_num_filter:\n' } });
    await vi.waitFor(() => expect(found()).toEqual([]), { timeout: 20_000 });
    await connection.sendNotification(OPEN_SHARDS, { shards: [{ name: 'a.parquet', paths: ['/data/a.parquet'], columns: [{ name: 'captions', type: 'VARCHAR', kind: 'text' }] }] } satisfies OpenShardsParams);
    await vi.waitFor(() => expect(found()).toEqual(['missing-column The open shard a.parquet has no column caption. Did you mean captions?']), { timeout: 20_000 });
    const items = await connection.sendRequest<{ label: string }[]>('textDocument/completion', { textDocument: { uri: own }, position: { line: 0, character: 12 } });
    expect(items[0]?.label).toBe('captions');
    await connection.sendNotification(OPEN_SHARDS, { shards: [] } satisfies OpenShardsParams);
    await vi.waitFor(() => expect(found()).toEqual([]), { timeout: 20_000 });
  });

  it('asks the host for the columns of what it does not read itself', async () => {
    const data = join(folder, 'b.parquet');
    const own = pathToFileURL(join(folder, 'r.yaml')).href;
    writeFileSync(data, 'PAR1');
    connection.onRequest(COLUMNS_OF, ({ path }: { path: string }): ColumnsOfResult => (path === data ? [{ name: 'body', type: 'VARCHAR', kind: 'text' }] : null));
    await connection.sendNotification('textDocument/didOpen', { textDocument: { uri: own, languageId: 'yaml', version: 1, text: 'dataset_path: ./b.parquet\ntext_keys: bdoy\nprocess:\n  - words_num_filter:\n' } });
    await vi.waitFor(() => expect(published.get(own)?.map(({ message }) => message)).toEqual(['b.parquet has no column bdoy. Did you mean body?']), { timeout: 20_000 });
    const names = await connection.sendRequest<{ label: string }[]>('textDocument/completion', { textDocument: { uri: own }, position: { line: 0, character: 'dataset_path: ./'.length } });
    expect(names.map(({ label }) => label)).toEqual(['b.parquet']);
  });

  it('is silent on other YAML', async () => {
    const other = 'file:///tmp/compose.yaml';
    await connection.sendNotification('textDocument/didOpen', { textDocument: { uri: other, languageId: 'yaml', version: 1, text: 'services:\n  web: [\n' } });
    await vi.waitFor(() => expect(published.get(other)).toEqual([]), { timeout: 20_000 });
    expect(await connection.sendRequest('textDocument/completion', { textDocument: { uri: other }, position: { line: 1, character: 3 } })).toEqual([]);
    await connection.sendNotification('textDocument/didClose', { textDocument: { uri: other } });
  });
});
