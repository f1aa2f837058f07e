import { describe, expect, test } from 'vitest';
import { readOwnCatalogue } from '../../language-server/data/sources.ts';
import { RAW } from '../../language-server/dialects/data-juicer/raw.ts';
import { dataJuicerEnvironment } from '../oracles/python.ts';

const environment = dataJuicerEnvironment();

describe.skipIf(environment === null)('the published Data-Juicer, read as the user has it', () => {
  test('gives the catalogue that is shipped', async () => {
    const own = await readOwnCatalogue(environment ?? '');
    expect(own?.version).toBe('1.6.1');
    expect(Object.keys(own?.ops ?? {})).toHaveLength(228);
    const { ops, globals } = RAW['1.6.1'];
    for (const [name, op] of Object.entries(ops)) expect(own?.ops[name], name).toEqual(op);
    expect(own?.globals).toEqual(globals);
  });
});

if (environment === null) console.log('recipe sources: skipped the published Data-Juicer: no environment (npm run oracles)');
