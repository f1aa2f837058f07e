import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RECIPE_SETTINGS } from '../../extension/recipes/settings.ts';
import { ENGINE_SETTINGS } from '../../extension/engine-client/settings.ts';
import { AUTOMATIC_CHECK } from '../../extension/shards/automatic-check.ts';
import { DROPPED_ROWS_SETTING } from '../../extension/shards/editing/dropped-rows-setting.ts';
import { PRIVATE_HOSTS_SETTING } from '../../extension/shards/pictures/private-hosts-setting.ts';
import { REMOTE_SIZE } from '../../extension/shards/remote/remote-size.ts';
import { VIEW_TYPES, viewTypeOf } from '../../extension/shards/view-types.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Bytes of the bundle that `activate()` loads. */
const MAX_BUNDLE = 300 * 1024;

/** Modules of Node that may be loaded at activation; everything else is in the bundle or waits. */
const LOADED_AT_ACTIVATION = ['child_process', 'crypto', 'fs', 'fs/promises', 'net', 'os', 'path', 'readline', 'util', 'zlib'];

/** Where the code in that bundle may come from. */
const BUNDLED = /^(extension\/(main\.ts|shards\/|engine-client\/|durable\/|journal\/|recipes\/(register|open-columns)\.ts|protocol\/|rpc\/)|node_modules\/vscode-jsonrpc\/)/;

/** Packages with native parts that the VSIX carries: one platform's libraries each, licences that allow it. */
const NATIVES = ['@duckdb/node-api', 'sharp'];

interface Contributed {
  readonly command: string;
  readonly when?: string;
  readonly icon?: string;
}
interface WalkthroughStep {
  readonly id: string;
  readonly description: string;
  readonly media: { readonly svg: string };
  readonly completionEvents: string[];
}
interface Manifest {
  readonly icon: string;
  readonly l10n: string;
  readonly main: string;
  readonly activationEvents: string[];
  readonly extensionKind: string[];
  readonly engines: { readonly vscode: string };
  readonly dependencies: Record<string, string>;
  readonly capabilities: Record<string, { readonly supported: unknown; readonly description: string }>;
  readonly contributes: {
    readonly commands: Contributed[];
    readonly keybindings: Contributed[];
    readonly menus: Record<string, Contributed[]>;
    readonly walkthroughs: { readonly steps: WalkthroughStep[] }[];
    readonly customEditors: { readonly viewType: string; readonly priority: string; readonly selector: { readonly filenamePattern: string }[] }[];
    readonly configuration: { readonly properties: Record<string, { default: number | boolean | string | readonly string[]; minimum?: number; maximum?: number; scope: string }> };
  };
}

const json = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
const manifest = json('package.json') as Manifest;
const { contributes } = manifest;

interface Activation {
  readonly commands: string[];
  readonly editors: { readonly viewType: string; readonly options: Record<string, unknown> }[];
  readonly schemes: string[];
  readonly modules: string[];
  readonly forks: number;
}
let activation: Activation;
let bundled: { readonly bytes: number; readonly inputs: string[] };
const folder = mkdtempSync(join(tmpdir(), 'loupe-manifest-'));

beforeAll(async () => {
  const outfile = join(folder, 'extension.cjs');
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['extension/main.ts'],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22.15',
    external: ['vscode'],
    metafile: true,
  });
  bundled = { bytes: Object.values(metafile.outputs)[0]!.bytes, inputs: Object.keys(metafile.inputs) };
  activation = JSON.parse(execFileSync(process.execPath, [join(ROOT, 'tests/unit/host/activate.mjs'), outfile, ROOT], { encoding: 'utf8' })) as Activation;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('activation', () => {
  test('happens for recipes and links alone; editors and commands wake the extension by themselves', () => {
    expect(manifest.activationEvents).toEqual(['onLanguage:yaml', 'onLanguage:json', 'onUri']);
  });

  test('loads a bundle within its budget, made of what is meant to be in it', () => {
    expect(bundled.bytes).toBeGreaterThan(10_000);
    expect(bundled.bytes).toBeLessThanOrEqual(MAX_BUNDLE);
    expect(bundled.inputs.filter((input) => !BUNDLED.test(input))).toEqual([]);
  });

  test('loads the modules on the list and no other, and starts no process', () => {
    expect(activation.modules).toEqual(LOADED_AT_ACTIVATION);
    expect(activation.forks).toBe(0);
  });

  test('registers every contributed command, and contributes every registered one', () => {
    expect(activation.commands.toSorted()).toEqual(contributes.commands.map(({ command }) => command).toSorted());
  });

  test('registers the view types that are contributed, without keeping hidden webviews', () => {
    const viewTypes = activation.editors.map(({ viewType }) => viewType);
    expect(viewTypes).toEqual(contributes.customEditors.map(({ viewType }) => viewType));
    expect(viewTypes).toEqual([...VIEW_TYPES]);
    for (const { options } of activation.editors) expect(options).toEqual({ supportsMultipleEditorsPerDocument: true });
  });
});

describe('editors', () => {
  const patterns = contributes.customEditors.flatMap(({ viewType, selector }) => selector.map(({ filenamePattern }) => ({ viewType, filenamePattern })));

  test('shards open in Loupe, lines when asked', () => {
    expect(contributes.customEditors.map(({ viewType, priority }) => [viewType, priority])).toEqual([
      ['loupe.shard', 'default'],
      ['loupe.lines', 'option'],
    ]);
  });

  test.each(patterns)('$filenamePattern opens in $viewType from the command too, and shows the button', ({ viewType, filenamePattern }) => {
    const name = filenamePattern.replace('*', '00000');
    expect(viewTypeOf(`/data/${name}`)).toBe(viewType);
    const when = contributes.menus['editor/title']!.find(({ command }) => command === 'loupe.open')!.when!;
    const pattern = /resourceFilename =~ \/(.*)\/i &&/.exec(when)?.[1];
    expect(new RegExp(pattern!, 'i').test(name)).toBe(true);
  });
});

