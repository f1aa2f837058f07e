import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { mkdtempSync, openSync, readSync, closeSync, rmSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import type { Compression } from '../../extension/protocol/shards.ts';
import { FileSource, type ByteSource } from '../../extension/engine/shards/source.ts';
import { openDecompressed } from '../../extension/engine/decompression/open.ts';
import { openShard } from '../../extension/engine/shards/open.ts';
import { ArchiveIndex } from '../../extension/engine/shards/webdataset/archive-index.ts';
import { MemberReader } from '../../extension/engine/shards/webdataset/member-reader.ts';
import { ArchiveScan } from '../../extension/engine/shards/webdataset/scan.ts';
import { memberType } from '../../extension/engine/shards/webdataset/tar-header.ts';
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
  readonly bytes: number;
  readonly python_cut?: boolean;
  readonly python_error?: string;
  readonly python_tarfile: readonly OracleEntry[];
  readonly gnu_tar: { readonly exit: number; readonly n: number };
  readonly bsdtar: { readonly exit: number; readonly n: number };
}
