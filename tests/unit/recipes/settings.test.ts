import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { serverSettings } from '../../../extension/recipes/settings.ts';
import { installedVersions } from '../../../language-server/data/installed.ts';
import { CircumstancesOf, readSettings } from '../../../language-server/server/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-venv-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('settings of recipes', () => {
  it('leave faults of YAML to the other extension where it is installed, unless said otherwise', () => {
    expect(serverSettings({ yamlErrors: 'auto', versions: {} }, true)).toEqual({ versions: {}, syntaxElsewhere: true });
    expect(serverSettings({ yamlErrors: 'auto' }, false)).toEqual({ syntaxElsewhere: false });
    expect(serverSettings({ yamlErrors: 'on' }, true)).toEqual({ syntaxElsewhere: false });
    expect(serverSettings({ yamlErrors: 'off' }, false)).toEqual({ syntaxElsewhere: true });
  });

  it('choose a dialect by glob, and take nothing that is not what it should be', () => {
    const circumstances = new CircumstancesOf(readSettings({ dialects: { 'mine/*.yaml': 'data-juicer@1.4.3', bad: 3 }, versions: null, syntaxElsewhere: 'yes' }));
    expect(circumstances.for('file:///w/mine/a%20b.yaml')).toMatchObject({ override: 'data-juicer@1.4.3', syntaxElsewhere: false });
    expect(circumstances.for('file:///w/other/a.yaml').override).toBeNull();
    expect(circumstances.for('file:///w/other/a.yaml')).toBe(circumstances.for('file:///w/b.yaml'));
  });

  it('find what is installed in an environment by the names of folders', async () => {
    mkdirSync(join(folder, 'lib', 'python3.11', 'site-packages', 'py_data_juicer-1.4.3.dist-info'), { recursive: true });
    expect(await installedVersions([join(folder, 'absent'), folder])).toEqual({ 'data-juicer': '1.4.3' });
  });
});
