import type { Column } from '../../../extension/protocol/shards.ts';
import type { Value } from '../../../extension/protocol/values.ts';

const SIGNATURES: readonly (readonly number[])[] = [
  [0xff, 0xd8, 0xff],
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  [0x47, 0x49, 0x46, 0x38],
  [0x42, 0x4d],
  [0x49, 0x49, 0x2a, 0x00],
  [0x4d, 0x4d, 0x00, 0x2a],
];

/** Whether bytes begin like a picture; what a name says is not asked. */
export function looksLikePicture(head: Uint8Array): boolean {
  if (SIGNATURES.some((signature) => signature.every((byte, i) => head[i] === byte))) return true;
  const text = String.fromCharCode(...head.subarray(0, 12));
  return (text.startsWith('RIFF') && text.endsWith('WEBP')) || /^....ftyp(avif|avis|heic|heix|mif1)/s.test(text);
}

/** Whether the value of a column is a picture by its bytes, or the column one of pictures. */
export function holdsPicture(value: Value, { kind }: Pick<Column, 'kind'>): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (value.type === 'bytes') return looksLikePicture(value.head) || kind === 'image';
  return kind === 'image' && (value.type === 'struct' || value.type === 'list');
}
