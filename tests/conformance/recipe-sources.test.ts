import { describe, expect, test } from 'vitest';
import { readOwnCatalogues } from '../../language-server/data/sources.ts';
import { RAW } from '../../language-server/dialects/data-juicer/raw.ts';
import { PUBLISHED as DOLMA } from '../../language-server/dialects/dolma/taggers.ts';
import { PUBLISHED as NEMO } from '../../language-server/dialects/nemo-curator/classes.ts';
import { dataJuicerEnvironment, unpackedPackage } from '../oracles/python.ts';

const environment = dataJuicerEnvironment();
const [dolma, nemo] = [unpackedPackage('dolma'), unpackedPackage('nemo-curator')];

describe.skipIf(environment === null)('the published Data-Juicer, read as the user has it', () => {
  test('gives the catalogue that is shipped', async () => {
    const own = (await readOwnCatalogues(environment ?? ''))?.['data-juicer'];
    expect(own?.version).toBe('1.6.1');
    expect(Object.keys(own?.ops ?? {})).toHaveLength(228);
    const { ops, globals } = RAW['1.6.1'];
    for (const [name, op] of Object.entries(ops)) expect(own?.ops[name], name).toEqual(op);
    expect(own?.globals).toEqual(globals);
  });
});

describe.skipIf(dolma === null)('the published Dolma', () => {
  test('gives the catalogue that is shipped', async () => {
    const own = (await readOwnCatalogues(dolma ?? ''))?.dolma;
    expect(own?.version).toBe(DOLMA.version);
    expect(own?.taggers).toEqual(DOLMA.taggers);
  });
});

/** A generator in a call, which nothing but a run could tell. */
const SPACED_OTHERWISE = new Set(['REQUIRED_COLUMNS']);

describe.skipIf(nemo === null)('the published NeMo Curator', () => {
  test('gives the catalogue that is shipped, and the stand-ins for packages that are not installed', async () => {
    const own = (await readOwnCatalogues(nemo ?? ''))?.['nemo-curator'];
    expect(own?.version).toBe(NEMO.version);
    expect(own?.exports).toEqual(NEMO.exports);
    expect([...(own?.functions ?? [])].sort()).toEqual(NEMO.functions);
    for (const [path, { params, open }] of Object.entries(NEMO.classes)) {
      const found = own?.classes[path];
      expect(found?.open, path).toBe(open);
      expect(Object.keys(found?.params ?? {}), path).toEqual(Object.keys(params));
      for (const [name, field] of Object.entries(params)) if (!SPACED_OTHERWISE.has(name)) expect(found?.params[name], `${path} ${name}`).toEqual(field);
    }
  });
});

for (const [program, place] of Object.entries({ 'Data-Juicer': environment, Dolma: dolma, 'NeMo Curator': nemo })) if (place === null) console.log(`recipe sources: skipped the published ${program}: it is not there (npm run oracles)`);
