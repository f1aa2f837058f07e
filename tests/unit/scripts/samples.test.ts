import sharp from 'sharp';
import { expect, it } from 'vitest';
import { annotation, documentLine } from '../../../scripts/samples/documents.ts';
import { Random } from '../../../scripts/samples/random.ts';
import { composeScene, drawScene } from '../../../scripts/samples/scene.ts';

it('draws the same scene from the same seed, with a caption that names what is in it', () => {
  const scene = composeScene(new Random(1));
  expect(composeScene(new Random(1))).toEqual(scene);
  expect(composeScene(new Random(2)).svg).not.toBe(scene.svg);
  expect(scene.caption).toContain(scene.tags[0]);
});

it('stores some pictures on their side, with the EXIF orientation that sets them right', async () => {
  const scene = composeScene(new Random(5));
  const picture = await drawScene(scene, 3);
  const stored = await sharp(picture.bytes).metadata();
  expect(stored).toMatchObject({ format: 'jpeg', orientation: 6, width: scene.height, height: scene.width });
  const upright = await sharp(picture.bytes).autoOrient().resize(8, 8, { fit: 'fill' }).removeAlpha().raw().toBuffer();
  const drawn = await sharp(Buffer.from(scene.svg)).resize(8, 8, { fit: 'fill' }).flatten().raw().toBuffer();
  const apart = Array.from(upright, (value, i) => Math.abs(value - (drawn[i] ?? 0)));
  expect(apart.reduce((sum, value) => sum + value, 0) / apart.length).toBeLessThan(6);
});

it('writes spans in code points that cover the text to its end', () => {
  for (let row = 0; row < 20; row++) {
    const record = JSON.parse(documentLine(row)) as { text: string; quality_signals: Record<string, [number, number, number | null][]> };
    const length = Array.from(record.text).length;
    for (const spans of Object.values(record.quality_signals)) {
      expect(spans[0]?.[0]).toBe(0);
      expect(spans.at(-1)?.[1]).toBe(length);
    }
  }
});

it('writes 64-bit identifiers digit by digit', () => {
  const digits = /"id_int":(\d+)/.exec(documentLine(0))?.[1] ?? '';
  expect(BigInt(digits)).toBeGreaterThan(2n ** 53n);
});

it('leaves some annotations without a score', () => {
  const keys = Array.from({ length: 40 }, (_, row) => 'score' in annotation(row));
  expect(new Set(keys).size).toBe(2);
});
