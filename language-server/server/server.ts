import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CodeActionKind, DidChangeConfigurationNotification, TextDocuments, TextDocumentSyncKind, type Connection, type Diagnostic, type InitializeResult, type ServerCapabilities } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { installedVersions } from '../data/installed.ts';
import { TOKEN_MODIFIERS, TOKEN_TYPES } from '../features/semantic-tokens.ts';
import { withFacts, type Analysis } from '../service.ts';
import { answer } from './answers.ts';
import { diagnosticOf, type ServerOptions } from './diagnostics.ts';
import { OpenRecipes } from './documents.ts';
import { KnownFacts } from './facts.ts';
import { CircumstancesOf, DEFAULTS, readSettings } from './settings.ts';

const SECTION = 'loupe.recipes';

/** An editor with thousands of marks is of no use. */
const MAX_DIAGNOSTICS = 1_000;

/** Connects the protocol to the service. Documents that are no recipes get empty answers. */
export function serve(connection: Connection, options: ServerOptions): void {
  const documents = new TextDocuments(TextDocument);
  const recipes = new OpenRecipes();
  const facts = new KnownFacts();
  const pending = new Set<string>();
  let settings = DEFAULTS;
  let circumstances = new CircumstancesOf(DEFAULTS);
  let folders: readonly string[] = [];
  let hasConfiguration = false;
  let tellsChanges = false;

  const analysisOf = (document: TextDocument): Analysis => recipes.analysis(document.uri, document.version, document.getText(), circumstances.for(document.uri));

  const publish = (uri: string): void => {
    pending.delete(uri);
    const document = documents.get(uri);
    if (document === undefined) return;
    const { version } = document;
    const analysis = analysisOf(document);
    const send = (complete: Analysis): void => void connection.sendDiagnostics({ uri, version, diagnostics: diagnosticsOf(complete, uri, options) });
    send(withFacts(analysis, facts.known(uri)));
    // What the disk says comes a little later, unless the next key was faster.
    void facts.look(uri, analysis.recipe).then((found) => {
      if (documents.get(uri)?.version === version && found !== null) send(withFacts(analysis, found));
    });
  };
  /** After what is already in the pipe: of ten keys that arrive together the last counts. */
  const plan = (uri: string): void => {
    if (pending.has(uri)) return;
    pending.add(uri);
    setImmediate(publish, uri);
  };
  const configure = async (): Promise<void> => {
    if (hasConfiguration) settings = readSettings(await connection.workspace.getConfiguration(SECTION));
    const installed = await installedVersions(settings.pythonEnvironment === '' ? folders.flatMap((folder) => [join(folder, '.venv'), join(folder, 'venv')]) : [settings.pythonEnvironment]);
    circumstances = new CircumstancesOf({ ...settings, versions: { ...installed, ...settings.versions } });
    for (const { uri } of documents.all()) plan(uri);
  };

  connection.onInitialize(({ capabilities, initializationOptions, workspaceFolders }): InitializeResult => {
    hasConfiguration = capabilities.workspace?.configuration === true;
    tellsChanges = capabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true;
    folders = (workspaceFolders ?? []).filter(({ uri }) => uri.startsWith('file:')).map(({ uri }) => fileURLToPath(uri));
    settings = readSettings(initializationOptions);
    circumstances = new CircumstancesOf(settings);
    return { capabilities: CAPABILITIES, serverInfo: { name: 'loupe' } };
  });
  connection.onInitialized(() => {
    if (tellsChanges) void connection.client.register(DidChangeConfigurationNotification.type, { section: SECTION });
    void configure();
  });
  connection.onDidChangeConfiguration(() => void configure());
  documents.onDidChangeContent(({ document }) => plan(document.uri));
  documents.onDidClose(({ document }) => {
    recipes.forget(document.uri);
    facts.forget(document.uri);
    void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });
  answer(connection, facts, (uri) => {
    const document = documents.get(uri);
    return document === undefined ? null : withFacts(analysisOf(document), facts.known(uri));
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
