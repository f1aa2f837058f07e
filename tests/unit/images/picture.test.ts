import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { picture } from '../../../extension/engine/images/picture.ts';
import { thumbnail } from '../../../extension/engine/images/thumbnail.ts';
import { WorkQueue } from '../../../extension/engine/images/work-queue.ts';
import type { Picture } from '../../../extension/protocol/engine.ts';

const { signal } = new AbortController();

/** Left half red, right half blue. */
function halves(width: number, height: number) {
  const data = Buffer.alloc(width * height * 3);
  for (let at = 0; at < width * height; at++) data[at * 3 + (at % width < width / 2 ? 0 : 2)] = 255;
  return sharp(data, { raw: { width, height, channels: 3 } });
}

function shown(result: Picture): Extract<Picture, { status: 'ok' }> {
  if (result.status !== 'ok') throw new Error(result.message);
  return result;
}

/** Red, green and blue at a place of a thumbnail. */
async function pixel(bytes: Uint8Array, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (y * info.width + x) * info.channels;
  return [...data.subarray(at, at + 3)];
}

const near = (wanted: number): unknown => expect.toSatisfy((value: number) => Math.abs(value - wanted) < 40);

describe('thumbnails', () => {
  test('fit the height and four times that, never enlarged', async () => {
    for (const [width, height, wide, high] of [
      [400, 200, 100, 50],
      [4000, 100, 200, 5],
      [20, 10, 20, 10],
      [10, 400, 1, 50],
    ] as const) {
      const small = shown(await thumbnail(await halves(width, height).png().toBuffer(), { height: 50 }, signal));
      expect(small).toMatchObject({ mediaType: 'image/webp', facts: { format: 'png', width, height, orientation: 1 } });
      expect(await sharp(small.bytes).metadata()).toMatchObject({ width: wide, height: high });
    }
  });

  test('stand upright, with facts as stored', async () => {
    const lying = await halves(80, 40).jpeg({ quality: 100 }).withMetadata({ orientation: 6 }).toBuffer();
    const small = shown(await thumbnail(lying, { height: 40, declared: 'jpg' }, signal));
    expect(small.facts).toEqual({ format: 'jpeg', width: 80, height: 40, orientation: 6, size: lying.length, declared: 'jpg' });
    expect(await sharp(small.bytes).metadata()).toMatchObject({ width: 20, height: 40 });
    // Orientation 6 turns the left side to the top.
    expect(await pixel(small.bytes, 10, 4)).toEqual([near(255), near(0), near(0)]);
    expect(await pixel(small.bytes, 10, 36)).toEqual([near(0), near(0), near(255)]);
  });

  test('what decodes in part is shown with a warning; what does not is broken, in words', async () => {
    const whole = await halves(640, 480).jpeg().toBuffer();
    const part = shown(await thumbnail(whole.subarray(0, whole.length / 2), { height: 48 }, signal));
    expect(part.warning).toMatch(/^decodes in part: .+/);
    expect(shown(await thumbnail(whole, { height: 48 }, signal)).warning).toBeUndefined();
    expect(await thumbnail(whole.subarray(0, 30), { height: 48 }, signal)).toMatchObject({ status: 'broken', facts: { format: 'jpeg', size: 30 } });
    expect(await thumbnail(Buffer.from('no picture'), { height: 48, declared: 'png' }, signal)).toMatchObject({ status: 'broken', message: expect.stringContaining('no png picture') as string });
    expect(await thumbnail(Buffer.alloc(0), { height: 48 }, signal)).toMatchObject({ status: 'broken', message: 'The picture is empty (0 bytes).' });
    expect(await thumbnail(Buffer.from('%PDF-1.7'), { height: 48 }, signal)).toMatchObject({ message: 'This is no picture: by its first bytes it is pdf.' });
  });

  test('alpha is kept', async () => {
    const clear = await sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } } }).png().toBuffer();
    expect(await sharp(shown(await thumbnail(clear, { height: 8 }, signal)).bytes).metadata()).toMatchObject({ hasAlpha: true });
  });

  test('an SVG is never rasterised here', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><image href="file:///etc/passwd"/></svg>');
    const small = shown(await thumbnail(svg, { height: 16 }, signal));
    expect(small).toMatchObject({ mediaType: 'image/svg+xml', facts: { width: 30, height: 20 } });
    expect(Buffer.compare(Buffer.from(small.bytes), svg)).toBe(0);
    expect((await thumbnail(Buffer.concat([svg, Buffer.alloc(1024 * 1024, 32)]), { height: 16 }, signal)).status).toBe('broken');
  });
});

describe('too many pixels', () => {
  const broken = (message: string) => ({ status: 'broken', message: expect.stringContaining(message) as string, facts: { width: 30_000, height: 30_000 } });

  test('a PNG, by its header alone', async () => {
    const png = await halves(2, 2).png().toBuffer();
    png.writeUInt32BE(30_000, 16);
    png.writeUInt32BE(30_000, 20);
    for (const result of [await thumbnail(png, { height: 64 }, signal), await picture(png, {}, signal)]) {
      expect(result).toMatchObject(broken('30,000 x 30,000 pixels is more than Loupe decodes (268 megapixels)'));
    }
  });

  test('a progressive JPEG, which would have to be held whole', async () => {
    const jpeg = await halves(16, 16).jpeg({ progressive: true }).toBuffer();
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc2]));
    jpeg.writeUInt16BE(30_000, frame + 5);
    jpeg.writeUInt16BE(30_000, frame + 7);
    expect(await thumbnail(jpeg, { height: 64 }, signal)).toMatchObject(broken('of an interlaced picture'));
  });
});

