import { CodeActionKind, MarkupKind, type CodeAction, type CompletionItem, type Connection, type Location, type Position as LspPosition, type Range, type WorkspaceEdit } from 'vscode-languageserver/node';
import { fileURLToPath } from 'node:url';
import type { Fix } from '../checks/finding.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { LineIndex } from '../document/lines.ts';
import { stepActions } from '../features/actions.ts';
import { suggest } from '../features/completion.ts';
import { folds } from '../features/folding.ts';
import { format } from '../features/format.ts';
import { sourceAt } from '../features/op-source.ts';
import { hover } from '../features/hover.ts';
import { definitions, referencesTo, renamable, renameEdits } from '../features/links.ts';
import type { Recipe } from '../recipe.ts';
import type { Analysis } from '../service.ts';
import { diagnosticOf, type ServerOptions } from './diagnostics.ts';
import type { KnownFacts } from './facts.ts';
import { sourceLocation } from './op-source.ts';
import { completionItems, documentSymbols, pathItems, signatureHelp, tokenData } from './features.ts';

/** A recipe with what is asked about it. */
interface Asked {
  readonly analysis: Analysis;
  readonly recipe: Recipe;
  readonly lines: LineIndex;
}

/** What is open. */
export interface Open {
  /** Null for a document that is not open. */
  readonly analysis: (uri: string) => Analysis | null;
  /** The text as it is now, and the dialect that it was in when it was last looked at. */
  readonly writing: (uri: string) => { readonly text: string; readonly dialect: Dialect } | null;
}

/** Requests about one document; a document that is no recipe answers with nothing. */
export function answer(connection: Connection, facts: KnownFacts, { analysis: analysisOf, writing }: Open, options: ServerOptions): void {
  const about = <T>(uri: string, otherwise: T, then: (asked: Asked) => T): T => {
    const analysis = analysisOf(uri);
    return analysis === null || analysis.recipe === null ? otherwise : then({ analysis, recipe: analysis.recipe, lines: analysis.lines });
  };
  const at = <T>({ textDocument: { uri }, position }: { textDocument: { uri: string }; position: LspPosition }, otherwise: T, then: (asked: Asked, offset: number) => T): T =>
    about(uri, otherwise, (asked) => then(asked, asked.lines.offset(position)));

  // Completion does not wait for the checks of a text that is being written.
  connection.onCompletion(({ textDocument: { uri }, position }): CompletionItem[] | Promise<CompletionItem[]> => {
    const written = writing(uri);
    if (written === null) return [];
    const lines = new LineIndex(written.text);
    const { items, path } = suggest(written.text, written.dialect, lines.offset(position), facts.known(uri).columns?.columns ?? []);
    return path !== null && uri.startsWith('file:') ? pathItems(fileURLToPath(uri), path, lines) : completionItems(items, lines);
  });
  connection.onHover((params) => at(params, null, ({ recipe, lines }, offset) => {
    const found = hover(recipe, offset);
    return found === null ? null : { contents: { kind: MarkupKind.Markdown, value: found.markdown }, range: lines.range(found.span) };
  }));
  connection.onSignatureHelp((params) => at(params, null, ({ recipe }, offset) => signatureHelp(recipe, offset)));
  connection.onDocumentSymbol(({ textDocument: { uri } }) => about(uri, [], ({ recipe, lines }) => documentSymbols(recipe, lines)));
  connection.onFoldingRanges(({ textDocument: { uri } }) => about(uri, [], ({ recipe, lines }) => folds(recipe, lines)));
  connection.languages.semanticTokens.on(({ textDocument: { uri } }) => ({ data: about(uri, [] as number[], ({ recipe, lines }) => tokenData(recipe, lines)) }));
  connection.onDefinition((params) => at<Location[] | null | Promise<Location[]>>(params, null, ({ recipe, lines }, offset) => {
    const own = definitions(recipe, offset).map((span) => ({ uri: params.textDocument.uri, range: lines.range(span) }));
    const source = sourceAt(recipe, offset);
    return source === null ? own : sourceLocation(source).then((found) => (found === null ? own : [found]));
  }));
  connection.onReferences((params) => at(params, null, ({ recipe, lines }, offset) => referencesTo(recipe, offset, params.context.includeDeclaration).map((span) => ({ uri: params.textDocument.uri, range: lines.range(span) }))));
  connection.onPrepareRename((params) => at<Range | null>(params, null, ({ recipe, lines }, offset) => {
    const span = renamable(recipe, offset);
    return span === null ? null : lines.range(span);
  }));
  connection.onRenameRequest((params) => at<WorkspaceEdit | null>(params, null, ({ recipe, lines }, offset) => ({ changes: { [params.textDocument.uri]: renameEdits(recipe, offset, params.newName).map((edit) => ({ range: lines.range(edit), newText: edit.text })) } })));
  connection.onDocumentFormatting(({ textDocument: { uri }, options: { tabSize } }) => about(uri, [], ({ recipe, lines }) => {
    const text = format(recipe.text, Math.max(1, Math.min(8, tabSize)));
    return text === null || text === recipe.text ? [] : [{ range: lines.range({ start: 0, end: recipe.text.length }), newText: text }];
  }));
  connection.onCodeAction(({ textDocument: { uri }, range }) => about(uri, [], (asked) => codeActions(asked, uri, range, options)));
}

function codeActions({ analysis, recipe, lines }: Asked, uri: string, range: Range, options: ServerOptions): CodeAction[] {
  const [start, end] = [lines.offset(range.start), lines.offset(range.end)];
  const edit = ({ edits }: Fix): WorkspaceEdit => ({ changes: { [uri]: edits.map((each) => ({ range: lines.range(each), newText: each.text })) } });
  const mends = analysis.findings
    .filter((finding) => finding.start <= end && finding.end >= start)
    .flatMap((finding) => finding.fixes.map((fix, i): CodeAction => ({ title: fix.title, kind: CodeActionKind.QuickFix, isPreferred: i === 0 && finding.fixes.length === 1, diagnostics: [diagnosticOf(finding, analysis, uri, options)], edit: edit(fix) })));
  const rewrites = stepActions(recipe, lines, start).map((fix): CodeAction => ({ title: fix.title, kind: CodeActionKind.RefactorRewrite, edit: edit(fix) }));
  return [...mends, ...rewrites];
}
