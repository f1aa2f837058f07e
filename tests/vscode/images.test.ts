import { DuckDBInstance, DuckDBStructValue, DuckDBBlobValue } from '@duckdb/node-api';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { corpusFolder, readOracle } from '../conformance/corpus.ts';
import { readTar } from './support/expectations.ts';
import { decodedPixels, difference, shownPixels } from './support/pixels.ts';
import { browserForFile, openFiles, openSamples } from './support/windows.ts';

/** Scaling in browser and sharp differs by this much at most; another picture is far beyond it. */
const SAME = 10;

const context = browserForFile();

interface TarOracle {
  readonly python_tarfile: readonly { readonly name: string; readonly size: number; readonly data_offset: number; readonly sha256: string }[];
}

/** Pictures of a WebDataset in order: the corpus' by its oracle's offsets, else the sample's by tar-stream. */
async function tarPictures(): Promise<{ file: string; pictures: Buffer[] }> {
  const corpus = corpusFolder();
  if (corpus === null) {
    const file = join(inject('samples'), '00000.tar');
    const members = await readTar(file);
    return { file, pictures: members.filter(({ name }) => /\.(jpg|png|webp)$/.test(name)).map(({ bytes }) => bytes) };
  }
  const path = 'webdataset/clip-retrieval/image1.tar';
  const archive = await readFile(join(corpus, path));
  const oracle = readOracle<Record<string, TarOracle>>(corpus, 'tar/oracle.json')[path];
  const pictures = (oracle?.python_tarfile ?? []).map(({ data_offset: start, size, sha256 }) => {
    const bytes = archive.subarray(start, start + size);
    expect(createHash('sha256').update(bytes).digest('hex').slice(0, sha256.length)).toBe(sha256);
    return bytes;
  });
  return { file: join(corpus, path), pictures };
}

async function galleryPicture(row: number): Promise<Buffer> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const file = join(inject('samples'), 'gallery.parquet').replaceAll("'", "''");
  const read = await connection.runAndReadAll(`SELECT image FROM '${file}' LIMIT 1 OFFSET ${row}`);
  const image = read.getRows()[0]?.[0];
  const bytes = image instanceof DuckDBStructValue ? image.entries.bytes : null;
  connection.closeSync();
  instance.closeSync();
  if (!(bytes instanceof DuckDBBlobValue)) throw new Error(`Row ${row} has no picture`);
  return Buffer.from(bytes.bytes);
}

it('shows the pictures of a WebDataset, small in the grid and whole in the inspector', async () => {
  const { file, pictures } = await tarPictures();
  const workbench = await openFiles(context(), { 'pictures.tar': file });
  const shard = await workbench.openShard('pictures.tar');
  for (const row of [0, 1, 2]) {
    const expected = await decodedPixels(pictures[row] as Buffer);
    const thumbnail = (await shard.named(row, 'jpg')).locator('img');
    await thumbnail.waitFor();
    expect(difference(await shownPixels(thumbnail), expected), `thumbnail of row ${row}`).toBeLessThan(SAME + 10);
  }
  await (await shard.named(1, 'jpg')).click();
  await workbench.page.keyboard.press('Enter');
  const whole = await shard.picture('jpg');
  expect(difference(await shownPixels(whole), await decodedPixels(pictures[1] as Buffer))).toBeLessThan(SAME);
  expect(difference(await shownPixels(whole), await decodedPixels(pictures[0] as Buffer))).toBeGreaterThan(SAME);
  await workbench.screenshot('image-webdataset');
});

it('shows a picture inside Parquet upright, though it is stored on its side', async () => {
  const row = 3;
  const bytes = await galleryPicture(row);
  const workbench = await openSamples(context(), ['gallery.parquet']);
  const shard = await workbench.openShard('gallery.parquet');
  const upright = await decodedPixels(bytes);
  const thumbnail = (await shard.named(row, 'image')).locator('img');
  await thumbnail.waitFor();
  expect(difference(await shownPixels(thumbnail), upright), 'thumbnail').toBeLessThan(SAME + 10);
  await (await shard.named(row, 'image')).click();
  await workbench.page.keyboard.press('Enter');
  const whole = await shard.picture('image');
  expect(difference(await shownPixels(whole), upright)).toBeLessThan(SAME);
  await expect.poll(() => shard.line('image').innerText()).toContain('EXIF orientation 6');
  await shard.line('image').getByRole('button', { name: '100 %' }).click();
  await expect.poll(() => whole.evaluate((image: HTMLImageElement) => image.getBoundingClientRect().width)).toBe(640);
  await workbench.screenshot('image-parquet');
});