describe('strings', () => {
  const nls = json('package.nls.json') as Record<string, string>;
  const text = readFileSync(join(ROOT, 'package.json'), 'utf8');

  test('every %key% exists and none is unused', () => {
    const used = new Set([...text.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1]!));
    expect(Object.keys(nls).toSorted()).toEqual([...used].toSorted());
    expect(Object.values(nls).filter((value) => value.trim() === '')).toEqual([]);
  });

  test('nothing that a person reads is written into package.json', () => {
    const shown = [...text.matchAll(/"(title|displayName|description|markdownDescription|altText)": "([^"]*)"/g)].map((match) => match[2]!);
    expect(shown.length).toBeGreaterThan(20);
    expect(shown.filter((value) => !/^%.+%$/.test(value))).toEqual([]);
  });

  test('the bundle for translators has exactly the strings of the code', () => {
    const found = globSync('extension/**/*.ts', { cwd: ROOT }).flatMap((path) =>
      [...readFileSync(join(ROOT, path), 'utf8').matchAll(/l10n\.t\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)].map((match) => match[1] ?? match[2]!),
    );
    expect(found.length).toBeGreaterThan(10);
    expect(Object.keys(json(join(manifest.l10n, 'bundle.l10n.json')) as object).toSorted()).toEqual([...new Set(found)].toSorted());
  });
});

describe('commands', () => {
  const known = new Set(contributes.commands.map(({ command }) => command));

  test('menus and keys name contributed commands', () => {
    const named = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map(({ command }) => command);
    expect(named.filter((command) => !known.has(command))).toEqual([]);
  });

  test('keys work in our editors only', () => {
    for (const { when } of contributes.keybindings) expect(when).toContain('activeCustomEditorId =~ /^loupe\\./');
  });
});

describe('the walkthrough', () => {
  const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
  const known = new Set(contributes.commands.map(({ command }) => command));
  const nls = json('package.nls.json') as Record<string, string>;

  test('is short', () => {
    expect(steps.length).toBeGreaterThan(2);
    expect(steps.length).toBeLessThanOrEqual(6);
  });

  test.each(steps)('$id is done by a command that exists, offers it, and has its picture', ({ description, media, completionEvents }) => {
    const done = completionEvents.map((event) => event.replace(/^onCommand:/, ''));
    const offered = [...nls[description.slice(1, -1)]!.matchAll(/\(command:([\w.]+)\)/g)].map((match) => match[1]!);
    expect(done.filter((command) => !known.has(command))).toEqual([]);
    expect(offered).toEqual(done);
    expect(readFileSync(join(ROOT, media.svg), 'utf8')).toMatch(/^<svg .*var\(--vscode-/s);
  });
});

describe('settings', () => {
  test('have the defaults and ranges of the code, and belong to the machine', () => {
    const all = Object.entries(contributes.configuration.properties);
    const ofRecipes = all.filter(([name]) => name.startsWith('loupe.recipes.'));
    expect(ofRecipes.map(([name]) => name.slice('loupe.recipes.'.length)).sort()).toEqual([...RECIPE_SETTINGS].sort());
    const declared = all.filter((each) => !ofRecipes.includes(each)).map(([name, { default: value, minimum, maximum }]) => [name, { default: value, minimum, maximum }]);
    const known = { ...ENGINE_SETTINGS, 'check.automaticUpTo': AUTOMATIC_CHECK, 'remoteFiles.maximumSize': REMOTE_SIZE, 'sets.followLinks': { default: false }, sideCars: { default: true }, [PRIVATE_HOSTS_SETTING]: { default: [] }, [DROPPED_ROWS_SETTING]: { default: 'ask' } };
    expect(Object.fromEntries(declared)).toEqual(Object.fromEntries(Object.entries(known).map(([name, range]) => [`loupe.${name}`, range])));
    expect(manifest.capabilities.untrustedWorkspaces).toMatchObject({ restrictedConfigurations: [`loupe.${PRIVATE_HOSTS_SETTING}`] });
    // A workspace that somebody else made must not decide how much memory is taken.
    for (const [name, { scope }] of all) if (!name.startsWith('loupe.recipes.')) expect(scope).toBe('machine');
  });
});

describe('the rest of the manifest', () => {
  test('runs where the files are, reads in untrusted workspaces, says why not in virtual ones', () => {
    expect(manifest.extensionKind).toEqual(['workspace']);
    expect(manifest.capabilities.untrustedWorkspaces).toMatchObject({ supported: 'limited', description: expect.stringMatching(/^%/) as string });
    expect(manifest.capabilities.virtualWorkspaces).toMatchObject({ supported: false, description: expect.stringMatching(/^%/) as string });
  });

  test('uses no API newer than the VS Code it asks for', () => {
    const [, major, minor] = /^\^(\d+)\.(\d+)\.0$/.exec(manifest.engines.vscode)!.map(Number);
    const [typesMajor, typesMinor] = (json('node_modules/@types/vscode/package.json') as { version: string }).version.split('.').map(Number);
    expect([major, minor! >= 101]).toEqual([1, true]);
    expect(typesMajor! * 1000 + typesMinor!).toBeLessThanOrEqual(major! * 1000 + minor!);
  });

  test('depends on approved packages only', () => {
    expect(Object.keys(manifest.dependencies).toSorted()).toEqual(NATIVES);
  });

  test('has its icon', () => {
    expect(existsSync(join(ROOT, manifest.icon))).toBe(true);
  });
});
