import * as vscode from 'vscode';
import type { RecipeClient, WindowColumns } from './client.ts';

/** What `dist/recipes.cjs` exports: the language client is a bundle of its own, loaded when a recipe may be open. */
type RecipesBundle = typeof import('./client.ts');

export interface Recipes {
  dispose(): void;
  stop(): Promise<void>;
}

/** Starts the language server once a YAML or JSON file is open, and not before. */
export function registerRecipes(context: vscode.ExtensionContext, log: vscode.LogOutputChannel, columns: WindowColumns): Recipes {
  let client: Promise<RecipeClient | null> | null = null;
  const start = async (): Promise<RecipeClient | null> => {
    try {
      // `require`, since that is how VS Code hands a bundle the `vscode` module; by a path made here, so that esbuild does not pull it in.
      const bundle = vscode.Uri.joinPath(context.extensionUri, 'dist', 'recipes.cjs').fsPath;
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { startRecipeClient } = require(bundle) as RecipesBundle;
      return await startRecipeClient(vscode.Uri.joinPath(context.extensionUri, 'dist', 'language-server.cjs').fsPath, log, columns);
    } catch (error) {
      log.error(`the language server did not start: ${String(error)}`);
      return null;
    }
  };
  const look = (document: vscode.TextDocument): void => {
    if (mayBeRecipe(document)) client ??= start();
  };
  const subscription = vscode.workspace.onDidOpenTextDocument(look);
  for (const document of vscode.workspace.textDocuments) look(document);
  return {
    dispose: () => {
      subscription.dispose();
    },
    stop: async () => {
      await (await client)?.stop();
    },
  };
}

function mayBeRecipe(document: vscode.TextDocument): boolean {
  return document.uri.scheme === 'file' && (document.languageId === 'yaml' || document.languageId === 'json');
}
