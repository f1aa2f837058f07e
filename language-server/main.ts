import { createConnection, ProposedFeatures, TextDocumentSyncKind, type InitializeResult } from 'vscode-languageserver/node';

/** A language server on stdio or Node IPC (`--stdio`, `--node-ipc`). It knows no recipe yet and claims nothing. */
const connection = createConnection(ProposedFeatures.all);

connection.onInitialize((): InitializeResult => ({
  capabilities: { textDocumentSync: TextDocumentSyncKind.None },
  serverInfo: { name: 'loupe' },
}));

connection.listen();
