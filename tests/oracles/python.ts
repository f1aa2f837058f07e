import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
/** A virtual environment of its own for tools that do not bear each other's packages. */
interface Environment {
  readonly folder: string;
  readonly requirements: string;
  /** Only the packages of the list: what they say that they need is not needed. */
  readonly alone?: true;
}

const TOOLS: Environment = { folder: join(root, '.cache/oracles'), requirements: join(import.meta.dirname, 'requirements.txt') };
const DATA_JUICER: Environment = { folder: join(root, '.cache/data-juicer'), requirements: join(import.meta.dirname, 'recipes/requirements.txt') };

/** CLIP's tokenizer: its package wants torch, which the tokenizer does not use. */
const CLIP: Environment = { folder: join(root, '.cache/clip'), requirements: join(import.meta.dirname, 'clip/requirements.txt'), alone: true };

/** The Python of the virtual environment that holds the other tools; null before `npm run oracles` made it. */
export function oraclePython(): string | null {
  return existsSync(pythonOf(TOOLS)) ? pythonOf(TOOLS) : null;
}

/** Folder of the environment that holds the published Data-Juicer; null before `npm run oracles` made it. */
export function dataJuicerEnvironment(): string | null {
  return existsSync(pythonOf(DATA_JUICER)) ? DATA_JUICER.folder : null;
}

/** Folder of a published package, unpacked and not installed; null before `npm run oracles` fetched it. */
export function unpackedPackage(name: string): string | null {
  const folder = join(root, '.cache/packages', name);
  return existsSync(folder) ? folder : null;
}

/** Makes the virtual environment with the versions of requirements.txt. @throws when a step fails */
export function makeOraclePython(): string {
  return make(TOOLS);
}

/** The same with the published Data-Juicer. @throws when a step fails */
export function makeDataJuicerPython(): string {
  return make(DATA_JUICER);
}

/** The same with CLIP's tokenizer. @throws when a step fails */
export function makeClipPython(): string {
  return make(CLIP);
}

function make(environment: Environment): string {
  const host = process.env.PYTHON ?? 'python3';
  const python = pythonOf(environment);
  if (!existsSync(python)) run(host, ['-m', 'venv', environment.folder]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...(environment.alone === true ? ['--no-deps'] : []), '-r', environment.requirements]);
  return python;
}

function pythonOf({ folder }: Environment): string {
  return join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ` with ${status ?? 'a signal'}`}`);
}
