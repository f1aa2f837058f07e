import sharp from 'sharp';
import { expect, test } from 'vitest';
import { readExif } from '../../../extension/engine/images/exif.ts';
import { picture } from '../../../extension/engine/images/picture.ts';
import { thumbnail } from '../../../extension/engine/images/thumbnail.ts';
import { below, seededRandom } from '../../support/random.ts';

const { signal } = new AbortController();
const plain = sharp({ create: { width: 32, height: 24, channels: 3, background: 'teal' } });
const photo = await plain
  .clone()
  .jpeg()
  .withExif({
    IFD0: { Make: 'Ricoh', Model: 'GR IIIx', Software: 'darkroom 1', ImageDescription: 'a cat' },
    IFD2: { ExposureTime: '1/60', FNumber: '28/10', ISOSpeedRatings: '200', FocalLength: '26/1', DateTimeOriginal: '2024:05:01 12:30:00' },
    IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' },
  })
  .toBuffer();
const { exif } = await sharp(photo).metadata();

test('a whole picture says what its EXIF says, for a person; a small one does not', async () => {
  const whole = await picture(photo, {}, signal);
  const facts = new Map(whole.status === 'ok' ? whole.facts.exif : []);
  expect(facts.get('Camera maker')).toBe('Ricoh');
  expect(facts.get('Camera')).toBe('GR IIIx');
  expect(facts.get('Exposure')).toBe('1/60 s');
  expect(facts.get('Aperture')).toBe('f/2.8');
  expect(facts.get('ISO')).toBe('200');
  expect(facts.get('Focal length')).toBe('26 mm');
  expect(facts.get('Taken')).toBe('2024:05:01 12:30:00');
  // Where somebody was is not told by looking at a picture.
  expect(facts.get('Place')).toBe('recorded (GPS)');
  const small = await thumbnail(photo, { height: 16 }, signal);
  expect(small.status === 'ok' && small.facts).not.toHaveProperty('exif');
});

test('a picture without EXIF says nothing of it', async () => {
  const whole = await picture(await plain.clone().png().toBuffer(), {}, signal);
  expect(whole.status === 'ok' && whole.facts).not.toHaveProperty('exif');
});

test('a block that is cut or damaged says what is left of it and never fails', () => {
  expect(readExif(new Uint8Array())).toEqual([]);
  expect(readExif(Buffer.from('Exif'))).toEqual([]);
  const random = seededRandom(1);
  for (let length = 0; length < exif!.length; length++) expect(readExif(exif!.subarray(0, length)).length).toBeLessThanOrEqual(13);
  for (let turn = 0; turn < 2_000; turn++) {
    const damaged = Uint8Array.from(exif!);
    for (let i = 0; i < 8; i++) damaged[below(random, damaged.length)] = below(random, 256);
    for (const [, text] of readExif(damaged)) expect(text.length).toBeLessThanOrEqual(200);
  }
});
