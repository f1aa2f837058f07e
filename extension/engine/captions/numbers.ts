import { lostConcepts, contentKept, type Concept } from '../../texts/concepts.ts';
import { wordDistance } from '../../texts/edit-distance.ts';
import { characterCount, hiddenCharacters, wordsOf } from '../../texts/words.ts';
import type { ClipTokenizer } from './clip/tokenizer.ts';

/** Tokens that fit: into CLIP's context, and those of alt-text and caption of Altogether's captioner, counted as CLIP counts. */
export const TOKEN_LIMITS = { clip: 77, 'alt-text': 128, caption: 192 } as const;

/** What is known of a caption while it is written. */
export interface CaptionNumbers {
  readonly words: number;
  readonly characters: number;
  /** With the marks of start and end. */
  readonly tokens: number;
  /** Limits that the tokens are over. */
  readonly over: readonly (keyof typeof TOKEN_LIMITS)[];
  /** Words changed since the text before it and since the alt-text. */
  readonly fromPrevious: number;
  readonly fromAltText: number;
  /** Share of the alt-text's content words that it has; null where the alt-text has none. */
  readonly contentKept: number | null;
  readonly lost: readonly Concept[];
  /** Characters that cannot be seen and change what is, as `U+202E`. */
  readonly hidden: readonly string[];
}

export function captionNumbers(text: string, { previous, altText }: { readonly previous: string; readonly altText: string }, tokenizer: ClipTokenizer): CaptionNumbers {
  const tokens = tokenizer.count(text);
  const limits = Object.entries(TOKEN_LIMITS) as [keyof typeof TOKEN_LIMITS, number][];
  return {
    words: wordsOf(text).length,
    characters: characterCount(text),
    tokens,
    over: limits.flatMap(([name, limit]) => (tokens > limit ? [name] : [])),
    fromPrevious: wordDistance(previous, text),
    fromAltText: wordDistance(altText, text),
    contentKept: contentKept(altText, text),
    lost: lostConcepts(altText, text, (word) => tokenizer.isRare(word)),
    hidden: hiddenCharacters(text),
  };
}
