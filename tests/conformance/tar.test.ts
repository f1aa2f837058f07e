import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openDecompressed } from '../../extension/engine/decompression/open.ts';
import { openShard } from '../../extension/engine/shards/open.ts';
import { FileSource } from '../../extension/engine/shards/source.ts';
import { ArchiveIndex } from '../../extension/engine/shards/webdataset/archive-index.ts';
import { MemberReader, type MemberHeader } from '../../extension/engine/shards/webdataset/member-reader.ts';
import { ArchiveScan } from '../../extension/engine/shards/webdataset/scan.ts';
import { memberType } from '../../extension/engine/shards/webdataset/tar-header.ts';
import { GRID_LIMITS } from '../../extension/protocol/values.ts';
import { LoupeError } from '../../extension/rpc/failure.ts';
import { corpusFolder, readOracle, reportSkipped } from './corpus.ts';

interface OracleEntry {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly data_offset: number;
  readonly sha256?: string;
  readonly link?: string;
}

interface ArchiveOracle {
  /** The list of entries was cut by the oracle's script. */
  readonly python_cut?: boolean;
  readonly python_error?: string;
  readonly python_tarfile: readonly OracleEntry[];
  readonly gnu_tar: { readonly exit: number; readonly n: number };
  readonly bsdtar: { readonly exit: number; readonly n: number };
}

/** Where tarfile is not the law: `FILE FIELD` with both values and the cause. */
const EXCEPTIONS: Readonly<Record<string, { readonly ours: readonly (string | number)[]; readonly tarfile: readonly (string | number)[]; readonly cause: string }>> = {
  'tar/golang/gnu-incremental.tar name': {
    ours: ['test2/', 'test2/foo'],
    tarfile: ['12574544345/test2/', '12574544345/test2/foo'],
    cause: 'tarfile takes the access time of a GNU header for a ustar prefix; GNU tar, bsdtar and Go do not',
  },
  'tar/golang/gnu-multi-hdrs.tar name': {
    ours: ['GNU2/GNU2/long-path-name'],
    tarfile: ['GNU1/GNU1/long-path-name'],
    cause: 'of several long-name headers the last one counts in GNU tar and Go, the first one in tarfile',
  },
  'tar/golang/gnu-multi-hdrs.tar link': { ours: ['GNU4/GNU4/long-linkpath-name'], tarfile: ['GNU3/GNU3/long-linkpath-name'], cause: 'as above' },
  'tar/golang/pax-multi-hdrs.tar name': {
    ours: ['PAX2/PAX2/long-path-name'],
    tarfile: ['PAX1/PAX1/long-path-name'],
    cause: 'of several pax headers the last word on a key counts in GNU tar and Go, the first one in tarfile',
  },
  'tar/golang/pax-multi-hdrs.tar link': { ours: ['PAX4/PAX4/long-linkpath-name'], tarfile: ['PAX3/PAX3/long-linkpath-name'], cause: 'as above' },
  'tar/golang/pax-nil-sparse-data.tar size': {
    ours: [1000],
    tarfile: [1512],
    cause: 'tarfile ignores GNU.sparse.realsize where GNU.sparse.name is absent; the suite (Go) says 1000',
  },
  'tar/golang/pax-nil-sparse-data.tar sha256': { ours: ['ab6c5f3237f551d2'], tarfile: ['c3486a8055e49bd5'], cause: 'as above; ours is that of its GNU twin, gnu-nil-sparse-data.tar' },
  'tar/golang/pax-sparse-big.tar size': { ours: [60_000_000_000], tarfile: [3584], cause: 'as above; the suite (Go) says 60000000000' },
  'tar/golang/pax-sparse-big.tar sha256': { ours: ['not read'], tarfile: ['6cf1b57d59e7111b'], cause: 'as above; 60 GB of zeros are not read' },
  'tar/libarchive/test_compat_tar_hardlink_1.tar size': { ours: [0], tarfile: [321], cause: 'the declared size of a hard link, which has no bytes in the archive: the next header follows at once' },
};

/** Suffixes of compressions that Loupe does not read. */
const UNSUPPORTED = /\.(Z|bz2|xz)$/;
/** Sparse members above this are not read whole. */
const MAX_HASHED = 64 * 1024 * 1024;

const TYPES: Readonly<Record<string, string>> = {
  file: 'file',
  dir: 'directory',
  symlink: 'symbolic link',
  hardlink: 'hard link',
  'gnu-sparse': 'sparse file',
  contiguous: 'contiguous file',
  blk: 'block device',
  chr: 'character device',
  fifo: 'fifo',
  "b'D'": 'directory list',
  "b'V'": 'volume label',
  "b'A'": 'type A',
};

const corpus = corpusFolder();
const oracle = corpus === null ? {} : readOracle<Record<string, ArchiveOracle>>(corpus, 'tar/oracle.json');
const cacheFolder = mkdtempSync(join(tmpdir(), 'loupe-tar-'));
const { signal } = new AbortController();
const context = { cacheFolder, cacheBytes: 1024 ** 3, changed: () => undefined, signal };
const used = new Set<string>();
let values = 0;
let archives = 0;

afterAll(() => {
  rmSync(cacheFolder, { recursive: true, force: true });
  if (corpus === null) reportSkipped('tar', 'every archive of tar/oracle.json');
  else console.log(`tar: ${archives} archives, ${values} values compared with tarfile, ${used.size} exceptions`);
});

