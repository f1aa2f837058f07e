import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../language-server/document/parse.ts';
import { analyse } from '../../../language-server/service.ts';

const codes = (text: string): string[] => analyse(text).findings.map(({ code }) => code);

describe('YAML that is broken, huge or meant to hurt', () => {
  it('is checked as far as it goes while it is half typed', () => {
    const text = 'dataset_path: a.jsonl\nprocess:\n  - text_length_filter:\n      min_len: [1,\n  - text_lenght_filter:\n      max_len: 5\n';
    expect(codes(text)).toContain('yaml-syntax');
    expect(codes('process:\n  - text_length_filter:\n      min_len: 10\n      ma\n')).toContain('unknown-parameter');
  });

  it('keeps its dialect while it cannot be read', () => {
    const { recipe } = analyse('process:\n  - text_length_filter:\n');
    const before = recipe?.dialect ?? null;
    expect(analyse('proc: [\n', { override: null, versions: {}, before }).recipe?.dialect).toBe(before);
    expect(analyse('proc: 1\n', { override: null, versions: {}, before }).recipe).toBeNull();
  });

  it('does not follow anchors in a circle', () => {
    expect(codes('process: &a\n  - text_length_filter: *a\n  - *a\n')).toEqual(expect.any(Array));
    expect(codes('process:\n  - text_length_filter: &b\n      <<: *b\n      min_len: x\n')).toContain('wrong-type');
  });

  it('never multiplies aliases: a billion laughs are as long as their text', () => {
    const laughs = 'bcdefghij'.split('').map((name, i) => `${name}: &${name} [${Array.from({ length: 10 }, () => `*${'abcdefghij'[i] ?? ''}`).join(', ')}]`);
    const text = `a: &a [x, x]\n${laughs.join('\n')}\nprocess:\n  - text_length_filter: {min_len: *j}\n  - specified_field_filter: {target_value: *j}\n`;
    expect(codes(text)).toContain('wrong-type');
  });

  it('answers for 50,000 lines, and says where it stopped', () => {
    const text = `process:\n${Array.from({ length: 50_000 }, () => '  - text_lenght_filter:\n').join('')}`;
    const { findings, lines } = analyse(text);
    const large = findings.filter(({ code }) => code === 'too-large');
    expect(large.map(({ severity, start }) => [severity, lines.position(start).line])).toEqual([['information', 501], ['information', LIMITS.lines]]);
    expect(findings.filter(({ code }) => code === 'unknown-op')).toHaveLength(LIMITS.lines - 1);
  });

  it.each(['[', '{', '- ', '&a ', '? ', '"', "'", '|\n', '*a', '!!', '\t', '%YAML 9\n', '\u0000', '\ud800'])('takes 10,000 times %j', (piece) => {
    expect(() => analyse(`process:\n  - text_length_filter:\n${piece.repeat(10_000)}`)).not.toThrow();
  });
});
