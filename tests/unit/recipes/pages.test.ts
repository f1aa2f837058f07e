import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CODES } from '../../../language-server/checks/finding.ts';
import { expectMarked } from '../../support/recipe-marks.ts';

const folder = resolve(import.meta.dirname, '../../../language-server/checks/pages');

/** Pages whose example needs data beside it; the checks have tests of their own. */
const WITHOUT_EXAMPLE = ['too-large', 'missing-file', 'missing-column', 'column-type'];

describe('the page of', () => {
  it('every code is there, and there are no others', () => {
    expect(readdirSync(folder).map((name) => name.replace(/\.md$/, '')).sort()).toEqual([...CODES].sort());
  });

  it.each(CODES)('%s starts with its name and has an example that shows what it says', (code) => {
    const text = readFileSync(join(folder, `${code}.md`), 'utf8');
    expect(text.startsWith(`# ${code}\n\n`)).toBe(true);
    const example = /```yaml\n([\s\S]*?)```/.exec(text)?.[1];
    if (WITHOUT_EXAMPLE.includes(code)) return;
    expect(example).toContain(` ${code} `);
    expectMarked(example ?? '');
  });
});
