import { FUNCTION_WORDS, NUMBER_WORDS } from './common-words.ts';
import { folded, piecesOf } from './words.ts';

/** What an alt-text says that a person who looks at the picture may not know: a name, a number, a rare word. */
export interface Concept {
  /** As the alt-text writes it; names of several words are one concept. */
  readonly text: string;
  readonly kind: 'name' | 'number' | 'rare';
}

interface Word {
  readonly text: string;
  readonly folded: string;
  /** Nothing but one blank, or a hyphen, stands before it. */
  readonly isJoined: boolean;
  readonly startsSentence: boolean;
}

const NUMBER = /\p{N}/u;
const CAPITAL = /^\p{Lu}/u;
/** Words that Japanese borrowed: names above all, in a text that has no capitals. */
const KATAKANA = /[\p{Script=Katakana}ー]{2,}/u;
/** Scripts whose words the dictionary of rare words does not know. */
const OTHER_SCRIPT = /[^\p{Script=Latin}\p{M}'’-]/u;

/**
 * The concepts of a text, each once, in order. In scripts without capitals these are numbers, katakana and Latin words.
 * @param isRare whether a word of Latin letters, in lower case, is one that few texts have
 */
export function conceptsOf(text: string, isRare: (word: string) => boolean): Concept[] {
  const words = wordsIn(text);
  const isTitle = isTitleCase(words);
  const concepts = new Map<string, Concept>();
  for (let at = 0; at < words.length; ) {
    const end = isName(words[at], isTitle, isRare) ? nameEnd(words, at) : at + 1;
    const concept = conceptOf(words.slice(at, end), isTitle, isRare);
    const key = concept === null ? '' : folded(concept.text);
    if (concept !== null && !concepts.has(key)) concepts.set(key, concept);
    at = end;
  }
  return [...concepts.values()];
}

/** Concepts of the alt-text that the caption does not have any more, wherever in it they stand. */
export function lostConcepts(altText: string, caption: string, isRare: (word: string) => boolean): Concept[] {
  const kept = new Set(wordsIn(caption).flatMap(({ folded: word }) => formsOf(word)));
  return conceptsOf(altText, isRare).filter(({ text }) => wordsIn(text).some(({ folded: word }) => !FUNCTION_WORDS.has(word) && formsOf(word).every((form) => !kept.has(form))));
}

/** Share of the alt-text's content words that the caption has, each word counted once; null where it has none. */
export function contentKept(altText: string, caption: string): number | null {
  const content = contentWords(altText);
  const kept = contentWords(caption);
  return content.size === 0 ? null : [...content].filter((word) => kept.has(word)).length / content.size;
}

function contentWords(text: string): Set<string> {
  return new Set(wordsIn(text).flatMap(({ folded: word }) => (FUNCTION_WORDS.has(word) ? [] : [formsOf(word)[0] ?? word])));
}

function conceptOf(words: readonly Word[], isTitle: boolean, isRare: (word: string) => boolean): Concept | null {
  const [first] = words;
  if (first === undefined) return null;
  const text = words.map((word, at) => (at > 0 && word.text !== '' ? ` ${word.text}` : word.text)).join('');
  if (isName(first, isTitle, isRare)) return { text, kind: 'name' };
  if (NUMBER.test(first.text)) return { text, kind: 'number' };
  if (KATAKANA.test(first.text)) return { text, kind: 'rare' };
  return !OTHER_SCRIPT.test(first.folded) && first.folded.length > 2 && isRare(first.folded) ? { text, kind: 'rare' } : null;
}

/** A capital means nothing at the start of a sentence, nor where every word has one: there only rare words are names. */
function isName(word: Word | undefined, isTitle: boolean, isRare: (word: string) => boolean): boolean {
  if (word === undefined || !CAPITAL.test(word.text) || FUNCTION_WORDS.has(word.folded) || NUMBER.test(word.text)) return false;
  return (!word.startsSentence && !isTitle) || isRare(word.folded);
}

/** Capitalised words that follow each other are one name. */
function nameEnd(words: readonly Word[], start: number): number {
  let end = start + 1;
  while (words[end]?.isJoined === true && CAPITAL.test(words[end]?.text ?? '') && !FUNCTION_WORDS.has(words[end]?.folded ?? '')) end++;
  return end;
}

/** Whether nearly every word of the text is capitalised, as in a headline. */
function isTitleCase(words: readonly Word[]): boolean {
  const cased = words.filter(({ text, folded: word }) => /^\p{L}/u.test(text) && text.toLowerCase() !== text.toUpperCase() && !FUNCTION_WORDS.has(word));
  return cased.length > 2 && cased.filter(({ text }) => CAPITAL.test(text)).length / cased.length > 0.8;
}

function wordsIn(text: string): Word[] {
  const words: Word[] = [];
  let [between, startsSentence] = ['', true];
  for (const piece of piecesOf(text)) {
    if (!piece.isWord) {
      between += piece.text;
      if (/[.!?:;。！？\n]/.test(piece.text)) startsSentence = true;
      continue;
    }
    words.push({ text: piece.text, folded: folded(piece.text), isJoined: between === ' ' || between === '-', startsSentence });
    [between, startsSentence] = ['', false];
  }
  return words;
}

/** A word, its singular, and a small number in both of its spellings. */
function formsOf(word: string): string[] {
  const plain = NUMBER.test(word) ? word.replaceAll(/(?<=\p{N})[,\u00a0\u202f'’](?=\p{N}{3})/gu, '') : word;
  const number = NUMBER_WORDS.indexOf(plain);
  if (number >= 0) return [String(number)];
  return plain.length > 3 && plain.endsWith('s') && !plain.endsWith('ss') ? [plain.slice(0, -1), plain] : [plain];
}
