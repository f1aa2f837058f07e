import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import { Random } from './random.ts';
import { composeScene, drawScene } from './scene.ts';

/** A WebDataset shard in memory (a few MB): `key.jpg`, `key.txt`, `key.json` a sample, in this order. */
export async function webDataset(first: number, samples: number): Promise<Buffer> {
  const archive = pack();
  const bytes = buffer(archive);
  for (let number = first; number < first + samples; number++) {
    const random = new Random(20_000 + number);
    const scene = composeScene(random);
    // Numbers below eight draw JPEGs, which is what img2dataset writes; one of them lies on its side.
    const picture = await drawScene(scene, number % 8);
    const key = number.toString().padStart(9, '0');
    const record = {
      key,
      caption: scene.caption,
      url: `https://pictures.example/${random.hex(6)}/${key}.${picture.suffix}`,
      status: 'success',
      width: scene.width,
      height: scene.height,
      similarity: Number((0.3 + random.normal() * 0.04).toFixed(6)),
      tags: scene.tags,
    };
    // A fixed time keeps the archive the same byte for byte.
    const member = (field: string, content: Buffer | string): void => {
      archive.entry({ name: `${key}.${field}`, mtime: new Date(1_700_000_000_000), uid: 0, gid: 0 }, content);
    };
    member(picture.suffix, picture.bytes);
    member('txt', scene.caption);
    member('json', JSON.stringify(record));
  }
  archive.finalize();
  return bytes;
}
