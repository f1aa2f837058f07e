import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ShardContext } from '../../../extension/engine/shards/shard.ts';

export interface HeaderFields {
  readonly flag?: string;
  readonly link?: string;
  readonly mode?: number;
  readonly mtime?: number;
  /** `ustar\0` + `00` unless another dialect is asked for. */
  readonly magic?: string;
  readonly prefix?: string;
  /** Bytes written over the finished header before its checksum is made. */
  readonly patch?: readonly (readonly [offset: number, bytes: string])[];
}

/** A tar header block, checksum and all. */
export function header(name: string, size: number, fields: HeaderFields = {}): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 100, 'utf8');
  block.write(`${(fields.mode ?? 0o644).toString(8).padStart(7, '0')}\0`, 100, 'latin1');
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  block.write(`${(fields.mtime ?? 1_700_000_000).toString(8).padStart(11, '0')}\0`, 136, 'latin1');
  block.write(fields.flag ?? '0', 156, 'latin1');
  block.write(fields.link ?? '', 157, 100, 'utf8');
  block.write(fields.magic ?? 'ustar\x0000', 257, 'latin1');
  block.write(fields.prefix ?? '', 345, 155, 'utf8');
  for (const [offset, bytes] of fields.patch ?? []) block.write(bytes, offset, 'latin1');
  return withChecksum(block);
}

export function withChecksum(block: Buffer, signed = false): Buffer {
  block.fill(' ', 148, 156);
  let sum = 0;
  for (let at = 0; at < 512; at++) sum += signed ? block.readInt8(at) : block.readUInt8(at);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function paddedBody(body: string | Buffer): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

export function member(name: string, body: string | Buffer = '', fields: HeaderFields = {}): Buffer {
  return Buffer.concat([header(name, Buffer.byteLength(body), fields), paddedBody(body)]);
}

/** One pax record, its length in front of it. */
export function record(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return `${length} ${key}=${value}\n`;
}

export const END = Buffer.alloc(1024);

/** Writes archives into a temporary folder and gives what opening them takes. */
export class Workbench {
  readonly folder = mkdtempSync(join(tmpdir(), 'loupe-unit-tar-'));
  readonly context: ShardContext = {
    cacheFolder: join(this.folder, 'cache'),
    cacheBytes: 1024 ** 3,
    changed: () => undefined,
    signal: new AbortController().signal,
  };

  write(name: string, ...parts: Buffer[]): string {
    const path = join(this.folder, name);
    writeFileSync(path, Buffer.concat(parts));
    return path;
  }

  clear(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
