import type { Locator } from 'playwright-core';
import sharp from 'sharp';

/** Side of the square that both pictures are scaled to. */
const SIDE = 16;

/** Colours that a picture element of the page shows, scaled to a small square: red, green, blue in turn. */
export async function shownPixels(picture: Locator): Promise<number[]> {
  return picture.evaluate(async (element, side) => {
    const image = element as HTMLImageElement;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = side;
    canvas.height = side;
    const drawing = canvas.getContext('2d');
    if (drawing === null) throw new Error('No canvas');
    drawing.imageSmoothingQuality = 'high';
    drawing.drawImage(image, 0, 0, side, side);
    return Array.from(drawing.getImageData(0, 0, side, side).data).filter((_, i) => i % 4 !== 3);
  }, SIDE);
}

/** What sharp decodes from an encoded picture, upright, scaled to the same square. */
export async function decodedPixels(bytes: Buffer): Promise<number[]> {
  const pixels = await sharp(bytes).autoOrient().toColourspace('srgb').removeAlpha().resize(SIDE, SIDE, { fit: 'fill' }).raw().toBuffer();
  return Array.from(pixels);
}

/** Mean difference of two pictures in 0 to 255; unrelated pictures are 40 and more apart. */
export function difference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) throw new Error(`${a.length} and ${b.length} values cannot be compared`);
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
}
