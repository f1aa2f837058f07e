import { createWriteStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { WHOLE_LIMITS, type Value } from '../../../protocol/values.ts';
import { SHAPE_WRITERS, type CaptionedRow, type ReleasedShape } from '../../captions/released.ts';
import { acceptedText } from '../../captions/row-rounds.ts';
import { quoteText } from '../../duckdb/quote.ts';
import { query } from '../../duckdb/session.ts';
import { filesOf } from '../../open-shards.ts';
import { writeNewFiles } from '../../writing/new-files.ts';
import type { CaptionTask } from './arguments.ts';
import { eachRow, type RowWithRounds } from './each-row.ts';
import type { CaptionsWork } from './run.ts';

/** Columns that hold files and no fields of a caption. */
const FILE_KINDS = new Set(['image', 'bytes']);

/** The types of the Parquet file: what a list without items holds cannot be told from the lines. */
const PARQUET_COLUMNS =
  "{key: 'VARCHAR', caption: 'VARCHAR', alt_text: 'VARCHAR', rounds: 'STRUCT(round BIGINT, text VARCHAR, annotator VARCHAR, started VARCHAR, ended VARCHAR, seconds DOUBLE, flags VARCHAR[], lost_concepts STRUCT(concept VARCHAR, reason VARCHAR)[], base_sha256 VARCHAR, adjudicates VARCHAR[])[]'}";

/** Writes the captions in the shape of a release. */
export async function exportCaptions(work: CaptionsWork, { to, as, replace }: Extract<CaptionTask, { name: 'export' }>): Promise<void> {
  const { captions: { shard }, circumstances: { signal }, tell } = work;
  const { result } = await writeNewFiles({ path: resolve(to), replace, open: filesOf(shard) }, async (files) => {
    const part = await files.next();
    if (as !== 'parquet') return writeShape(work, as, part);
    const lines = `${part}.jsonl`;
    try {
      await writeFile(lines, '', { flag: 'wx' });
      const count = await writeShape(work, as, lines);
      await query(`COPY (SELECT * FROM read_json(${quoteText(lines)}, format = 'newline_delimited', columns = ${PARQUET_COLUMNS}, maximum_object_size = 33554432)) TO ${quoteText(part)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`, [], { signal });
      return count;
    } finally {
      await rm(lines, { force: true });
    }
  }, signal);
  tell(`${result} rows written`);
}

async function writeShape(work: CaptionsWork, shape: ReleasedShape, path: string): Promise<number> {
  const writer = SHAPE_WRITERS[shape];
  const file = createWriteStream(path);
  let [count, before] = [0, ''];
  try {
    await put(file, writer.open);
    for await (const rows of eachRow(work)) {
      for (const row of await withFields(work, rows)) {
        const text = writer.row(row);
        if (text === null) continue;
        await put(file, before + text);
        before = writer.between;
        count++;
      }
    }
    await put(file, count === 0 && writer.open === '' ? '' : writer.close);
    file.end();
    await once(file, 'close');
  } finally {
    file.destroy();
  }
  return count;
}

async function put(file: Writable, text: string): Promise<void> {
  if (!file.write(text)) await once(file, 'drain');
}

async function withFields({ captions: { shard, names }, circumstances: { signal } }: CaptionsWork, rows: readonly RowWithRounds[]): Promise<CaptionedRow[]> {
  const columns = shard.state().columns.filter(({ kind }) => !FILE_KINDS.has(kind));
  const values = await shard.readRows({ rows: rows.map(({ row }) => row), columns: columns.map(({ index }) => index), limits: WHOLE_LIMITS }, signal);
  return rows.map(({ row, rounds, altText }, at) => {
    const own = columns.map(({ name }, place): [string, Value] => [name, values[place]?.[at] ?? null]);
    // Of samples the fields of their JSON are those that releases have.
    const inner = own.flatMap(([name, value]) => (name === 'json' && typeof value === 'object' && value?.type === 'struct' ? value.entries : []));
    return { key: names.keyOf(row), text: acceptedText(rounds), altText, rounds, fields: new Map([...inner, ...own.filter(([name]) => name !== 'json')]) };
  });
}
