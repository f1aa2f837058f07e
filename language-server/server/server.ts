import { CodeActionKind, TextDocuments, TextDocumentSyncKind, type Connection, type Diagnostic, type InitializeResult, type ServerCapabilities } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { TOKEN_MODIFIERS, TOKEN_TYPES } from '../features/semantic-tokens.ts';
import type { Analysis } from '../service.ts';
import { answer } from './answers.ts';
import { diagnosticOf, type ServerOptions } from './diagnostics.ts';
import { OpenRecipes } from './documents.ts';
import { CircumstancesOf, DEFAULTS, readSettings } from './settings.ts';

const SECTION = 'loupe.recipes';

/** An editor with thousands of marks is of no use. */
const MAX_DIAGNOSTICS = 1_000;

/** Connects the protocol to the service. Documents that are no recipes get empty answers. */
export function serve(connection: Connection, options: ServerOptions): void {
  const documents = new TextDocuments(TextDocument);
  const recipes = new OpenRecipes();
  const pending = new Set<string>();
  let circumstances = new CircumstancesOf(DEFAULTS);
  let hasConfiguration = false;

  const analysisOf = (document: TextDocument): Analysis => recipes.analysis(document.uri, document.version, document.getText(), circumstances.for(document.uri));

  const publish = (uri: string): void => {
    pending.delete(uri);
    const document = documents.get(uri);
    if (document === undefined) return;
    void connection.sendDiagnostics({ uri, version: document.version, diagnostics: diagnosticsOf(analysisOf(document), uri, options) });
  };
  /** After what is already in the pipe: of ten keys that arrive together the last counts. */
  const plan = (uri: string): void => {
    if (pending.has(uri)) return;
    pending.add(uri);
    setImmediate(publish, uri);
  };
  const configure = async (): Promise<void> => {
    if (hasConfiguration) circumstances = new CircumstancesOf(readSettings(await connection.workspace.getConfiguration(SECTION)));
    for (const { uri } of documents.all()) plan(uri);
  };

  connection.onInitialize(({ capabilities, initializationOptions }): InitializeResult => {
    hasConfiguration = capabilities.workspace?.configuration === true;
    circumstances = new CircumstancesOf(readSettings(initializationOptions));
    return { capabilities: CAPABILITIES, serverInfo: { name: 'loupe' } };
  });
  connection.onInitialized(() => void configure());
  connection.onDidChangeConfiguration(() => void configure());
  documents.onDidChangeContent(({ document }) => plan(document.uri));
  documents.onDidClose(({ document }) => {
    recipes.forget(document.uri);
    void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });
  answer(connection, (uri) => {
    const document = documents.get(uri);
    return document === undefined ? null : analysisOf(document);
  }, options);
  documents.listen(connection);
  connection.listen();
}

const CAPABILITIES: ServerCapabilities = {
  textDocumentSync: TextDocumentSyncKind.Incremental,
  completionProvider: { triggerCharacters: [' ', '-', '_'] },
  hoverProvider: true,
  signatureHelpProvider: { triggerCharacters: [':', ' '] },
  documentSymbolProvider: true,
  foldingRangeProvider: true,
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: { prepareProvider: true },
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite] },
  documentFormattingProvider: true,
  semanticTokensProvider: { legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...TOKEN_MODIFIERS] }, full: true },
};

function diagnosticsOf(analysis: Analysis, uri: string, options: ServerOptions): Diagnostic[] {
  return analysis.findings.slice(0, MAX_DIAGNOSTICS).map((finding) => diagnosticOf(finding, analysis, uri, options));
}
