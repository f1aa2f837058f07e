import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Code, Finding } from '../../../language-server/checks/finding.ts';
import { analyse, type Analysis } from '../../../language-server/service.ts';

/** What the published tool says of generated recipes, made by `npm run oracles`. */
interface Golden {
  readonly versions: Readonly<Record<string, string>>;
  readonly recipes: readonly { readonly way: string; readonly recipe: string; readonly errors: readonly { readonly about: 'op' | 'parameter' | 'type' | 'entry' | 'parser'; readonly op: string; readonly name: string }[] }[];
}

const golden = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../oracles/recipes/preflight-1.6.1.json'), 'utf8')) as Golden;

const ABOUT: Partial<Record<Code, string>> = { 'unknown-op': 'op', 'removed-op': 'op', 'unknown-parameter': 'parameter', 'renamed-parameter': 'parameter', 'wrong-type': 'type', 'yaml-surprise': 'type', 'malformed-step': 'entry' };

/** Where the two differ, and why. */
const EXPLAINED: readonly { readonly difference: RegExp; readonly why: string }[] = [
  {
    difference: /^theirs: type (?:text_pair|text_embd|image_pair)_similarity_filter (?:min|max)_score$/,
    why: 'the parser fills in defaults, and the preflight takes none of its own 0.1 and 1.0 for a ClosedUnitInterval: what it refuses is right',
  },
];

/** Our errors in the preflight's words: about what, in which op, which name. */
function ours(analysis: Analysis): string[] {
  return analysis.findings.filter(({ severity }) => severity === 'error').flatMap((found) => {
    const about = ABOUT[found.code];
    return about === undefined ? [] : [`${about} ${opOf(analysis, found)} ${nameOf(analysis, found)}`];
  }).sort();
}

function opOf({ recipe }: Analysis, { start }: Finding): string {
  return recipe?.steps.findLast(({ name }) => name !== null && name.start <= start)?.name?.text ?? '';
}

function nameOf({ recipe, lines }: Analysis, found: Finding): string {
  const field = recipe?.fields.findLast(({ step, entry: { key, value } }) => step !== null && (key.start === found.start || (value !== null && value.start <= found.start && found.end <= value.end)));
  return field?.entry.key.text ?? lines.text.slice(found.start, found.end);
}

describe(`the preflight of Data-Juicer ${golden.versions['py-data-juicer'] ?? ''}`, () => {
  it('was asked about 300 recipes, of which many are valid and many are not', () => {
    expect(golden.recipes).toHaveLength(300);
    for (const about of ['op', 'parameter', 'type']) expect(golden.recipes.filter(({ errors }) => errors.some((each) => each.about === about)).length).toBeGreaterThan(20);
    expect(golden.recipes.filter(({ errors }) => errors.length === 0).length).toBeGreaterThan(60);
  });

  it('and ours agree on every unknown op, unknown parameter and wrong type', () => {
    const differences = golden.recipes.filter(({ errors }) => !errors.some(({ about }) => about === 'parser')).flatMap(({ recipe, errors }, i) => {
      const theirs = errors.map(({ about, op, name }) => `${about} ${op} ${name}`).sort();
      const found = ours(analyse(recipe));
      const only = [...theirs.filter((each) => !found.includes(each)).map((each) => `theirs: ${each}`), ...found.filter((each) => !theirs.includes(each)).map((each) => `ours: ${each}`)];
      return only.filter((each) => !EXPLAINED.some(({ difference }) => difference.test(each))).map((each) => `recipe ${i}, ${each}\n${recipe}`);
    });
    expect(differences).toEqual([]);
  });

  it('has a parser before it, which refuses a required parameter that is missing, and so do ours', () => {
    const refused = golden.recipes.filter(({ errors }) => errors.some(({ about }) => about === 'parser'));
    for (const { recipe, errors } of refused) {
      expect(errors[0]?.name).toMatch(/arguments are required/);
      expect(analyse(recipe).findings.map(({ code }) => code)).toContain('missing-parameter');
    }
  });
});
