import { fileURLToPath } from 'node:url';
import { CodeActionKind, DidChangeConfigurationNotification, TextDocuments, TextDocumentSyncKind, type Connection, type Diagnostic, type InitializeResult, type ServerCapabilities } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { COLUMNS_OF, OPEN_SHARDS, type ColumnsOfResult, type OpenShardsParams } from '../../extension/protocol/recipes.ts';
import { TOKEN_MODIFIERS, TOKEN_TYPES } from '../features/semantic-tokens.ts';
import { withFacts, type Analysis } from '../service.ts';
import { answer } from './answers.ts';
import { circumstancesIn } from './circumstances.ts';
import { diagnosticOf, type ServerOptions } from './diagnostics.ts';
import { OpenRecipes } from './documents.ts';
import { KnownFacts } from './facts.ts';
import { CircumstancesOf, DEFAULTS, readSettings } from './settings.ts';

const SECTION = 'loupe.recipes';

/** An editor with thousands of marks is of no use. */
const MAX_DIAGNOSTICS = 1_000;

/** Lines above which an analysis takes longer than a key. */
const LONG = 3_000;
const PAUSE_MS = 200;

/** Connects the protocol to the service. Documents that are no recipes get empty answers. */
export function serve(connection: Connection, options: ServerOptions): void {
  const documents = new TextDocuments(TextDocument);
  const recipes = new OpenRecipes();
  const facts = new KnownFacts();
  let settings = DEFAULTS;
  let circumstances = new CircumstancesOf(DEFAULTS);
  let folders: readonly string[] = [];
  let hasConfiguration = false;
  let tellsChanges = false;

  const analysisOf = (document: TextDocument): Analysis => recipes.analysis(document.uri, document.version, document.getText(), facts.circumstances(document.uri, circumstances.for(document.uri)));

  const publish = (uri: string): void => {
    const document = documents.get(uri);
    if (document === undefined) return;
    const { version } = document;
    const analysis = analysisOf(document);
    const send = (complete: Analysis): void => void connection.sendDiagnostics({ uri, version, diagnostics: diagnosticsOf(complete, uri, options) });
    send(withFacts(analysis, facts.known(uri)));
    // What the disk says comes a little later, unless the next key was faster.
    void facts.look(uri, analysis.recipe).then((found) => {
      const now = documents.get(uri);
      // Ops of the user's own make another analysis.
      if (now?.version === version && found !== null) send(withFacts(analysisOf(now), found));
    });
  };
  const plan = planner(publish, (uri) => documents.get(uri)?.lineCount ?? 0);
  const configure = async (): Promise<void> => {
    if (hasConfiguration) settings = readSettings(await connection.workspace.getConfiguration(SECTION));
    circumstances = await circumstancesIn(settings, folders);
    for (const { uri } of documents.all()) plan(uri);
  };

  connection.onInitialize(({ capabilities, initializationOptions, workspaceFolders }): InitializeResult => {
    hasConfiguration = capabilities.workspace?.configuration === true;
    tellsChanges = capabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true;
    folders = (workspaceFolders ?? []).filter(({ uri }) => uri.startsWith('file:')).map(({ uri }) => fileURLToPath(uri));
    settings = readSettings(initializationOptions);
    if (hasColumns(initializationOptions)) facts.useHost((path) => connection.sendRequest<ColumnsOfResult>(COLUMNS_OF, { path }));
    circumstances = new CircumstancesOf(settings);
    return { capabilities: CAPABILITIES, serverInfo: { name: 'loupe' } };
  });
  connection.onInitialized(() => {
    if (tellsChanges) void connection.client.register(DidChangeConfigurationNotification.type, { section: SECTION });
    void configure();
  });
  connection.onDidChangeConfiguration(() => void configure());
  connection.onNotification(OPEN_SHARDS, ({ shards }: OpenShardsParams) => {
    facts.setShards(shards);
    for (const { uri } of documents.all()) plan(uri);
  });
  documents.onDidChangeContent(({ document }) => plan(document.uri));
  documents.onDidClose(({ document }) => {
    recipes.forget(document.uri);
    facts.forget(document.uri);
    void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });
  answer(connection, facts, {
    analysis: (uri) => {
      const document = documents.get(uri);
      return document === undefined ? null : withFacts(analysisOf(document), facts.known(uri));
    },
    writing: (uri) => {
      const document = documents.get(uri);
      const dialect = document === undefined ? null : (recipes.lastDialect(uri) ?? analysisOf(document).recipe?.dialect ?? null);
      return document === undefined || dialect === null ? null : { text: document.getText(), dialect };
    },
  }, options);
  documents.listen(connection);
  connection.listen();
}

/** After what is already in the pipe: of ten keys that arrive together the last counts. A long text waits for a pause. */
function planner(publish: (uri: string) => void, lineCount: (uri: string) => number): (uri: string) => void {
  const pending = new Map<string, () => void>();
  return (uri) => {
    const run = (): void => {
      pending.delete(uri);
      publish(uri);
    };
    pending.get(uri)?.();
    if (lineCount(uri) > LONG) {
      const timer = setTimeout(run, PAUSE_MS);
      pending.set(uri, () => clearTimeout(timer));
    } else {
      const turn = setImmediate(run);
      pending.set(uri, () => clearImmediate(turn));
    }
  };
}

function hasColumns(options: unknown): boolean {
  return (options as { readonly columnsOf?: unknown } | null | undefined)?.columnsOf === true;
}

const CAPABILITIES: ServerCapabilities = {
  textDocumentSync: TextDocumentSyncKind.Incremental,
  completionProvider: { triggerCharacters: [' ', '-', '_', '/'] },
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
