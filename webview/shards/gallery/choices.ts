import type { Column } from '../../../extension/protocol/shards.ts';
import type { GalleryChoice } from '../../../extension/protocol/webview.ts';
import { roleOf, type ScoreKnowledge } from '../statistics/scores.ts';

/** Scores under a picture that Loupe chooses by itself, and at most. */
const OWN_SCORES = 2;
export const MAX_SCORES = 6;

/** Names of columns of captions, where what columns are for is not known yet. */
const CAPTION_NAME = /^(caption|text|txt|alt|alt_text|title|description|prompt)$/i;

/** The column under the pictures: the user's, else the first that is a caption, else the first text that is not a picture's address. */
export function captionColumn(columns: readonly Column[], { caption }: Pick<GalleryChoice, 'caption'>, scores: ScoreKnowledge, pictures: ReadonlySet<number>): Column | undefined {
  if (caption === null) return undefined;
  const own = columns.find(({ name }) => name === caption);
  if (own !== undefined) return own;
  const texts = columns.filter(({ kind, index }) => kind === 'text' && !pictures.has(index));
  const withRole = (role: string): Column | undefined => texts.find(({ name }) => roleOf(scores, [name]).role === role);
  return withRole('caption') ?? withRole('alt-text') ?? texts.find(({ name }) => CAPTION_NAME.test(name)) ?? withRole('text');
}

/** The columns whose values stand under the pictures: the user's, else the first scores. */
export function scoreColumns(columns: readonly Column[], { scores: chosen }: Pick<GalleryChoice, 'scores'>, scores: ScoreKnowledge): readonly Column[] {
  if (chosen !== undefined) return columns.filter(({ name }) => chosen.includes(name)).slice(0, MAX_SCORES);
  return columns.filter(({ name }) => roleOf(scores, [name]).role === 'score').slice(0, OWN_SCORES);
}
