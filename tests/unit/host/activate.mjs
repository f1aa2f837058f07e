// Loads the extension's bundle with a recording stand-in for `vscode`, activates it, and prints what it did as JSON.
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const [bundle, extensionPath] = process.argv.slice(2);
const did = { commands: [], editors: [], schemes: [], uriHandlers: 0, modules: [], forks: 0 };
const disposable = { dispose() {} };
const event = () => disposable;
const uri = (path) => ({ scheme: 'file', path, fsPath: path, toString: () => `file://${path}` });
const log = { info() {}, warn() {}, error() {}, show() {}, dispose() {} };

class EventEmitter {
  event = event;
  fire() {}
  dispose() {}
}

const vscode = {
  EventEmitter,
  StatusBarAlignment: { Left: 1, Right: 2 },
  Uri: { file: uri, joinPath: (base, ...parts) => uri(join(base.path, ...parts)) },
  l10n: { t: (text) => text },
  env: { language: 'en' },
  commands: { registerCommand: (name) => (did.commands.push(name), disposable) },
  languages: { createDiagnosticCollection: () => disposable },
  window: {
    createOutputChannel: () => log,
    createStatusBarItem: () => ({ show() {}, hide() {}, dispose() {} }),
    registerUriHandler: () => (did.uriHandlers++, disposable),
    registerCustomEditorProvider: (viewType, _provider, options) => (did.editors.push({ viewType, options }), disposable),
  },
  workspace: {
    textDocuments: [],
    onDidOpenTextDocument: event,
    onDidChangeConfiguration: event,
    registerTextDocumentContentProvider: (scheme) => (did.schemes.push(scheme), disposable),
    registerFileSystemProvider: (scheme) => (did.schemes.push(scheme), disposable),
  },
};

const load = Module._load;
Module._load = (request, ...rest) => {
  if (request === 'vscode') return vscode;
  if (request !== bundle) did.modules.push(request.replace(/^node:/, ''));
  return load(request, ...rest);
};
const childProcess = require('node:child_process');
did.modules = [];
for (const name of ['fork', 'spawn', 'exec', 'execFile']) childProcess[name] = () => did.forks++;

const extension = require(bundle);
const memento = { get: (_key, otherwise) => otherwise, update: () => Promise.resolve() };
extension.activate({
  extensionUri: uri(extensionPath),
  globalStorageUri: uri(join(extensionPath, 'storage')),
  subscriptions: [],
  workspaceState: memento,
  globalState: memento,
});
did.modules = [...new Set(did.modules)].sort();
extension.deactivate().then(() => process.stdout.write(JSON.stringify(did)));
