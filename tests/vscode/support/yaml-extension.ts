import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { build } from 'esbuild';
import { cacheFolder, mustRunNpm, root } from '../../../scripts/workspace.ts';

/** The language server for YAML that vscode-yaml carries. */
const SERVER_PACKAGE = 'yaml-language-server@1.19.2';
const installFolder = join(cacheFolder, 'yaml-language-server');
const serverModule = join(installFolder, 'node_modules', 'yaml-language-server', 'out', 'server', 'src', 'server.js');

const MANIFEST = {
  publisher: 'redhat',
  name: 'vscode-yaml',
  displayName: 'YAML',
  description: 'The language server of npm for YAML, in the place of the extension that carries it.',
  version: '0.0.1',
  engines: { vscode: '^1.101.0' },
  main: './extension.js',
  activationEvents: ['onLanguage:yaml'],
  contributes: { configuration: { properties: { 'yaml.schemaStore.enable': { type: 'boolean', default: false }, 'yaml.validate': { type: 'boolean', default: true } } } },
};

const SOURCE = `
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
let client;
export async function activate() {
  client = new LanguageClient('yaml', 'YAML', { module: SERVER_MODULE, transport: TransportKind.ipc }, { documentSelector: [{ language: 'yaml' }] });
  await client.start();
}
export function deactivate() {
  return client?.stop();
}
`;

/** Packages an extension by the name of vscode-yaml that starts npm's yaml-language-server. @returns its VSIX */
export async function packageYamlExtension(folder: string): Promise<string> {
  if (!existsSync(serverModule)) {
    await mkdir(installFolder, { recursive: true });
    await writeFile(join(installFolder, 'package.json'), '{ "private": true }\n');
    await mustRunNpm(['install', SERVER_PACKAGE, '--ignore-scripts', '--no-audit', '--no-fund'], installFolder);
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify(MANIFEST));
  await writeFile(join(folder, 'README.md'), 'For a test.\n');
  const define = { SERVER_MODULE: JSON.stringify(serverModule) };
  await build({ stdin: { contents: SOURCE, resolveDir: root }, bundle: true, platform: 'node', format: 'cjs', external: ['vscode'], define, outfile: join(folder, 'extension.js'), logLevel: 'error' });
  const packagePath = join(folder, 'yaml.vsix');
  await createVSIX({ cwd: folder, packagePath, dependencies: false, allowMissingRepository: true, skipLicense: true });
  return packagePath;
}
