import type * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';

export interface RecipeClient {
  stop(): Promise<void>;
}

/** Starts the recipes' language server in a process of its own. @throws when it cannot be started */
export async function startRecipeClient(serverModule: string, log: vscode.LogOutputChannel): Promise<RecipeClient> {
  const client = new LanguageClient(
    'loupe.recipes',
    'Loupe Recipes',
    { module: serverModule, transport: TransportKind.ipc },
    {
      documentSelector: [
        { scheme: 'file', language: 'yaml' },
        { scheme: 'file', language: 'json' },
      ],
      outputChannel: log,
    },
  );
  await client.start();
  return { stop: () => client.stop() };
}
