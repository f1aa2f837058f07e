import { createWriteStream, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { crc32, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

/** Small files with large claims, written by the tests that want them. Every function returns the path. */

const MIB = 1024 * 1024;

/** A valid PNG of `side` x `side` pixels, one bit each, all black. */
export function hugePng(folder: string, side: number): string {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  const rows = deflateSync(Buffer.alloc((1 + Math.ceil(side / 8)) * side), { level: 1 });
  const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
  return write(folder, 'huge.tar', tar([{ name: 'huge/0.png', bytes: png }, { name: 'huge/0.txt', bytes: Buffer.from('a huge picture') }]));
}

function chunk(type: string, body: Buffer): Buffer {
  const head = Buffer.from(type, 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body, crc32(head)));
  return Buffer.concat([length, head, body, sum]);
}

/** gzip members of zeros that unpack to `mebibytes`; before them one good record. */
export function gzipBomb(folder: string, mebibytes: number): string {
  const member = gzipSync(Buffer.alloc(64 * MIB), { level: 9 });
  return write(folder, 'bomb.jsonl.gz', Buffer.concat([gzipSync('{"a": 1}\n'), ...Array.from({ length: mebibytes / 64 }, () => member)]));
}

/** zstd frames of zeros that unpack to `mebibytes`; before them one good record. */
export function zstdBomb(folder: string, mebibytes: number): string {
  const frame = zstdCompressSync(Buffer.alloc(64 * MIB));
  return write(folder, 'bomb.jsonl.zst', Buffer.concat([zstdCompressSync('{"a": 1}\n'), ...Array.from({ length: mebibytes / 64 }, () => frame)]));
}

/** A record, a line of `bytes`, a record. */
export function longLine(folder: string, bytes: number): string {
  return write(folder, 'long.jsonl', Buffer.concat([Buffer.from('{"id": 1, "text": "short"}\n{"id": 2, "text": "'), Buffer.alloc(bytes, 'x'), Buffer.from('", "end": true}\n{"id": 3, "text": "after"}\n')]));
}

/** A record whose field `a` is a list of `objects` small objects, between two plain ones. */
export function manyObjects(folder: string, objects: number): string {
  return write(folder, 'objects.jsonl', `{"a": 1}\n{"a": [${'{"x":1},'.repeat(objects - 1)}{"x":1}]}\n{"a": 3}\n`);
}

/** A record whose only field is nested `depth` deep, between two plain ones. */
export function deepJson(folder: string, depth: number): string {
  return write(folder, 'deep.jsonl', Buffer.from(`{"a": 1}\n{"a": ${'['.repeat(depth)}${']'.repeat(depth)}}\n{"a": 3}\n`));
}

/** A tar of `members` small text members, one sample each. */
export async function manyMembers(folder: string, members: number): Promise<string> {
  const path = join(folder, 'many.tar');
  const out = createWriteStream(path);
  for (let i = 0; i < members; i += 1000) {
    const block = tar(Array.from({ length: 1000 }, (_, j) => ({ name: `${String(i + j).padStart(9, '0')}.txt`, bytes: Buffer.from(`text ${i + j}`) })), false);
    if (!out.write(block)) await once(out, 'drain');
  }
  out.end(Buffer.alloc(1024));
  await once(out, 'finish');
  return path;
}

interface Entry {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A plain ustar archive. */
export function tar(entries: readonly Entry[], end = true): Buffer {
  const parts = entries.flatMap(({ name, bytes }) => [tarHeader(name, bytes.length), bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
  return Buffer.concat(end ? [...parts, Buffer.alloc(1024)] : parts);
}

function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 100);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.fill(' ', 148, 156);
  header.write('0', 156);
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

export function write(folder: string, name: string, bytes: Buffer | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
