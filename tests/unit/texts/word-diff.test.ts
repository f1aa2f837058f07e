import { describe, expect, it } from 'vitest';
import { matchSequences } from '../../../extension/texts/match-sequences.ts';
import { wordDiff, type WordChange } from '../../../extension/texts/word-diff.ts';
import { characterCount, hiddenCharacters, wordsOf } from '../../../extension/texts/words.ts';
import { below, runSeed, seededRandom } from '../../support/random.ts';

const before = (changes: readonly WordChange[]): string => changes.map((each) => (each.kind === 'corrected' ? each.from : each.kind === 'added' ? '' : each.text)).join('');
const after = (changes: readonly WordChange[]): string => changes.map((each) => (each.kind === 'corrected' ? each.to : each.kind === 'dropped' ? '' : each.text)).join('');
/** `kept [-dropped-] {+added+} [from>to]` */
const shown = (changes: readonly WordChange[]): string =>
  changes.map((each) => (each.kind === 'corrected' ? `[${each.from}>${each.to}]` : each.kind === 'added' ? `{+${each.text}+}` : each.kind === 'dropped' ? `[-${each.text}-]` : each.text)).join('');

describe('the word diff', () => {
  it.each([
    ['IMG_2041 cat on mat 2019', 'A black cat on a red mat', '[IMG_2041>A] {+black +}cat on {+a red +}mat[- 2019-]'],
    ['the quick brown fox', 'the slow old fox', 'the [quick brown>slow old] fox'],
    ['same', 'same', 'same'],
    ['', 'x', '{+x+}'],
    ['x', '', '[-x-]'],
    ['黑色的猫坐在沙发上', '白色的猫坐在沙发上', '[黑色>白色]的猫坐在沙发上'],
    ['東京タワーの夜景', '東京タワーの朝景', '東京タワーの[夜景>朝景]'],
    ['แมวสีดำนอนบนเตียง', 'แมวสีขาวนอนบนเตียง', 'แมวสี[ดำ>ขาว]นอนบนเตียง'],
    ['قطة سوداء على السرير', 'قطة بيضاء على السرير', 'قطة [سوداء>بيضاء] على السرير'],
    ['a 👩‍👩‍👧 family', 'a 👨‍👩‍👧 family', 'a [👩‍👩‍👧>👨‍👩‍👧] family'],
    ['<b>bold</b> cat', '<i>bold</i> cat', '<[b>i]>bold</[b>i]> cat'],
  ])('of %j and %j', (a, b, expected) => {
    expect(shown(wordDiff(a, b))).toBe(expected);
  });

  it('gives both texts back, whatever they are', () => {
    const random = seededRandom(runSeed());
    const words = ['cat', ' ', ' ', '  ', '.', ',', '猫', 'เตียง', 'قطة', '👩‍👩‍👧', '\u202e', '\ud800', '\n', 'Paris', '1984'];
    for (let run = 0; run < 300; run++) {
      const text = (): string => Array.from({ length: below(random, 80) }, () => words[below(random, words.length)]!).join('');
      const [a, b] = [text(), text()];
      const changes = wordDiff(a, b);
      expect([before(changes), after(changes)]).toEqual([a, b]);
    }
  });

  it('goes through 50,000 characters of any kind in bounded work, and finds a small change in them', () => {
    const random = seededRandom(runSeed());
    const long = (vocabulary: number): string => {
      let text = '';
      while (text.length < 50_000) text += `w${below(random, vocabulary)} `;
      return text;
    };
    const book = long(5_000);
    const edited = `${book.slice(0, 20_000)} CHANGED ${book.slice(20_000, 40_000)} AGAIN ${book.slice(40_000)}`;
    const changes = wordDiff(book, edited);
    expect(after(changes)).toBe(edited);
    expect(changes.filter(({ kind }) => kind !== 'kept').length).toBeLessThan(6);
    for (const vocabulary of [1, 3, 300, 1_000_000]) {
      const [a, b] = [long(vocabulary), long(vocabulary)];
      const found = wordDiff(a, b);
      expect([before(found) === a, after(found) === b]).toEqual([true, true]);
    }
    expect(characterCount('x'.repeat(50_000))).toBe(50_000);
  });

  it('splits long parts at items that both have once', () => {
    const first = Array.from({ length: 3_000 }, (_, at) => at);
    const second = first.flatMap((item) => (item % 7 === 0 ? [-item - 1, item] : [item]));
    expect(matchSequences([first, second])).toHaveLength(3_000);
  });
});

describe('words', () => {
  it('are those of each script, and hidden characters are told', () => {
    expect(wordsOf("The dog's 3.5 kg — 猫が好き")).toEqual(['The', "dog's", '3.5', 'kg', '猫', 'が', '好き']);
    expect(characterCount('👩‍👩‍👧é')).toBe(2);
    expect(hiddenCharacters('a\u202eb\u200bc\u202e👩‍👧')).toEqual(['U+202E', 'U+200B']);
  });
});
