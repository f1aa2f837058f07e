import { basename } from 'node:path';
import type { DurableFiles } from '../../durable/files.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { CompressedInput } from '../decompression/compressed-input.ts';
import { decodeGzip } from '../decompression/gzip.ts';
import { StreamFault } from '../decompression/stream-fault.ts';
import { decodeZstd } from '../decompression/zstd.ts';
import type { FileSource } from '../shards/source.ts';
import { Encoding } from './encoding.ts';
import { FileOutput } from './file-output.ts';
import type { Splices } from './splice.ts';
import { SplicedOutput } from './spliced-output.ts';
import type { Written } from './write-plain.ts';

/** What is compressed again, and how. */
export interface CompressedContent {
  readonly source: FileSource;
  readonly compression: 'gzip' | 'zstd';
  readonly splices: Splices;
}

/**
 * Writes a compressed file anew with splices in its decompressed bytes, as one stream and in constant memory.
 * @throws LoupeError `malformed` where the old stream has no sound end: nothing of it may be lost in silence
 */
export async function writeCompressed(files: DurableFiles, { source, compression, splices }: CompressedContent, temporary: string, signal: AbortSignal): Promise<Written> {
  const file = await files.open(temporary, 'create');
  const output = new FileOutput(file);
  const encoding = new Encoding(compression, (bytes) => output.write(bytes));
  const spliced = new SplicedOutput(splices, (bytes) => encoding.write(bytes));
  try {
    const decode = compression === 'gzip' ? decodeGzip : decodeZstd;
    await decode(new CompressedInput(source, signal), (bytes) => spliced.push(bytes), () => undefined);
    await spliced.end();
    await encoding.end();
    await output.end();
    return { file, bytesEncoded: spliced.put + spliced.kept, bytesCopied: 0 };
  } catch (error) {
    await file.close();
    throw error instanceof StreamFault ? unsound(error, source.path, compression) : error;
  } finally {
    encoding.close();
    await spliced.close();
  }
}

function unsound({ kind, byte }: StreamFault, path: string, compression: string): LoupeError {
  const why = { truncated: 'is cut off', trailing: 'is followed by other bytes', damaged: 'is damaged' }[kind];
  return new LoupeError('malformed', `${basename(path)} was not saved: its ${compression} stream ${why}, and what cannot be read would be lost.`, { path, place: `byte ${byte}` });
}
