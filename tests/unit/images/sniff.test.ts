import { describe, expect, test } from 'vitest';
import { imageLocations } from '../../../extension/engine/images/locate.ts';
import { sniffImage, sniffMedia } from '../../../extension/engine/images/sniff.ts';
import type { Value } from '../../../extension/protocol/values.ts';

const head = (text: string): Buffer => Buffer.from(text.padEnd(64, '\0'), 'latin1');
const ftyp = (brand: string, compatible = ''): string => `\0\0\0${String.fromCharCode(16 + compatible.length)}ftyp${brand}\0\0\0\0${compatible}`;

describe('pictures by magic bytes', () => {
  test.for([
    ['jpeg', '\xff\xd8\xff\xe1'],
    ['png', '\x89PNG\r\n\x1a\n'],
    ['gif', 'GIF87a'],
    ['gif', 'GIF89a'],
    ['webp', 'RIFF\x10\0\0\0WEBPVP8 '],
    ['avif', ftyp('avif')],
    ['avif', ftyp('avis')],
    ['avif', ftyp('mif1', 'miafavif')],
    ['heic', ftyp('heic')],
    ['heic', ftyp('mif1', 'heic')],
    ['tiff', 'II*\0\x08'],
    ['tiff', 'MM\0*'],
    ['bmp', 'BM\x36\x10\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0'],
    ['ico', '\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0'],
    ['jxl', '\xff\x0a\xfa'],
    ['jp2', '\0\0\0\x0cjP  \r\n\x87\n'],
    ['qoi', 'qoif\0\0\0\x01'],
    ['ppm', 'P6\n2 2\n255\n'],
    ['pgm', 'P2\n# made by hand\n2 2\n255\n'],
    ['pbm', 'P4 8 1\n'],
    ['psd', '8BPS\0\x01'],
    ['svg', '<svg xmlns="http://www.w3.org/2000/svg">'],
    ['svg', '\xef\xbb\xbf<?xml version="1.0"?>\n<!-- c --><svg width="1">'],
    ['svg', '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN">'],
  ] as const)('%s', ([format, bytes]) => {
    expect(sniffImage(head(bytes))).toBe(format);
  });

  test.for(['', '{"a":1}', 'BM is short for bitmap', 'P6 is a shop', 'GIF', '<?xml version="1.0"?><html>', '<svgx>', ftyp('isom'), '<!-- -->'.repeat(5000), '\0\0\0\0'])('%j is none', (bytes) => {
    expect(sniffImage(head(bytes))).toBeNull();
  });
});

test.for([
  ['mp4', ftyp('isom')],
  ['webm', '\x1a\x45\xdf\xa3'],
  ['mp3', 'ID3\x04'],
  ['mp3', '\xff\xfb\x90\x64'],
  ['wav', 'RIFF\x10\0\0\0WAVEfmt '],
  ['flac', 'fLaC'],
  ['ogg', 'OggS'],
  ['pdf', '%PDF-1.7'],
  ['npy', '\x93NUMPY\x01'],
  ['gzip', '\x1f\x8b\x08'],
  ['zip', 'PK\x03\x04'],
  [null, 'plain text'],
  [null, ftyp('avif')],
] as const)('media: %s', ([format, bytes]) => {
  expect(sniffMedia(head(bytes))).toBe(format);
});

describe('pictures inside a cell', () => {
  const picture: Value = { type: 'bytes', size: 9, head: head('\xff\xd8\xff\xe1') };
  const other: Value = { type: 'bytes', size: 9, head: head('plain') };
  const struct = (bytes: Value): Value => ({ type: 'struct', length: 2, entries: [['path', 'a.jpg'], ['bytes', bytes]] });
  const list = (...items: Value[]): Value => ({ type: 'list', length: items.length, items });

  test('bytes, structs with bytes, lists of both', () => {
    expect(imageLocations(picture)).toEqual([[]]);
    expect(imageLocations(struct(picture))).toEqual([['bytes']]);
    expect(imageLocations(list(other, picture, struct(picture)))).toEqual([[1], [2, 'bytes']]);
  });

  test('nothing else, nothing deeper, at most 64', () => {
    for (const value of [null, true, 'x', other, struct(other), list(list(picture))] as Value[]) expect(imageLocations(value)).toEqual([]);
    expect(imageLocations(list(...Array.from({ length: 100 }, () => picture)))).toHaveLength(64);
  });
});
