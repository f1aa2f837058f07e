import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { picture } from '../../extension/engine/images/picture.ts';
import { thumbnail } from '../../extension/engine/images/thumbnail.ts';
import { corpusFolder, readOracle, reportSkipped } from './corpus.ts';

interface ImageOracle {
  readonly magic: string;
  readonly width?: number;
  readonly height?: number;
  readonly orientation?: number;
  readonly alpha?: boolean;
  readonly decodes: boolean;
  readonly error?: string;
}

/** Formats that the oracle's decoder lacks, and ours or the browser has. */
const BEYOND_ORACLE: Readonly<Record<string, string>> = {
  'images/imagededup/formats_images/baboon.pgm': 'oracle: unsupported; ours: decoded by our own PGM reader',
  'images/imagededup/formats_images/marbles.pbm': 'oracle: unsupported; ours: decoded by our own PBM reader',
  'images/pillow/hopper.ppm': 'oracle: unsupported; ours: decoded by our own PPM reader',
  'images/pillow/hopper_webp_bits.ppm': 'oracle: unsupported; ours: decoded by our own PPM reader',
  'images/pillow/hopper.qoi': 'oracle: unsupported; ours: decoded by our own QOI reader',
  'images/pillow/avif/star.avifs': 'oracle: unsupported; ours: an AVIF sequence is left to the browser, with a warning',
  'images/spotlight/nature-256p.ico': 'oracle: unsupported; ours: an icon is left to the browser',
};

/** The oracle's words for families of formats. */
const FAMILIES: Readonly<Record<string, readonly (string | undefined)[]>> = {
  netpbm: ['pbm', 'pgm', 'ppm'],
  'avif/heif': ['avif', 'heic'],
  other: [undefined],
};

const corpus = corpusFolder();
const oracle = corpus === null ? {} : readOracle<Record<string, ImageOracle>>(corpus, 'images/oracle.json');
const files = Object.entries(oracle).filter(([file]) => existsSync(join(corpus ?? '', file)));
const { signal } = new AbortController();
let values = 0;
let pictures = 0;

afterAll(() => {
  if (corpus === null) reportSkipped('images', 'every picture of images/oracle.json');
  else console.log(`images: ${pictures} pictures, ${values} values compared, ${Object.keys(BEYOND_ORACLE).length} exceptions`);
});

function same(ours: unknown, theirs: unknown, what: string): void {
  values++;
  expect(ours, what).toEqual(theirs);
}

describe.skipIf(corpus === null)('every picture', () => {
  test.for(files)('%s', { timeout: 5_000 }, async ([file, expected]) => {
    const bytes = readFileSync(join(corpus ?? '', file));
    const wish = { declared: extname(file).slice(1) };
    const small = await thumbnail(bytes, { height: 64, ...wish }, signal);
    const whole = await picture(bytes, wish, signal);
    pictures++;

    values++;
    expect(FAMILIES[expected.magic] ?? [expected.magic]).toContain(small.facts?.format);
    if (expected.width !== undefined) same([small.facts?.width, small.facts?.height], [expected.width, expected.height], 'size as stored');
    if (expected.width !== undefined) same(small.facts?.orientation, expected.orientation ?? 1, 'orientation');
    same(small.facts?.size, bytes.length, 'bytes');

    const decodes = expected.decodes || file in BEYOND_ORACLE;
    for (const shown of [small, whole]) {
      if (decodes) same(shown.status, 'ok', expected.error ?? '');
      else if (shown.status === 'ok') expect(shown.warning).toMatch(/^decodes in part: ./);
      else expect(shown.message).not.toBe('');
      if (expected.decodes && shown.status === 'ok') same(shown.warning, undefined, 'warning');
    }
    if (small.status !== 'ok' || expected.width === undefined || expected.height === undefined) return;
    const turned = (expected.orientation ?? 1) >= 5;
    const [width, height] = turned ? [expected.height, expected.width] : [expected.width, expected.height];
    const scale = Math.min(1, 64 / height, 256 / width);
    const made = await sharp(small.bytes).metadata();
    values += 2;
    expect(Math.abs(made.width - width * scale)).toBeLessThanOrEqual(2);
    expect(Math.abs(made.height - height * scale)).toBeLessThanOrEqual(2);
    // WebP leaves out an alpha channel that is opaque throughout.
    same(made.hasAlpha, expected.alpha === true && !(await sharp(bytes).stats()).isOpaque, 'alpha');
  });

  test('a browser gets the original bytes of what it knows, PNG or WebP of what it does not', async () => {
    const types = new Map<string, string>();
    for (const [file] of files) {
      const bytes = readFileSync(join(corpus ?? '', file));
      const whole = await picture(bytes, {}, signal);
      if (whole.status !== 'ok') continue;
      types.set(whole.facts.format, whole.mediaType);
      const converted = ['tiff', 'ppm', 'pgm', 'pbm', 'qoi'].includes(whole.facts.format);
      values++;
      expect(Buffer.compare(Buffer.from(whole.bytes), bytes) === 0, file).toBe(!converted);
    }
    expect(Object.fromEntries(types)).toMatchObject({ jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp', gif: 'image/gif', avif: 'image/avif', ppm: 'image/png' });
  });
});
