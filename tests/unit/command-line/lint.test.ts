import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../../../extension/engine/command-line/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-lint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function recipe(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function lint(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const terminal = { out: (text: string) => void (out += text), err: (text: string) => void (err += text), width: 0 };
  return { code: await run(['lint', ...argv], '0.1.0', terminal, new AbortController().signal), out, err };
}

const wrong = recipe('wrong.yaml', 'process:\n  - text_lenght_filter:\n');
const right = recipe('right.yaml', 'process:\n  - text_length_filter:\n      max_len: 100\n');
const other = recipe('other.yaml', 'services:\n  web: 1\n');

describe('loupe lint', () => {
  it('writes findings as compilers do, and exits with 1 for an error', async () => {
    const { code, out } = await lint(wrong, right);
    expect(out).toBe(`${wrong}:2:5: error: There is no op text_lenght_filter in Data-Juicer 1.6.1. Did you mean text_length_filter? [unknown-op]\n`);
    expect(code).toBe(1);
  });

  it('exits with 0 for a clean recipe and for what is no recipe, and with 3 for warnings', async () => {
    expect(await lint(right)).toMatchObject({ code: 0, out: '' });
    expect(await lint(other)).toMatchObject({ code: 0 });
    expect(await lint('--dialect', 'data-juicer@1.4.3', recipe('typo.yaml', 'process:\n  - text_length_filter:\n      mx_len: 4\n'))).toMatchObject({ code: 3 });
  });

  it('says of a file that cannot be read why, and exits with 1', async () => {
    const { code, out } = await lint(join(folder, 'absent.yaml'));
    expect(code).toBe(1);
    expect(out).toContain('absent.yaml: error: ENOENT');
  });

  it('writes one JSON object a file', async () => {
    const { out } = await lint('--format', 'json', wrong, right);
    const [first, second] = out.trim().split('\n').map((line) => JSON.parse(line) as { dialect: string; findings: { code: string; start: unknown }[] });
    expect(first).toMatchObject({ dialect: 'data-juicer@1.6.1', findings: [{ code: 'unknown-op', start: { line: 1, character: 4 } }] });
    expect(second?.findings).toEqual([]);
  });

  it('writes SARIF with a rule and a page for every code', async () => {
    const { out } = await lint('--format', 'sarif', wrong);
    const log = JSON.parse(out) as { version: string; runs: { tool: { driver: { rules: { id: string; helpUri: string }[] } }; results: unknown[] }[] };
    expect(log.version).toBe('2.1.0');
    expect(log.runs[0]?.results).toMatchObject([{ ruleId: 'unknown-op', level: 'error', locations: [{ physicalLocation: { region: { startLine: 2, startColumn: 5 } } }] }]);
    expect(log.runs[0]?.tool.driver.rules.find(({ id }) => id === 'unknown-op')?.helpUri).toMatch(/unknown-op\.md$/);
  });

  it('prints a dialect as JSON Schema', async () => {
    const { code, out } = await lint('--print-schema', '--dialect', 'dclm');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ title: 'DCLM', type: 'array' });
    expect(await lint('--print-schema')).toMatchObject({ code: 2 });
  });

  it('refuses what makes no sense', async () => {
    expect(await lint()).toMatchObject({ code: 2 });
    expect(await lint('--format', 'xml', right)).toMatchObject({ code: 2 });
    expect(await lint('--dialect', 'spark', right)).toMatchObject({ code: 2, err: 'loupe: there is no dialect spark.\n' });
  });
});
