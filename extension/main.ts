import * as vscode from 'vscode';
import { OpenColumns } from './recipes/open-columns.ts';
import { registerRecipes } from './recipes/register.ts';
import { ActivePanel } from './shards/active-panel.ts';
import { CELL_SCHEME, CellDocuments } from './shards/editing/cell-documents.ts';
import { EditJournals } from './shards/editing/edit-journals.ts';
import { OpenPanels } from './shards/open-panels.ts';
import { registerRowLinks } from './shards/row-links.ts';
import { ShardChecks } from './shards/shard-checks.ts';
import { registerShardCommands } from './shards/commands.ts';
import { WindowEngine } from './shards/engine.ts';
import { Exports } from './shards/exports/exports.ts';
import { ShardEditorProvider } from './shards/shard-editor-provider.ts';
import { FileCopies } from './shards/remote/file-copies.ts';
import { PanelPictures } from './shards/pictures/panel-pictures.ts';
import { registerPictureCommands } from './shards/pictures/picture-commands.ts';
import { PictureHosts } from './shards/pictures/picture-hosts.ts';
import { PictureRoots } from './shards/pictures/picture-roots.ts';
import { registerSetCommands } from './shards/sets/set-commands.ts';
import { NamedSideCars } from './shards/side-cars/named-side-cars.ts';
import { registerSideCarCommands } from './shards/side-cars/side-car-commands.ts';
import { ShardSessions } from './shards/shard-sessions.ts';
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
  const hosts = new PictureHosts(context.globalState);
  const engine = new WindowEngine(context, log, hosts);
  const pictures = new PanelPictures(hosts, new PictureRoots(context.workspaceState), () => engine.configure());
  const copies = new FileCopies(vscode.Uri.joinPath(context.globalStorageUri, 'copies').fsPath);
  const sideCars = new NamedSideCars(context.workspaceState);
  const sessions = new ShardSessions(() => engine.client, copies, sideCars, new EditJournals(vscode.Uri.joinPath(context.globalStorageUri, 'journals').fsPath));
  const active = new ActivePanel();
  const checks = new ShardChecks(active);
  const columns = new OpenColumns(sessions);
  const panels = new OpenPanels((panel) => vscode.Disposable.from(checks.follow(panel), columns.follow(panel)));
  const values = new ValueDocuments(sessions);
  const cells: CellDocuments = new CellDocuments(sessions, (session, step) => provider.stepMade(session, step));
  const provider: ShardEditorProvider = new ShardEditorProvider(sessions, active, panels, {
    extensionUri: context.extensionUri,
    viewStates: new ViewStates(context.workspaceState),
    values,
    cells,
    exports: new Exports(),
    sql: new SqlConsole(context.workspaceState, vscode.Uri.joinPath(context.globalStorageUri, 'queries')),
    pictures,
  });
  const recipes = registerRecipes(context, log, columns);
  context.subscriptions.push(
    log,
    active,
    checks,
    pictures,
    new StatusBar(active),
    ...engine.register(),
    ...registerShardCommands(active),
    ...registerRowLinks(active, panels),
    ...registerSetCommands(context.workspaceState),
    ...registerSideCarCommands(active, sideCars),
    ...registerPictureCommands(active, pictures, engine.cacheFolder),
    vscode.workspace.registerTextDocumentContentProvider(VALUE_SCHEME, values),
    vscode.workspace.registerFileSystemProvider(CELL_SCHEME, cells, { isCaseSensitive: true }),
    cells,
    ...VIEW_TYPES.map((viewType) => vscode.window.registerCustomEditorProvider(viewType, provider, { supportsMultipleEditorsPerDocument: true })),
    active.onChanged(() => columns.activated(active.panel)),
    columns,
    recipes,
  );
  endings = [() => engine.stop(), () => recipes.stop()];
}

export async function deactivate(): Promise<void> {
  await Promise.allSettled(endings.map((end) => end()));
  endings = [];
}
