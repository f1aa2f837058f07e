import { CompletionItemKind, CompletionItemTag, InsertTextFormat, MarkupKind, SymbolKind, type CompletionItem, type DocumentSymbol, type SignatureHelp } from 'vscode-languageserver/node';
import { namesIn } from '../data/paths.ts';
import type { Completion, WrittenPath } from '../features/completion.ts';
import { semanticTokens, TOKEN_TYPES } from '../features/semantic-tokens.ts';
import { signature } from '../features/signature.ts';
import { symbols, type RecipeSymbol } from '../features/symbols.ts';
import type { LineIndex } from '../document/lines.ts';
import type { Recipe } from '../recipe.ts';

const KINDS: Readonly<Record<Completion['kind'], CompletionItemKind>> = {
  operation: CompletionItemKind.Function,
  parameter: CompletionItemKind.Property,
  value: CompletionItemKind.EnumMember,
  column: CompletionItemKind.Field,
};

/** Completions as the protocol has them. */
export function completionItems(items: readonly Completion[], lines: LineIndex): CompletionItem[] {
  return items.map(({ label, kind, detail, markdown, insert, span, sort, deprecated }) => ({
    label,
    kind: KINDS[kind],
    detail,
    sortText: sort,
    insertTextFormat: InsertTextFormat.Snippet,
    textEdit: { range: lines.range(span), newText: insert },
    ...(markdown === '' ? {} : { documentation: { kind: MarkupKind.Markdown, value: markdown } }),
    ...(deprecated ? { tags: [CompletionItemTag.Deprecated] } : {}),
  }));
}

/** Files and folders of the folder that is written so far, looked for as the recipe's program will. */
export async function pathItems(recipe: string, { folder, span }: WrittenPath, lines: LineIndex): Promise<CompletionItem[]> {
  const range = lines.range(span);
  return (await namesIn(recipe, folder)).map(({ name, isFolder }) => ({
    label: isFolder ? `${name}/` : name,
    kind: isFolder ? CompletionItemKind.Folder : CompletionItemKind.File,
    sortText: `${isFolder ? 1 : 0}${name}`,
    // The slash that follows asks for the next names.
    textEdit: { range, newText: name },
  }));
}

export function documentSymbols(recipe: Recipe, lines: LineIndex): DocumentSymbol[] {
  const convert = ({ name, detail, kind, span, selection, children }: RecipeSymbol): DocumentSymbol => ({
    name: name === '' ? '?' : name,
    detail,
    kind: kind === 'step' ? SymbolKind.Function : SymbolKind.Property,
    range: lines.range({ start: Math.min(span.start, selection.start), end: Math.max(span.end, selection.end) }),
    selectionRange: lines.range(selection),
    children: children.map(convert),
  });
  return symbols(recipe).map(convert);
}

export function signatureHelp(recipe: Recipe, offset: number): SignatureHelp | null {
  const found = signature(recipe, offset);
  if (found === null) return null;
  const parameters = found.parameters.map(({ label, markdown }) => ({ label: [label[0], label[1]] as [number, number], documentation: { kind: MarkupKind.Markdown, value: markdown } }));
  return { activeSignature: 0, activeParameter: found.active, signatures: [{ label: found.label, documentation: { kind: MarkupKind.Markdown, value: found.markdown }, parameters }] };
}

/** Tokens as the protocol packs them: each by its distance from the one before. */
export function tokenData(recipe: Recipe, lines: LineIndex): number[] {
  let last = { line: 0, character: 0 };
  return semanticTokens(recipe).flatMap(({ start, end, type, deprecated }) => {
    const at = lines.position(start);
    // A token must not reach over a line break.
    const length = Math.min(end, lines.end(at.line)) - start;
    const data = [at.line - last.line, at.line === last.line ? at.character - last.character : at.character, length, TOKEN_TYPES.indexOf(type), deprecated ? 1 : 0];
    last = at;
    return data;
  });
}
