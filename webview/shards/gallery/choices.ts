import type { ColumnPath } from '../../../extension/protocol/queries.ts';
import type { Column } from '../../../extension/protocol/shards.ts';
import type { GalleryChoice } from '../../../extension/protocol/webview.ts';
import { roleOf, type ScoreKnowledge } from '../statistics/scores.ts';

/** Scores under a picture that Loupe chooses by itself, and at most. */
const OWN_SCORES = 2;
export const MAX_SCORES = 6;

/** Names of columns of captions, where what columns are for is not known yet. */
const CAPTION_NAME = /^(caption|text|txt|alt|alt_text|title|description|prompt)$/i;

/** The column under the pictures: the user's, else the first that is a caption, else the first text that is not a picture's address. */
export function captionColumn(columns: readonly Column[], { caption }: Pick<GalleryChoice, 'caption'>, scores: ScoreKnowledge, pictures: ReadonlySet<number>, inside: readonly Column[] = []): Column | undefined {
  if (caption === null) return undefined;
  const own = [...columns, ...inside].find(({ name }) => name === caption);
  if (own !== undefined) return own;
  const texts = columns.filter(({ kind, index }) => kind === 'text' && !pictures.has(index));
  const withRole = (role: string): Column | undefined => texts.find(({ name }) => roleOf(scores, [name]).role === role);
  return withRole('caption') ?? withRole('alt-text') ?? texts.find(({ name }) => CAPTION_NAME.test(name)) ?? withRole('text');
}

/** The columns whose values stand under the pictures: the user's, else the first scores. */
export function scoreColumns(columns: readonly Column[], { scores: chosen }: Pick<GalleryChoice, 'scores'>, scores: ScoreKnowledge, inside: Inside = NOTHING_INSIDE): readonly Column[] {
  if (chosen !== undefined) return [...columns, ...inside.scores].filter(({ name }) => chosen.includes(name)).slice(0, MAX_SCORES);
  return [...columns.filter(({ name }) => roleOf(scores, [name]).role === 'score'), ...inside.scores].slice(0, OWN_SCORES);
}

/** What lies inside columns and may stand under a picture. */
export interface Inside {
  readonly texts: readonly Column[];
  readonly scores: readonly Column[];
}

const NOTHING_INSIDE: Inside = { texts: [], scores: [] };
const WORDS = new Set(['text', 'caption', 'alt-text']);

/** Scores and texts in structs and in texts of JSON, as far as they are known for what they are. A column of the same name comes first. */
export function insideColumns(columns: readonly Column[], { columns: known }: ScoreKnowledge, columnOf: (path: ColumnPath) => Column): Inside {
  const names = new Set(columns.map(({ name }) => name));
  const deeper = known.filter(({ column: [top, ...path] }) => path.length > 0 && names.has(top) && !names.has([top, ...path].join('.')));
  const ofRole = (fits: (role: string) => boolean): Column[] => deeper.filter(({ role: { role } }) => fits(role)).map(({ column }) => columnOf(column));
  return { texts: ofRole((role) => WORDS.has(role)), scores: ofRole((role) => role === 'score') };
}
