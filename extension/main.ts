import * as vscode from 'vscode';
import { registerRecipes } from './recipes/register.ts';
import { ActivePanel } from './shards/active-panel.ts';
import { registerShardCommands } from './shards/commands.ts';
import { WindowEngine } from './shards/engine.ts';
import { ShardEditorProvider } from './shards/shard-editor-provider.ts';
import { ShardSessions } from './shards/shard-session.ts';
import { SqlConsole } from './shards/sql-console.ts';
import { StatusBar } from './shards/status-bar.ts';
import { VALUE_SCHEME, ValueDocuments } from './shards/value-documents.ts';
import { ViewStates } from './shards/view-states.ts';
import { VIEW_TYPES } from './shards/view-types.ts';

/** What must end in an orderly way before the window closes. */
let endings: (() => Promise<void>)[] = [];

/** Registers; everything else happens when it is first needed. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Loupe', { log: true });
  const engine = new WindowEngine(context, log);
  const sessions = new ShardSessions(() => engine.client);
  const active = new ActivePanel();
  const values = new ValueDocuments(sessions);
  const provider = new ShardEditorProvider(sessions, active, {
    extensionUri: context.extensionUri,
    viewStates: new ViewStates(context.workspaceState),
    values,
    sql: new SqlConsole(context.workspaceState, vscode.Uri.joinPath(context.globalStorageUri, 'queries')),
  });
  const recipes = registerRecipes(context, log);
  context.subscriptions.push(
    log,
    active,
    new StatusBar(active),
    ...engine.register(),
    ...registerShardCommands(active),
    vscode.workspace.registerTextDocumentContentProvider(VALUE_SCHEME, values),
    ...VIEW_TYPES.map((viewType) => vscode.window.registerCustomEditorProvider(viewType, provider, { supportsMultipleEditorsPerDocument: true })),
    recipes,
  );
  endings = [() => engine.stop(), () => recipes.stop()];
}

export async function deactivate(): Promise<void> {
  await Promise.allSettled(endings.map((end) => end()));
  endings = [];
}
