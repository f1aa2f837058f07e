import { describe, expect, it } from 'vitest';
import type { Condition } from '../../../extension/protocol/queries.ts';
import { NO_SEARCH, paintedPattern, searchPattern, splitMatches } from '../../../webview/shards/search/pattern.ts';

const search = (text: string, more: Partial<typeof NO_SEARCH> = {}): typeof NO_SEARCH => ({ ...NO_SEARCH, text, ...more });
const contains = (text: string, more: Partial<Extract<Condition, { type: 'text' }>> = {}): Condition => ({ type: 'text', text, matchCase: false, regex: false, ...more });

describe('what is marked', () => {
  it('is taken literally, or as a pattern', () => {
    expect(splitMatches('f(x) = F(X)', searchPattern(search('f(x)'))!)).toEqual(['', 'f(x)', ' = ', 'F(X)', '']);
    expect(splitMatches('f(x) = F(X)', searchPattern(search('f(x)', { matchCase: true }))!)).toEqual(['', 'f(x)', ' = F(X)']);
    expect(splitMatches('a1 b22', searchPattern(search('\\d+', { regex: true }))!)).toEqual(['a', '1', ' b', '22', '']);
  });

  it('is nothing for nothing, for what is no pattern, and for patterns that a browser could hang on', () => {
    expect(searchPattern(NO_SEARCH)).toBeNull();
    expect(searchPattern(search('(', { regex: true }))).toBeNull();
    expect(searchPattern(search('(a+)+$', { regex: true }))).toBeNull();
    expect(searchPattern(search('(a|b)+', { regex: true }))).not.toBeNull();
    expect(splitMatches('abc', searchPattern(search('x*', { regex: true }))!)).toEqual(['abc']);
  });

  it('is the search and the filter’s own texts together, but not what rows must lack', () => {
    const pattern = paintedPattern(search('dog'), [contains('cat'), contains('bird', { not: true }), { type: 'null', column: ['a'] }]);
    expect(splitMatches('a dog, a Cat, a bird', pattern!)).toEqual(['a ', 'dog', ', a ', 'Cat', ', a bird']);
    expect(paintedPattern(NO_SEARCH, [])).toBeNull();
  });
});
