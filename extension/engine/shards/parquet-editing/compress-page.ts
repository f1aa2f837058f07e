import { promisify } from 'node:util';
import { brotliCompress, gzip, zstdCompress } from 'node:zlib';
import { compressLz4, compressSnappy } from './block-encoders.ts';

const gzipped = promisify(gzip);
const brotlied = promisify(brotliCompress);
const zstded = promisify(zstdCompress);

const CODECS: Readonly<Record<string, (bytes: Uint8Array) => Promise<Uint8Array> | Uint8Array>> = {
  UNCOMPRESSED: (bytes) => bytes,
  SNAPPY: compressSnappy,
  GZIP: (bytes) => gzipped(bytes),
  BROTLI: (bytes) => brotlied(bytes),
  ZSTD: (bytes) => zstded(bytes),
  LZ4_RAW: compressLz4,
  LZ4: hadoopLz4,
};

/** Whether pages of this codec can be written. */
export function canCompress(codec: string): boolean {
  return Object.hasOwn(CODECS, codec);
}

/** Bytes as a page of this codec has them. @throws where `canCompress` says no */
export async function compressPage(codec: string, bytes: Uint8Array): Promise<Uint8Array> {
  const compress = CODECS[codec];
  if (compress === undefined) throw new Error(`no codec ${codec}`);
  return compress(bytes);
}

/** One block with its expanded and its compressed size before it. */
function hadoopLz4(bytes: Uint8Array): Uint8Array {
  const block = compressLz4(bytes);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(bytes.length, 0);
  head.writeUInt32BE(block.length, 4);
  return Buffer.concat([head, block]);
}
