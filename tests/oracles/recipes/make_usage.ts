/**
 * `node tests/oracles/recipes/make_usage.ts`: which numbers the published recipes of the corpus write for which parameter,
 * by the name of the recipe. Facts alone: nothing of a recipe is copied.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { ScalarNode } from '../../../language-server/document/nodes.ts';
import { valueOf } from '../../../language-server/document/scalars.ts';
import { analyse } from '../../../language-server/service.ts';
import { corpusFolder } from '../../conformance/corpus.ts';

/** Fixtures, demonstrations, and the list of all parameters are nobody's choice. */
const NOBODYS = /tests?\/|demo|config_all|examples?\/|optimization\//;
const MAX_NAMES = 3;

const corpus = corpusFolder();
if (corpus === null) throw new Error('There is no corpus (set LOUPE_CORPUS).');
const folder = join(corpus, 'recipes');
const manifest = JSON.parse(readFileSync(join(folder, 'MANIFEST.json'), 'utf8')) as { file: string; path: string }[];

/** By dialect, op, parameter and value: the recipes that write it. */
const usage = new Map<string, Map<string, Map<string, Map<number, Set<string>>>>>();
for (const { file, path } of manifest) {
  if (NOBODYS.test(path) || !/\.(?:ya?ml|json)$/.test(path)) continue;
  const { recipe } = analyse(readFileSync(join(folder, file), 'utf8'), { override: null, versions: { 'data-juicer': '1.4.3' } });
  for (const { step, parameter, entry } of recipe?.fields ?? []) {
    const number = recipe === null || step?.operation == null || entry.value?.kind !== 'scalar' ? Number.NaN : Number(valueOf(entry.value, 'python-floats') ?? Number.NaN);
    if (recipe === null || step?.operation == null || !Number.isFinite(number) || typeof valueOf(entry.value as ScalarNode, 'python-floats') !== 'number') continue;
    const values = within(within(within(usage, recipe.dialect.id), step.operation.name), parameter.name);
    within(values, number, () => new Set<string>()).add(basename(path).replace(/\.\w+$/, ''));
  }
}
const ops = [...usage].map(([dialect, byOp]) => `"${dialect}": {\n${[...byOp].sort(byName).map(([op, byParameter]) => `${JSON.stringify(op)}: {\n${[...byParameter].sort(byName).map(parameterLine).join(',\n')}}`).join(',\n')}}`);
const out = resolve(import.meta.dirname, '../../../language-server/dialects/published-values.json');
writeFileSync(out, `{${ops.join(',\n')}}\n`);
console.log(`${basename(out)}: ${[...usage].map(([dialect, byOp]) => `${byOp.size} ops of ${dialect}`).join(', ')}`);

/** Values as `[value, recipes that write it, the first of them]`, the most frequent first. */
function parameterLine([name, values]: readonly [string, ReadonlyMap<number, ReadonlySet<string>>]): string {
  const entries = [...values].map(([value, recipes]) => [value, recipes.size, [...recipes].sort().slice(0, MAX_NAMES)] as const);
  return `${JSON.stringify(name)}: ${JSON.stringify(entries.sort((a, b) => b[1] - a[1] || a[0] - b[0]))}`;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function within<K, V>(map: Map<K, V>, key: K, make: () => V = () => new Map() as V): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}
