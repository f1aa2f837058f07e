import { DuckDBInstance, arrayValue, blobValue, listValue, structValue, timestampValue } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { createHash } from 'node:crypto';
import { Random } from './random.ts';
import { composeScene, drawScene } from './scene.ts';

const ROWS = 300;
const ROWS_PER_GROUP = 100;
const DIMENSION = 512;
const LICENSES = ['CC0-1.0', 'CC-BY-4.0', 'CC-BY-SA-4.0'];

/**
 * Writes `gallery.parquet`: pictures as a Hugging Face image struct, captions, scores, an embedding of 512
 * floats, nested metadata and 64-bit hashes, in three row groups.
 */
export async function writeGallery(file: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const tables: string[] = [];
    for (let start = 0; start < ROWS; start += ROWS_PER_GROUP) tables.push(await fillTable(connection, start));
    // One table a group: DuckDB closes a group only between the chunks that it is given.
    const union = tables.map((table) => `SELECT * FROM ${table}`).join(' UNION ALL ');
    const target = file.replaceAll("'", "''");
    await connection.run(
      `COPY (${union}) TO '${target}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROWS_PER_GROUP}, KV_METADATA {dataset: 'loupe samples', pictures: 'drawn by scripts/samples.ts'})`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function fillTable(connection: DuckDBConnection, start: number): Promise<string> {
  const table = `part_${start}`;
  await connection.run(`CREATE TABLE ${table} (
    uid VARCHAR, image STRUCT(bytes BLOB, path VARCHAR), caption VARCHAR, url VARCHAR, width INTEGER, height INTEGER,
    clip_score FLOAT, aesthetic_score DOUBLE, punsafe FLOAT, hash UBIGINT, added TIMESTAMP,
    metadata STRUCT(license VARCHAR, tags VARCHAR[], exif STRUCT(orientation TINYINT)), embedding FLOAT[${DIMENSION}])`);
  const appender = await connection.createAppender(table);
  for (let row = start; row < start + ROWS_PER_GROUP; row++) {
    for (const value of await galleryRow(row)) appender.appendValue(value);
    appender.endRow();
  }
  appender.closeSync();
  return table;
}

async function galleryRow(row: number): Promise<Parameters<Awaited<ReturnType<DuckDBConnection['createAppender']>>['appendValue']>[0][]> {
  const random = new Random(1_000 + row);
  const scene = composeScene(random);
  const picture = await drawScene(scene, row);
  const path = `${row.toString().padStart(9, '0')}.${picture.suffix}`;
  return [
    createHash('md5').update(picture.bytes).digest('hex'),
    structValue({ bytes: blobValue(picture.bytes), path }),
    row % 37 === 5 ? null : scene.caption,
    `https://pictures.example/${random.hex(6)}/${path}`,
    scene.width,
    scene.height,
    0.3 + random.normal() * 0.04,
    5.2 + random.normal() * 0.8,
    random.next() ** 6,
    random.bits64(),
    timestampValue(BigInt(Date.UTC(2024, 0, 1) + row * 5_400_000) * 1000n),
    structValue({
      license: random.pick(LICENSES),
      tags: listValue([...scene.tags]),
      exif: structValue({ orientation: picture.orientation }),
    }),
    arrayValue(unitVector(random)),
  ];
}

function unitVector(random: Random): number[] {
  const vector = Array.from({ length: DIMENSION }, () => random.normal());
  const norm = Math.hypot(...vector);
  return vector.map((x) => x / norm);
}
