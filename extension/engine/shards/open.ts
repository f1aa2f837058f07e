import { basename } from 'node:path';
import type { ShardState } from '../../protocol/shards.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { detect, DETECTION_BYTES, suffixLie, type Detection } from './detect.ts';
import { openJsonLines } from './jsonl/open.ts';
import { openParquet } from './parquet/open.ts';
import type { Shard, ShardContext } from './shard.ts';
import { FileSource } from './source.ts';
import { openTar } from './webdataset/open.ts';

/**
 * Opens any shard. Magic bytes win over a lying suffix, and the state says so.
 * @throws LoupeError `not-found`, `no-permission`, `malformed`, `encrypted`, `unsupported`
 */
export async function openShard(path: string, context: ShardContext): Promise<Shard> {
  const found = detect(basename(path), await readHead(path));
  if ('refused' in found) {
    const empty = found.refused.startsWith('empty');
    throw new LoupeError(empty ? 'malformed' : 'unsupported', `${basename(path)} is ${found.refused}.`, { path });
  }
  return withSuffixNotice(await openFormat(path, found, context));
}

function openFormat(path: string, found: Detection, context: ShardContext): Promise<Shard> {
  switch (found.format) {
    case 'parquet':
      return openParquet(path, context);
    case 'tar':
      return openTar(path, found.compression, context);
    case 'lines':
    case 'array':
      return openJsonLines(path, { layout: found.format, compression: found.compression }, context);
  }
}

async function readHead(path: string): Promise<Buffer> {
  const source = await FileSource.open(path);
  try {
    return await source.slice(0, DETECTION_BYTES);
  } finally {
    await source.close();
  }
}

/** Adds the notice about the suffix to whatever the reader says. */
function withSuffixNotice(shard: Shard): Shard {
  const read = shard.state.bind(shard);
  shard.state = (): ShardState => {
    const state = read();
    const lie = state.format === 'set' ? null : suffixLie(basename(state.path), state.format);
    return lie === null ? state : { ...state, notices: [{ severity: 'warning', message: lie }, ...state.notices] };
  };
  return shard;
}
