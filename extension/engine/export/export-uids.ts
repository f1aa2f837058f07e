import { open } from 'node:fs/promises';
import type { DuckDBDataChunk } from '@duckdb/node-api';
import { LoupeError } from '../../rpc/failure.ts';
import { stream } from '../duckdb/session.ts';
import type { PartFiles } from '../writing/new-files.ts';
import { ChosenRows } from './chosen-rows.ts';
import type { ExportJob } from './job.ts';

/** Bytes of the header that NumPy writes for so short a description. */
const HEADER = 128;
/** Two numbers of 64 bits. */
const UID_BYTES = 16;

/**
 * Writes the uids of rows as DataComp lists a subset: a NumPy array of two uint64 a uid, high half first, sorted.
 * @returns how many
 * @throws LoupeError `unsupported` for an id that is not 32 hexadecimal digits; what the file system says
 */
export async function exportUids(job: ExportJob, files: PartFiles): Promise<number> {
  const { circumstances: { signal }, columns: [column], wish } = job;
  if (wish.fileSize !== undefined) throw new LoupeError('invalid-request', 'A list of uids is one file, sorted; it has no shards.');
  const chosen = await ChosenRows.of(job, column === undefined ? [] : [{ index: column.index, fields: [] }]);
  const file = await open(await files.next(), 'w');
  try {
    const total = await chosen.count(signal);
    let done = 0;
    const each = async (chunk: DuckDBDataChunk): Promise<'more'> => {
      const vector = chunk.getColumnVector(0);
      const bytes = Buffer.alloc(chunk.rowCount * UID_BYTES);
      for (let row = 0; row < chunk.rowCount; row++) writeUid(bytes, row * UID_BYTES, vector.getItem(row), column?.name ?? '');
      await file.write(bytes, 0, bytes.length, HEADER + done * UID_BYTES);
      done += chunk.rowCount;
      job.progress(done, total);
      return 'more';
    };
    // A UUID has dashes in its text.
    const uid = `lower(replace(${chosen.values[0]?.sql ?? 'NULL'}::VARCHAR, '-', ''))`;
    await chosen.run(() => stream(`${chosen.select(`${uid} AS uid`)} ORDER BY uid NULLS FIRST`, each, { signal }));
    await file.write(header(done), 0, HEADER, 0);
    return done;
  } finally {
    await file.close();
    await chosen.drop();
  }
}

/** Halves are little-endian, hexadecimal text is not. */
function writeUid(bytes: Buffer, at: number, uid: unknown, name: string): void {
  if (typeof uid !== 'string' || !/^[0-9a-f]{32}$/.test(uid)) {
    const words = typeof uid === 'string' ? `"${uid.slice(0, 64)}"` : 'a null';
    throw new LoupeError('unsupported', `The column ${name} holds ${words}, which is no uid of 32 hexadecimal digits.`);
  }
  bytes.write(uid, at, UID_BYTES, 'hex');
  bytes.subarray(at, at + UID_BYTES).swap64();
}

function header(rows: number): Buffer {
  const magic = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, HEADER - 10, 0]);
  const words = `{'descr': [('f0', '<u8'), ('f1', '<u8')], 'fortran_order': False, 'shape': (${rows},), }`;
  return Buffer.concat([magic, Buffer.from(`${words.padEnd(HEADER - magic.length - 1)}\n`)]);
}
