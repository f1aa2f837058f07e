import type { Row } from '../../../extension/protocol/engine.ts';
import type { Column } from '../../../extension/protocol/shards.ts';
import type { ListValue, Value } from '../../../extension/protocol/values.ts';
import { plainText } from '../panel/nodes.ts';

/** An image of an interleaved document: one that Loupe has, or where it would be. Nothing is fetched. */
export type ItemImage = { readonly kind: 'picture' } | { readonly kind: 'address'; readonly text: string };

/** What stands at one position of an interleaved document. */
export interface InterleavedItem {
  readonly text: string | null;
  readonly image: ItemImage | null;
}

/** A document of texts and images in their order (MINT-1T, OBELICS). */
export interface Interleaved {
  /** Column of the images; the path of an item's picture is its position. */
  readonly images: number;
  readonly items: readonly InterleavedItem[];
  /** Positions of the document, of which `items` may be the beginning. */
  readonly length: number;
  /** Positions without exactly one text or image: the first, and how many. */
  readonly misaligned: { readonly first: number; readonly count: number } | null;
}

/**
 * The row as an interleaved document: `texts` and `images` of one length, where at least one position has only the one
 * and the other is null. Other columns (`image_hashes`, `images_metadata`) are not aligned with these and are not used.
 */
export function interleavedOf(row: Row, columns: readonly Column[]): Interleaved | null {
  const texts = listNamed('texts', row, columns);
  const images = listNamed('images', row, columns);
  if (texts === null || images === null || texts.list.length !== images.list.length || !texts.list.items.every(isText)) return null;
  const shown = Math.min(texts.list.items.length, images.list.items.length);
  const items = Array.from({ length: shown }, (_, i) => ({ text: textOf(texts.list.items[i] ?? null), image: imageOf(images.list.items[i] ?? null) }));
  const bad = items.flatMap((item, i) => ((item.text === null) === (item.image === null) ? [i] : []));
  const [first] = bad;
  if (bad.length === items.length) return null;
  return { images: images.column, items, length: texts.list.length, misaligned: first === undefined ? null : { first, count: bad.length } };
}

function listNamed(name: string, row: Row, columns: readonly Column[]): { readonly column: number; readonly list: ListValue } | null {
  for (const { column, value } of row.cells) {
    if (columns[column]?.name.toLowerCase() === name && typeof value === 'object' && value?.type === 'list') return { column, list: value };
  }
  return null;
}

function isText(value: Value): boolean {
  return value === null || typeof value === 'string' || (typeof value === 'object' && value.type === 'text');
}

/** Some producers write an empty text where others write null. */
function textOf(value: Value): string | null {
  const text = plainText(value);
  return text === '' ? null : text;
}

function imageOf(value: Value): ItemImage | null {
  if (value === null || value === '') return null;
  if (typeof value !== 'object') return { kind: 'address', text: String(value) };
  if (value.type === 'text') return { kind: 'address', text: value.text };
  if (value.type === 'struct' && !value.entries.some(([, inner]) => isBytes(inner))) {
    const address = value.entries.map(([, inner]) => plainText(inner)).find((text) => text !== null);
    return address === undefined ? null : { kind: 'address', text: address };
  }
  return { kind: 'picture' };
}

function isBytes(value: Value): boolean {
  return typeof value === 'object' && value?.type === 'bytes';
}
