import * as vscode from 'vscode';
import { LanguageClient, TransportKind, type ResponseError } from 'vscode-languageclient/node';
import { COLUMNS_OF, OPEN_SHARDS, type ColumnsOfParams, type ColumnsOfResult, type OpenShardColumns, type OpenShardsParams } from '../protocol/recipes.ts';
import { serverSettings, YAML_EXTENSION } from './settings.ts';

export interface RecipeClient {
  stop(): Promise<void>;
}

/** What the window knows of shards. */
export interface WindowColumns {
  readonly onChanged: vscode.Event<void>;
  readonly shards: readonly OpenShardColumns[];
  /** Null where the file is no shard that can be read. */
  readonly ofFile: (path: string) => Promise<ColumnsOfResult>;
}

/** Starts the recipes' language server in a process of its own. @throws when it cannot be started */
export async function startRecipeClient(serverModule: string, log: vscode.LogOutputChannel, columns: WindowColumns): Promise<RecipeClient> {
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
      initializationOptions: { columnsOf: true },
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
  client.onRequest(COLUMNS_OF, ({ path }: ColumnsOfParams) => columns.ofFile(path));
  await client.start();
  const tell = (): void => void client.sendNotification(OPEN_SHARDS, { shards: columns.shards } satisfies OpenShardsParams);
  const subscription = columns.onChanged(tell);
  tell();
  return {
    stop: () => {
      subscription.dispose();
      return client.stop();
    },
  };
}

function withSettled(section: unknown): unknown {
  if (typeof section !== 'object' || section === null) return section;
  return serverSettings(section as Record<string, unknown>, vscode.extensions.getExtension(YAML_EXTENSION) !== undefined);
}
