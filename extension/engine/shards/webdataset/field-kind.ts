import type { ColumnKind } from '../../../protocol/shards.ts';

/** How the bytes of a member are shown, by the last part of its field. */
export type Decoding = 'json' | 'text' | 'image' | 'bytes';

export interface FieldKind {
  readonly decoding: Decoding;
  /** The member is gzip around that, as `txt.gz`. */
  readonly gzip: boolean;
}

const JSON_SUFFIXES = new Set(['json', 'jsn']);
const TEXT_SUFFIXES = new Set(
  'txt text transcript transcription caption captions cap cls cls2 class label labels index inx id url md csv tsv jsonl xml html htm yaml yml srt vtt lab count py'.split(' '),
);
const IMAGE_SUFFIXES = new Set('jpg jpeg jpe jfif png webp gif avif heic heif tif tiff bmp ico svg jxl jp2 qoi ppm pgm pbm pnm psd img image'.split(' '));

/** Decides by suffix what a field is; the bytes may overrule it when they are read. */
export function fieldKind(field: string): FieldKind {
  const parts = field.replace(/ \(\d+\)$/, '').toLowerCase().split('.');
  const gzip = parts.length > 1 && parts.at(-1) === 'gz';
  // Dots count from the right, and numbers are no suffix: `caption.0` is a caption.
  const suffix = (gzip ? parts.slice(0, -1) : parts).findLast((part) => !/^\d+$/.test(part)) ?? '';
  return { decoding: decodingOf(suffix), gzip };
}

function decodingOf(suffix: string): Decoding {
  if (JSON_SUFFIXES.has(suffix)) return 'json';
  if (TEXT_SUFFIXES.has(suffix)) return 'text';
  return IMAGE_SUFFIXES.has(suffix) ? 'image' : 'bytes';
}

export function columnKind(kind: FieldKind): ColumnKind {
  return ({ json: 'struct', text: 'text', image: 'image', bytes: 'bytes' } as const)[kind.decoding];
}