function compressionOf(path: string): 'none' | 'gzip' | 'zstd' {
  const head = Buffer.alloc(4);
  const file = openSync(path, 'r');
  readSync(file, head, 0, 4, 0);
  closeSync(file);
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  return head.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'none';
}

async function openArchive(path: string) {
  const file = await FileSource.open(path);
  const compression = compressionOf(path);
  const source = compression === 'none' ? file : await openDecompressed(file, compression, context);
  const index = new ArchiveIndex();
  await new ArchiveScan(source, index, signal).run();
  index.finish();
  const reader = new MemberReader(source, index);
  const headers = await reader.headers(
    Array.from({ length: index.members.length }, (_, member) => member),
    signal,
  );
  return { source, index, reader, headers };
}

/** Python shows what is no UTF-8 as U+FFFD where we show Latin-1: there the rest of the name is compared. */
function comparable(name: string, expected: string): string {
  return expected.includes('\ufffd') ? name.replace(/[^\0-\x7f]/g, '') : name;
}

async function ourValues(header: MemberHeader, expected: OracleEntry, member: number, reader: MemberReader): Promise<[field: string, ours: string | number, theirs: string | number][]> {
  const { entry } = header;
  const name = entry.flag === '5' ? entry.name.replace(/\/+$/, '') : entry.name;
  const pairs: [string, string | number, string | number][] = [
    ['name', comparable(name, expected.name), comparable(expected.name, expected.name)],
    ['type', memberType(entry.flag), TYPES[expected.type] ?? expected.type],
    ['data_offset', entry.dataOffset, expected.data_offset],
  ];
  // tarfile tells the declared size of a directory, which has no bytes.
  if (expected.type !== 'dir') pairs.push(['size', entry.size, expected.size]);
  if (expected.link !== undefined) pairs.push(['link', entry.link, expected.link]);
  if (expected.sha256 !== undefined) {
    const [content] = entry.size > MAX_HASHED ? [] : await reader.read([{ member, bytes: entry.size }], signal);
    const bytes = content !== undefined && 'bytes' in content ? content.bytes : null;
    pairs.push(['sha256', bytes === null ? 'not read' : createHash('sha256').update(bytes).digest('hex').slice(0, 16), expected.sha256]);
  }
  return pairs;
}

describe.skipIf(corpus === null)('every entry that tarfile lists', () => {
  for (const [file, expected] of Object.entries(oracle)) {
    if (UNSUPPORTED.test(file) || expected.python_tarfile.length === 0) continue;
    test(file, { timeout: 5_000 }, async () => {
      const { source, headers, reader } = await openArchive(join(corpus ?? '', file));
      const ours: Record<string, (string | number)[]> = {};
      const theirs: Record<string, (string | number)[]> = {};
      for (const [member, entry] of expected.python_tarfile.entries()) {
        const header = headers[member];
        expect(header, `entry ${member}: ${entry.name}`).toBeDefined();
        for (const [field, own, oracleValue] of await ourValues(header!, entry, member, reader)) {
          values++;
          if (own === oracleValue) continue;
          const exception = EXCEPTIONS[`${file} ${field}`];
          if (exception !== undefined) used.add(`${file} ${field}`);
          (ours[field] ??= []).push(own);
          (theirs[field] ??= []).push(oracleValue);
        }
      }
      for (const field of Object.keys(ours)) {
        const exception = EXCEPTIONS[`${file} ${field}`];
        expect(ours[field], `${field}, tarfile says ${JSON.stringify(theirs[field]).slice(0, 400)}`).toEqual(exception?.ours);
        expect(theirs[field]).toEqual(exception?.tarfile);
      }
      if (expected.python_cut !== true) expect(headers).toHaveLength(expected.python_tarfile.length);
      archives++;
      await source.close();
    });
  }

  test('no exception is idle', () => {
    expect([...used].toSorted()).toEqual(Object.keys(EXCEPTIONS).toSorted());
  });
});

describe.skipIf(corpus === null)('archives that tarfile cannot read', () => {
  const others = Object.entries(oracle).filter(([file, expected]) => expected.python_tarfile.length === 0 && !UNSUPPORTED.test(file));

  test.for(others)('%s opens with the members that GNU tar or bsdtar list, or is refused in words', { timeout: 5_000 }, async ([file, expected]) => {
    archives++;
    try {
      const shard = await openShard(join(corpus ?? '', file), context);
      await shard.settled();
      const { columns, rows } = shard.state();
      const read = await shard.read({ start: 0, end: rows, columns: columns.map(({ index }) => index), limits: GRID_LIMITS }, signal);
      expect(read).toHaveLength(columns.length);
      const listed = (await shard.metadata(signal)).tables.find(({ title }) => title === 'Members');
      expect([expected.gnu_tar.n, expected.bsdtar.n]).toContain(listed?.total);
      await shard.close();
    } catch (error) {
      expect(error).toBeInstanceOf(LoupeError);
      expect(['malformed', 'unsupported']).toContain((error as LoupeError).code);
      expect((error as LoupeError).message).toContain(file.split('/').at(-1));
      expect(Math.min(expected.gnu_tar.n, expected.bsdtar.n), (error as LoupeError).message).toBe(0);
    }
  });

  const foreign = Object.keys(oracle).filter((file) => UNSUPPORTED.test(file));
  test.for(foreign)('%s is refused as unsupported', { timeout: 5_000 }, async (file) => {
    archives++;
    await expect(openShard(join(corpus ?? '', file), context)).rejects.toMatchObject({ code: 'unsupported' });
  });
});
