import { describe, expect, it } from 'vitest';
import { conceptsOf, contentKept, lostConcepts } from '../../../extension/texts/concepts.ts';

const RARE = new Set(['echinops', 'bannaticus', 'kingfisher', 'aberdeen', 'labrador']);
const isRare = (word: string): boolean => RARE.has(word);
const found = (text: string): string[] => conceptsOf(text, isRare).map(({ kind, text: concept }) => `${kind} ${concept}`);
const lost = (alt: string, caption: string): string[] => lostConcepts(alt, caption, isRare).map(({ text }) => text);

describe('the concepts of an alt-text', () => {
  it.each([
    ['a photo of the Golden Gate Bridge in 1984', ['name Golden Gate Bridge', 'number 1984']],
    ['Dog on a beach. Cats sleep near Lake Como', ['name Lake Como']],
    ['Aberdeen harbour with a kingfisher', ['name Aberdeen', 'rare kingfisher']],
    ['Beautiful Red Dress For Summer Party', []],
    ['The Echinops Bannaticus Flower In Summer Garden', ['name Echinops Bannaticus Flower']],
    ['東京タワーと3匹の犬', ['rare 東京タワー', 'number 3']],
    ['قطة على السرير 2020', ['number 2020']],
    ['', []],
  ])('%j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('are lost where the caption does not have them, in whatever form', () => {
    expect(lost('Golden Gate Bridge at night, 1,204 cars, 3 Labradors', 'Three dogs, a labrador among them, and 1204 cars below the golden gate bridge')).toEqual([]);
    expect(lost("a visit to Anna's Bakery in Paris", 'a bakery with bread')).toEqual(["Anna's Bakery", 'Paris']);
    expect(lost('a visit to Paris', '')).toEqual(['Paris']);
    expect(lost('a visit to Pa\u202eris', 'in Pa\u202eris')).toEqual([]);
  });

  it('have their content words counted', () => {
    expect(contentKept('a red cat on the mat', 'The cat sleeps on a mat')).toBeCloseTo(2 / 3);
    expect(contentKept('of the', 'x')).toBeNull();
    expect(contentKept('红色的猫', '猫')).toBeGreaterThan(0);
  });
});
