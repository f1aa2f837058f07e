import type { CaptionRound } from '../../protocol/captions.ts';
import type { Value } from '../../protocol/values.ts';
import { isMissing, jsonText } from '../pages/json-text.ts';
import { roundRecord } from './round.ts';

/** The shapes in which captions are exchanged, exactly as the projects release and read them. */
export const RELEASED_SHAPES = ['altogether', 'uuid', 'uuid-text', 'metaclip', 'imageinwords', 'jsonl', 'parquet'] as const;

export type ReleasedShape = (typeof RELEASED_SHAPES)[number];

/** A row with its captions. */
export interface CaptionedRow {
  readonly key: string;
  /** The newest accepted text; null where none is. */
  readonly text: string | null;
  readonly altText: string;
  readonly rounds: readonly CaptionRound[];
  /** The row's own fields. */
  readonly fields: ReadonlyMap<string, Value>;
}

/** How a file of a shape is put together; a row gives null where it has nothing in it. */
export interface ShapeWriter {
  readonly open: string;
  readonly between: string;
  readonly close: string;
  /** The text of a row, as Python's `json` writes it: ASCII, with a blank behind comma and colon. */
  readonly row: (row: CaptionedRow) => string | null;
}

/** Fields of Altogether's records behind the caption, in its order. */
const ALTOGETHER_FIELDS = ['url', 'img_path', 'alt', 'source', 'face_bbox'] as const;

const LINES = { open: '', between: '\n', close: '\n' } as const;
const OBJECT = { open: '{', between: ', ', close: '}' } as const;

export const SHAPE_WRITERS: Readonly<Record<ReleasedShape, ShapeWriter>> = {
  altogether: { open: '{"data": [', between: ', ', close: ']}', row: altogetherRecord },
  uuid: { ...OBJECT, row: ({ key, text }) => (text === null ? null : `${pythonText(key)}: {"altogether": ${pythonText(text)}}`) },
  'uuid-text': { ...OBJECT, row: ({ key, text }) => (text === null ? null : `${pythonText(key)}: ${pythonText(text)}`) },
  metaclip: { ...LINES, row: metaClipRecord },
  imageinwords: { ...LINES, row: imageInWordsRecord },
  jsonl: { ...LINES, row: plainRecord },
  // Made of the lines of `jsonl`.
  parquet: { ...LINES, row: plainRecord },
};

/** A record that is Altogether's already keeps its fields in their order; of others those that it has are taken. */
function altogetherRecord({ text, altText, fields }: CaptionedRow): string | null {
  const isOwn = fields.has('alt') && [...fields.keys()].some((name) => /^round\d+$/.test(name));
  if (isOwn) return recordOf([...fields].map(([name, value]) => [name, name === 'round3' && text !== null ? text : value]));
  if (text === null) return null;
  const alt = altText;
  return recordOf([['round3', text], ...ALTOGETHER_FIELDS.map((name): [string, Value] => [name, name === 'alt' ? alt : (fields.get(name) ?? MISSING)])]);
}

/** `texts += [["altogether", text]]` */
function metaClipRecord({ key, text, altText, fields }: CaptionedRow): string {
  const texts = fields.get('texts');
  const items = typeof texts === 'object' && texts?.type === 'list' ? texts.items : altText === '' ? [] : [list(['alt', altText])];
  const all = text === null ? items : [...items, list(['altogether', text])];
  const others = [...fields].filter(([name]) => name !== 'texts' && name !== 'uuid');
  const own = fields.has('texts') ? others : others.filter(([name]) => name === 'url');
  return recordOf([['uuid', fields.get('uuid') ?? key], ...own, ['texts', list(all)]]);
}

function imageInWordsRecord({ key, text, fields }: CaptionedRow): string | null {
  return text === null ? null : recordOf([['IIW', text], ['image/key', fields.get('image/key') ?? key], ['objects', fields.get('objects') ?? MISSING]]);
}

function plainRecord({ key, text, altText, rounds }: CaptionedRow): string {
  return JSON.stringify({ key, caption: text, alt_text: altText, rounds: rounds.map(roundRecord) });
}

const MISSING: Value = { type: 'missing' };

function list(items: readonly Value[]): Value {
  return { type: 'list', items, length: items.length };
}

function recordOf(entries: readonly (readonly [string, Value])[]): string {
  return `{${entries.flatMap(([name, value]) => (isMissing(value) ? [] : [`${pythonText(name)}: ${ascii(jsonText(value))}`])).join(', ')}}`;
}

function pythonText(text: string): string {
  return ascii(JSON.stringify(text));
}

/** JSON has nothing beyond ASCII outside of texts. */
function ascii(json: string): string {
  return json.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
