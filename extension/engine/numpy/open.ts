import { basename } from 'node:path';
import { LoupeError } from '../../rpc/failure.ts';
import { openDecompressed } from '../decompression/open.ts';
import type { ShardContext } from '../shards/shard.ts';
import { FileSource, type ByteSource } from '../shards/source.ts';
import { DeflatedMember } from './deflated-member.ts';
import { readArrayHeader } from './npy-header.ts';
import { NumpyArray } from './numpy-array.ts';
import { WindowSource } from './window-source.ts';
import { readZipDirectory, type ZipMember } from './zip-directory.ts';

/** Arrays of one file, which stays open. */
export interface OpenArrays {
  readonly path: string;
  readonly arrays: readonly NumpyArray[];
  bytesRead(): number;
  close(): Promise<void>;
}

/** A longer name of a member is cut. */
const MAX_NAME = 128;

/**
 * Opens an `.npy` file, or every array of an `.npz` file. Only headers are read; compressed arrays are decompressed
 * once into the capped cache.
 * @param name what the array of an `.npy` file is called
 * @throws LoupeError `not-found`, `no-permission`, `malformed`, `unsupported`, `encrypted`, `too-large`
 */
export async function openArrays(path: string, name: string, context: ShardContext): Promise<OpenArrays> {
  const source = await FileSource.open(path);
  const opened: ByteSource[] = [source];
  const close = async (): Promise<void> => {
    for (const each of opened.toReversed()) await each.close();
  };
  try {
    const head = await source.slice(0, 4);
    const zip = head.toString('latin1').startsWith('PK');
    const arrays = zip ? await openMembers(source, opened, context) : [new NumpyArray(name, await readArrayHeader(source, basename(path)), source)];
    return { path, arrays, bytesRead: () => source.bytesRead, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openMembers(source: FileSource, opened: ByteSource[], context: ShardContext): Promise<NumpyArray[]> {
  const members = await readZipDirectory(source);
  const arrays: NumpyArray[] = [];
  for (const member of members) {
    const words = `${basename(source.path)}: the array ${JSON.stringify(member.name.slice(0, MAX_NAME))}`;
    const inner = member.stored ? new WindowSource(source, member.start, member.length) : await decompress(source, member, words, context);
    opened.push(inner);
    arrays.push(new NumpyArray(member.name.replace(/\.npy$/, '').slice(0, MAX_NAME), await readArrayHeader(inner, words), inner));
  }
  if (arrays.length === 0) throw new LoupeError('malformed', `${basename(source.path)} holds no arrays.`, { path: source.path });
  return arrays;
}

async function decompress(source: FileSource, member: ZipMember, words: string, context: ShardContext): Promise<ByteSource> {
  const copy = await openDecompressed(new DeflatedMember(source, member), 'gzip', context, undefined, member.name);
  try {
    await copy.grown(Infinity, context.signal);
    if (copy.problem !== null) throw new LoupeError(copy.problem.code, `${words} cannot be decompressed: ${copy.problem.message}`, { path: source.path, cause: copy.problem });
    return copy;
  } catch (error) {
    await copy.close();
    throw error;
  }
}
