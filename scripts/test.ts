import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from './build.ts';
import { packageVsix } from './package.ts';
import { makeSamples } from './samples.ts';
import { suiteOutcome, summary, type Outcome, type VitestReport } from './test/outcome.ts';
import { ensureChromium } from './vscode/chromium.ts';
import { ensureServer } from './vscode/server.ts';
import { cacheFolder, mustRun, node, root, run } from './workspace.ts';

/**
 * `npm test [suite ...] [--long]`: everything, or the suites named. The suite `vscode` drives the packaged
 * VSIX in the real VS Code. `--long` runs in full what otherwise is sampled.
 */
const SUITES = ['unit', 'conformance', 'faults', 'vscode'];

const reports = join(cacheFolder, 'test');

async function step(name: string, work: () => Promise<unknown>): Promise<Outcome> {
  console.log(`\n=== ${name}`);
  const start = Date.now();
  try {
    await work();
    console.log(`--- ${name}: ${seconds(start)}`);
    return { name, passed: 1, failed: 0, skipped: 0, failures: [] };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.error(`--- ${name} failed: ${why}`);
    return { name, passed: 0, failed: 1, skipped: 0, failures: [why] };
  }
}

async function suite(name: string, env: NodeJS.ProcessEnv): Promise<Outcome> {
  console.log(`\n=== ${name}`);
  const start = Date.now();
  const report = join(reports, `${name}.json`);
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--project', name, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run(node, args, { env });
  const outcome = suiteOutcome(name, await readReport(report), code);
  if (outcome.passed === 0) console.error(`--- ${name} ran no test that passed`);
  console.log(`--- ${name}: ${outcome.passed} passed, ${outcome.failed} failed, ${outcome.skipped} skipped, ${seconds(start)}`);
  return outcome;
}

async function readReport(file: string): Promise<VitestReport | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as VitestReport);
}

function seconds(start: number): string {
  return `${((Date.now() - start) / 1000).toFixed(0)} s`;
}

function preparations(all: boolean): [name: string, work: () => Promise<unknown>][] {
  const checks: [string, () => Promise<unknown>][] = [
    ['types', () => mustRun(node, [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit'])],
    ['lint', () => mustRun(node, [join(root, 'node_modules/eslint/bin/eslint.js'), '.'])],
  ];
  return [
    ...(all ? checks : []),
    ['build', build],
    ['samples', () => makeSamples()],
    ['package', packageVsix],
    ['VS Code and a browser', async () => {
      await ensureChromium();
      await ensureServer();
    }],
  ]; // prettier-ignore
}

async function main(args: readonly string[]): Promise<number> {
  const start = Date.now();
  const named = args.filter((argument) => !argument.startsWith('--'));
  const unknown = named.filter((name) => !SUITES.includes(name));
  if (unknown.length > 0) throw new Error(`There is no suite ${unknown.join(', ')}; there are ${SUITES.join(', ')}`);
  const env = args.includes('--long') ? { ...process.env, LOUPE_LONG: '1' } : process.env;
  await rm(reports, { recursive: true, force: true });
  await mkdir(reports, { recursive: true });
  const outcomes: Outcome[] = [];
  for (const [name, work] of preparations(named.length === 0)) outcomes.push(await step(name, work));
  for (const name of SUITES) if (named.length === 0 || named.includes(name)) outcomes.push(await suite(name, env));
  console.log(`\n${seconds(start)}\n${summary(outcomes)}`);
  return outcomes.some(({ failed }) => failed > 0) ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
