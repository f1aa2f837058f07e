import { basename } from 'node:path';
import { LoupeError } from '../../../rpc/failure.ts';
import { FileSource, type ByteSource } from '../../shards/source.ts';
import { readArrayHeader } from './npy-header.ts';
import { NumpyArray } from './numpy-array.ts';
import { WindowSource } from './window-source.ts';
import { readZipDirectory, type ZipMember } from './zip-directory.ts';

/** Arrays of one file and the file itself, which stays open. */
export interface OpenArrays {
  readonly arrays: readonly NumpyArray[];
  readonly source: ByteSource;
}

/** A longer name of a member is cut. */
const MAX_NAME = 128;

/**
 * Opens an `.npy` file, or every array of an `.npz` file. Only headers are read.
 * @param name what the array of an `.npy` file is called
 * @throws LoupeError `not-found`, `no-permission`, `malformed`, `unsupported`, `encrypted`, `too-large`
 */
export async function openArrays(path: string, name: string): Promise<OpenArrays> {
  const source = await FileSource.open(path);
  try {
    const head = await source.slice(0, 4);
    const zip = head.toString('latin1').startsWith('PK');
    const arrays = zip ? await openMembers(source) : [new NumpyArray(name, await readArrayHeader(source, basename(path)), source)];
    return { arrays, source };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function openMembers(source: FileSource): Promise<NumpyArray[]> {
  const members = await readZipDirectory(source);
  const arrays: NumpyArray[] = [];
  for (const member of members) arrays.push(await openMember(source, member));
  if (arrays.length === 0) throw new LoupeError('malformed', `${basename(source.path)} holds no arrays.`, { path: source.path });
  return arrays;
}

async function openMember(source: FileSource, { name, stored, start, length }: ZipMember): Promise<NumpyArray> {
  const words = `${basename(source.path)}: the array ${JSON.stringify(name.slice(0, MAX_NAME))}`;
  if (!stored) {
    throw new LoupeError('unsupported', `${words} is compressed (numpy.savez_compressed), so that its rows cannot be read one by one; save it with numpy.savez.`, { path: source.path });
  }
  const inner = new WindowSource(source, start, length);
  const header = await readArrayHeader(inner, words);
  return new NumpyArray(name.replace(/\.npy$/, '').slice(0, MAX_NAME), header, inner);
}
