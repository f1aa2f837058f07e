import { expect, test, vi } from 'vitest';
import { picture } from '../../../extension/engine/images/picture.ts';
import { thumbnail } from '../../../extension/engine/images/thumbnail.ts';

vi.mock('sharp', () => {
  throw new Error('Could not load the "sharp" module');
});

const { signal } = new AbortController();
/** A 1 x 1 GIF. */
const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

test('where sharp is missing, small originals of the browser serve as thumbnails', async () => {
  const facts = { format: 'gif', width: 1, height: 1, orientation: 1, size: gif.length };
  expect(await thumbnail(gif, { height: 32 }, signal)).toEqual({ status: 'ok', facts, bytes: gif, mediaType: 'image/gif' });
  expect(await picture(gif, {}, signal)).toEqual({ status: 'ok', facts, bytes: gif, mediaType: 'image/gif' });
});

test('what is large, or what a browser does not show, says that sharp is missing', async () => {
  const large = Buffer.concat([gif, Buffer.alloc(1024 * 1024)]);
  expect(await thumbnail(large, { height: 32 }, signal)).toMatchObject({ status: 'broken', message: expect.stringMatching(/sharp has no build.*too large for a thumbnail/) as string });
  expect(await picture(Buffer.from('P6 1 1 255\nabc'), {}, signal)).toMatchObject({ status: 'broken', message: expect.stringContaining('sharp has no build') as string });
});
