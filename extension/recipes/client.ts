import * as vscode from 'vscode';
import { LanguageClient, TransportKind, type ResponseError } from 'vscode-languageclient/node';
import { serverSettings, YAML_EXTENSION } from './settings.ts';

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
      middleware: {
        workspace: {
          configuration: async (params, token, next) => {
            const sections = (await next(params, token)) as unknown[] | ResponseError;
            return Array.isArray(sections) ? sections.map(withSettled) : sections;
          },
        },
      },
    },
  );
  await client.start();
  return { stop: () => client.stop() };
}

function withSettled(section: unknown): unknown {
  if (typeof section !== 'object' || section === null) return section;
  return serverSettings(section as Record<string, unknown>, vscode.extensions.getExtension(YAML_EXTENSION) !== undefined);
}