describe('whole pictures', () => {
  test('are their own bytes where a browser shows the format', async () => {
    const jpeg = await halves(64, 64).jpeg().toBuffer();
    const whole = shown(await picture(jpeg, {}, signal));
    expect(whole.mediaType).toBe('image/jpeg');
    expect(Buffer.compare(Buffer.from(whole.bytes), jpeg)).toBe(0);
    const large = await halves(640, 480).jpeg().toBuffer();
    expect(shown(await picture(large.subarray(0, large.length / 2), {}, signal)).warning).toMatch(/^decodes in part/);
  });

  test('above 64 MiB they stay where they are', async () => {
    const padded = Buffer.concat([await halves(8, 8).jpeg().toBuffer(), Buffer.alloc(64 * 1024 * 1024)]);
    expect(await picture(padded, {}, signal)).toMatchObject({ status: 'broken', message: expect.stringContaining('64 MiB') as string });
  });

  const pixels = '\xff\0\0\0\xff\0\0\0\xff\xff\xff\xff';
  const bmp = Buffer.alloc(54 + 16);
  bmp.write('BM', 'latin1');
  bmp.writeUInt32LE(54, 10);
  bmp.writeUInt32LE(40, 14);
  bmp.writeInt32LE(2, 18);
  bmp.writeInt32LE(2, 22);
  bmp.writeUInt16LE(24, 28);
  // Rows from the bottom, blue first, padded to four bytes.
  bmp.write('\xff\0\0\xff\xff\xff\0\0\0\0\xff\0\xff\0\0\0', 54, 'latin1');

  test.for([
    ['ppm', Buffer.from(`P6 2 2 255\n${pixels}`, 'latin1')],
    ['ppm', Buffer.from('P3\n# red green, blue white\n2 2 15\n15 0 0 0 15 0 0 0 15 15 15 15\n')],
    ['ppm', Buffer.from(`P6 2 2 65535\n${pixels.replace(/[^]/g, '$&$&')}`, 'latin1')],
    ['qoi', Buffer.from(`qoif\0\0\0\x02\0\0\0\x02\x03\0\xfe\xff\0\0\xfe\0\xff\0\xfe\0\0\xff\xfe\xff\xff\xff\0\0\0\0\0\0\0\x01`, 'latin1')],
  ] as const)('%s is converted to PNG, pixel by pixel', async ([format, bytes]) => {
    const whole = shown(await picture(bytes, {}, signal));
    expect(whole).toMatchObject({ mediaType: 'image/png', facts: { format, width: 2, height: 2 } });
    const corners = [await pixel(whole.bytes, 0, 0), await pixel(whole.bytes, 1, 0), await pixel(whole.bytes, 0, 1), await pixel(whole.bytes, 1, 1)];
    expect(corners).toEqual([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]);
  });

  test('a bitmap has a thumbnail and goes whole to the browser', async () => {
    expect(shown(await picture(bmp, {}, signal)).mediaType).toBe('image/bmp');
    const small = shown(await thumbnail(bmp, { height: 2 }, signal));
    expect(small).toMatchObject({ mediaType: 'image/webp', facts: { format: 'bmp', width: 2, height: 2 } });
  });

  test('netpbm text and bits: 1 is black', async () => {
    for (const bytes of [Buffer.from('P1 2 1 10'), Buffer.from('P4 2 1\n\x80', 'latin1')]) {
      const whole = shown(await picture(bytes, {}, signal));
      const { data } = await sharp(whole.bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
      expect([...data.subarray(0, 2)]).toEqual([0, 255]);
    }
  });

  test('TIFF is converted, a format that nothing here decodes is broken with its name', async () => {
    expect(shown(await picture(await halves(8, 8).tiff().toBuffer(), {}, signal)).mediaType).toBe('image/png');
    expect(await picture(Buffer.from('\xff\x0a\xfa'.padEnd(64, '\0'), 'latin1'), {}, signal)).toMatchObject({ status: 'broken', message: 'Loupe does not decode jxl pictures.' });
  });
});

describe('the queue', () => {
  test('runs two at a time in order; what is aborted while it waits never starts', async () => {
    const queue = new WorkQueue(2);
    const started: number[] = [];
    const finish: (() => void)[] = [];
    const work = (id: number) => () =>
      new Promise<number>((resolve) => {
        started.push(id);
        finish.push(() => resolve(id));
      });
    const leaving = new AbortController();
    const results = [queue.run(work(0), signal), queue.run(work(1), signal), queue.run(work(2), leaving.signal), queue.run(work(3), signal)];
    const left = expect(results[2]).rejects.toThrow(/abort/i);
    leaving.abort();
    await left;
    expect(started).toEqual([0, 1]);
    finish[0]?.();
    await results[0];
    await expect.poll(() => started).toEqual([0, 1, 3]);
    finish[1]?.();
    finish[2]?.();
    expect(await Promise.all([results[1], results[3]])).toEqual([1, 3]);
  });

  test('a failure gives its place back', async () => {
    const queue = new WorkQueue(1);
    await expect(queue.run(() => Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
    expect(await queue.run(() => Promise.resolve(7), signal)).toBe(7);
  });
});
