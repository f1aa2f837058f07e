/** A piece of a text as a reader sees it: a word, a blank, a mark. All pieces together are the text. */
export interface Piece {
  readonly text: string;
  /** It has letters or digits. */
  readonly isWord: boolean;
}

/** Words of scripts that put no blanks between them (Chinese, Japanese, Thai) come from its dictionaries. */
const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

/** Takes a text apart, whatever its script; an emoji of several code points stays in one piece. */
export function piecesOf(text: string): Piece[] {
  return Array.from(segmenter.segment(text), ({ segment, isWordLike }) => ({ text: segment, isWord: isWordLike === true }));
}

/** The words of a text, in order. */
export function wordsOf(text: string): string[] {
  return piecesOf(text).flatMap(({ text: word, isWord }) => (isWord ? [word] : []));
}

/** Two words that fold to the same are the same word: case, width and direction marks do not count, a possessive `'s` neither. */
export function folded(word: string): string {
  return word.normalize('NFKC').toLowerCase().replaceAll(/\p{Cf}/gu, '').replace(/['’]s$/u, '');
}

/** Characters as a reader counts them: an emoji, or a letter with its accents, is one. */
export function characterCount(text: string): number {
  let count = 0;
  for (const segment of characters.segment(text)) count += segment.segment.length > 0 ? 1 : 0;
  return count;
}

const characters = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Characters that change how others are shown without being seen themselves: direction controls and zero-width ones. */
const HIDDEN = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/g;

/** Code points of the hidden characters of a text, as `U+202E`, each once, in order; joiners of emoji and scripts are none. */
export function hiddenCharacters(text: string): string[] {
  return [...new Set(text.match(HIDDEN) ?? [])].map((character) => `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`);
}
