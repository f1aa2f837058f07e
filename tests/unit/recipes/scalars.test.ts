import { describe, expect, it } from 'vitest';
import { valueOf, type Loader } from '../../../language-server/document/scalars.ts';

/** What PyYAML's safe_load, its variants with floats, and YAML 1.2 make of unquoted text. */
const CASES: readonly (readonly [text: string, pyyaml: unknown, floats: unknown, serde: unknown])[] = [
  ['1e-6', '1e-6', 1e-6, 1e-6],
  ['5e5', '5e5', 5e5, 5e5],
  ['1.0e5', '1.0e5', 1e5, 1e5],
  ['1.0e+5', 1e5, 1e5, 1e5],
  ['no', false, false, 'no'],
  ['On', true, true, 'On'],
  ['true', true, true, true],
  ['010', 8, 8, '010'],
  ['1_000', 1000, 1000, '1_000'],
  ['12:30', 750, 750, '12:30'],
  ['0x1f', 31, 31, 31],
  ['-3', -3, -3, -3],
  ['.5', 0.5, 0.5, 0.5],
  ['1.', 1, 1, 1],
  ['~', null, null, null],
  ['None', 'None', 'None', 'None'],
  ['false,', 'false,', 'false,', 'false,'],
  ['.inf', Infinity, Infinity, Infinity],
  ['v1.0', 'v1.0', 'v1.0', 'v1.0'],
];

describe('unquoted text', () => {
  const loaders: readonly Loader[] = ['pyyaml', 'python-floats', 'serde'];
  it.each(CASES.flatMap(([text, ...values]) => loaders.map((loader, i) => [text, loader, values[i]] as const)))('%s for %s is %s', (text, loader, expected) => {
    expect(valueOf({ kind: 'scalar', start: 0, end: text.length, text, plain: true, tag: null, alias: false }, loader)).toBe(expected);
  });

  it('is text where it is quoted or tagged so', () => {
    const node = { kind: 'scalar', start: 0, end: 0, text: '5', plain: false, tag: null, alias: false } as const;
    expect(valueOf(node, 'pyyaml')).toBe('5');
    expect(valueOf({ ...node, plain: true, tag: 'str' }, 'serde')).toBe('5');
  });
});
