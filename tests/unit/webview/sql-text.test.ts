import { describe, expect, it } from 'vitest';
import { quoteIfNeeded, suggest, wordBefore } from '../../../webview/shards/sql/completion.ts';
import { exampleStatements } from '../../../webview/shards/sql/examples.ts';
import { HistoryWalk } from '../../../webview/shards/sql/history.ts';
import { rangeOfPlace } from '../../../webview/shards/sql/place.ts';

describe('the place of an error', () => {
  const marked = (text: string, place: string): string | null => {
    const range = rangeOfPlace(text, place);
    return range === null ? null : text.slice(range.start, range.end);
  };

  it('is the word that stands there, or the one sign', () => {
    expect(marked('SELECT id,\n  missing FROM shard', 'line 2, column 3')).toBe('missing');
    expect(marked('SELECT (1', 'line 1, column 8')).toBe('(');
    expect(marked("SELECT '日本', größe", 'line 1, column 14')).toBe('größe');
    expect(marked('SELECT', 'line 1, column 7')).toBe('');
    expect(marked('SELECT', 'line 9, column 99')).toBe('');
  });

  it('is none where an error has another kind of place', () => {
    expect(rangeOfPlace('SELECT', 'row group 3')).toBeNull();
    expect(rangeOfPlace('SELECT', undefined)).toBeNull();
  });
});

describe('completion', () => {
  const columns = ['id', 'caption', 'clip score', 'order', 'idle', 'say "hi"'].map((name) => ({ name, type: 'VARCHAR' }));
  const labels = (word: string): string[] => suggest(word, columns).map(({ label }) => label);

  it('finds the word before the caret, but not in text', () => {
    expect(wordBefore('SELECT ca', 9)).toEqual({ start: 7, end: 9 });
    expect(wordBefore('SELECT "clip s', 14)).toEqual({ start: 7, end: 14 });
    expect(wordBefore('SELECT ', 7)).toBeNull();
    expect(wordBefore("WHERE id = 'ca", 14)).toBeNull();
    expect(wordBefore("WHERE id = 'x' AND ca", 21)).toEqual({ start: 19, end: 21 });
  });

  it('gives columns first, then words, then what is inside of names', () => {
    expect(labels('c')).toEqual(['caption', 'clip score', 'COUNT', 'CASE', 'CAST']);
    expect(labels('score')).toEqual(['clip score']);
    expect(labels('sh')).toEqual(['shard']);
    expect(labels('"cl')).toEqual(['clip score']);
  });

  it('shows nothing for a word that is whole and could be nothing longer', () => {
    expect(labels('caption')).toEqual([]);
    expect(labels('zzz')).toEqual([]);
  });

  it('quotes names that SQL would take for something else', () => {
    expect(quoteIfNeeded('caption')).toBe('caption');
    expect(quoteIfNeeded('clip score')).toBe('"clip score"');
    expect(quoteIfNeeded('order')).toBe('"order"');
    expect(quoteIfNeeded('say "hi"')).toBe('"say ""hi"""');
    expect(suggest('ord', columns)[0]).toEqual({ insert: '"order"', label: 'order', detail: 'VARCHAR' });
  });
});

it('the examples are about columns that there are', () => {
  const column = (name: string, kind: 'text' | 'number', index: number) => ({ index, name, type: '', kind });
  const statements = exampleStatements([column('my text', 'text', 0), column('n', 'number', 1)]);
  expect(statements.join('\n')).toContain('median(n)');
  expect(statements.join('\n')).toContain('GROUP BY "my text"');
  expect(exampleStatements([])).toEqual(['SELECT count(*) FROM shard', 'SUMMARIZE shard']);
});

describe('the history', () => {
  it('goes back and forth, and back to what was being written', () => {
    const walk = new HistoryWalk(() => ['new', 'older']);
    expect(walk.step(1, 'draft')).toBe('new');
    expect(walk.step(1, 'new')).toBe('older');
    expect(walk.step(1, 'older')).toBeNull();
    expect(walk.step(-1, 'older')).toBe('new');
    expect(walk.step(-1, 'new')).toBe('draft');
    expect(walk.step(-1, 'draft')).toBeNull();
  });

  it('begins anew where a statement was changed, and passes the one that stands there', () => {
    const walk = new HistoryWalk(() => ['new', 'older']);
    expect(walk.step(1, 'new')).toBe('older');
    expect(walk.step(1, 'older, changed')).toBe('new');
    expect(walk.step(-1, 'new')).toBe('older, changed');
  });
});
