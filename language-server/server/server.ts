import { DiagnosticSeverity, DiagnosticTag, TextDocuments, TextDocumentSyncKind, type Connection, type Diagnostic, type InitializeResult } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding, Severity } from '../checks/finding.ts';
import type { Analysis } from '../service.ts';
import { OpenRecipes } from './documents.ts';
import { CircumstancesOf, DEFAULTS, readSettings } from './settings.ts';

const SECTION = 'loupe.recipes';

export interface ServerOptions {
  /** Address of the page about a code; null where the pages are not at hand. */
  readonly page: (code: string) => string | null;
}

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
    return { capabilities: { textDocumentSync: TextDocumentSyncKind.Incremental }, serverInfo: { name: 'loupe' } };
  });
  connection.onInitialized(() => void configure());
  connection.onDidChangeConfiguration(() => void configure());
  documents.onDidChangeContent(({ document }) => plan(document.uri));
  documents.onDidClose(({ document }) => {
    recipes.forget(document.uri);
    void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });
  documents.listen(connection);
  connection.listen();
}

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** An editor with thousands of marks is of no use. */
const MAX_DIAGNOSTICS = 1_000;

function diagnosticsOf(analysis: Analysis, uri: string, options: ServerOptions): Diagnostic[] {
  return analysis.findings.slice(0, MAX_DIAGNOSTICS).map((finding) => diagnosticOf(finding, analysis, uri, options));
}

export function diagnosticOf({ code, severity, message, related, tag, ...span }: Finding, { lines }: Analysis, uri: string, { page }: ServerOptions): Diagnostic {
  const href = page(code);
  return {
    range: lines.range(span),
    severity: SEVERITIES[severity],
    code,
    source: 'loupe',
    message,
    ...(href === null ? {} : { codeDescription: { href } }),
    ...(related === undefined ? {} : { relatedInformation: [{ location: { uri, range: lines.range(related.span) }, message: related.message }] }),
    ...(tag === undefined ? {} : { tags: [tag === 'unnecessary' ? DiagnosticTag.Unnecessary : DiagnosticTag.Deprecated] }),
  };
}
