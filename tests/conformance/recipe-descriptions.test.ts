import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FAMILIES } from '../../language-server/dialects/registry.ts';
import { analyse } from '../../language-server/service.ts';
import { corpusFolder, reportSkipped } from './corpus.ts';

const corpus = corpusFolder();
const folder = corpus === null ? '' : join(corpus, 'recipes', 'data-juicer');

describe('descriptions', () => {
  test.each(FAMILIES.flatMap(({ versions, at, id }) => versions.map((version) => [`${id} ${version}`, at(version)] as const)).filter(([, { id }]) => id !== 'nemo-curator'))('every op of %s has one', (_, dialect) => {
    const missing = dialect.forms.flatMap(({ operations }) => [...operations.values()]).filter(({ description, internal }) => description === '' && internal !== true);
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  test.skipIf(!existsSync(folder))('every parameter of Data-Juicer that a published recipe uses has one', () => {
    const missing = new Set<string>();
    for (const file of readdirSync(folder)) {
      const { recipe } = analyse(readFileSync(join(folder, file), 'utf8'), { override: null, versions: { 'data-juicer': '1.4.3' } });
      for (const { parameter, step } of recipe?.fields ?? []) if (step !== null && parameter.description === undefined) missing.add(`${step.operation?.name ?? ''}.${parameter.name}`);
    }
    expect([...missing]).toEqual([]);
  });
});

if (corpus === null) reportSkipped('descriptions', 'parameters of published recipes');
