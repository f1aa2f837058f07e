import { DuckDBInstance } from '@duckdb/node-api';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { corpusFolder, readOracle, reportSkipped } from '../../conformance/corpus.ts';

/** A file to open and what its rows say by other readers than Loupe's. */
export interface ExpectedShard {
  readonly file: string;
  readonly name: string;
  readonly rows: number;
  /** Texts by row, then by column name; the first rows and the last one. */
  readonly texts: ReadonlyMap<number, Readonly<Record<string, string>>>;
}

/** A member of a tar archive read by tar-stream. */
export interface TarMember {
  readonly name: string;
  readonly bytes: Buffer;
}

interface ParquetOracle {
  readonly duckdb: { readonly rows: string; readonly columns: [string, string][]; readonly head: (string | null)[][] };
}

/** LAION rows of the corpus by its oracle, else the project's own gallery by DuckDB. */
export async function expectedParquet(samples: string): Promise<ExpectedShard> {
  const corpus = corpusFolder();
  if (corpus === null) {
    reportSkipped('vscode', 'the corpus files; the samples stand in for them');
    return parquetByDuckdb(join(samples, 'gallery.parquet'), ['caption', 'url', 'width', 'hash']);
  }
  const path = 'parquet/laion-img2dataset/test_files/test_1000.parquet';
  const last = await parquetByDuckdb(join(corpus, path), ['URL', 'TEXT', '__index_level_0__']);
  const oracle = readOracle<Record<string, ParquetOracle>>(corpus, 'parquet/oracle.json')[path]?.duckdb;
  if (oracle === undefined) throw new Error(`The oracle does not know ${path}`);
  const texts = new Map(last.texts);
  oracle.head.forEach((row, number) =>
    texts.set(number, Object.fromEntries(oracle.columns.map(([name], i) => [name, (row[i] ?? '').replace(/…\(\d+\)$/, '')]))),
  );
  return { ...last, rows: Number(oracle.rows), texts };
}

/** First and last row by DuckDB itself. */
async function parquetByDuckdb(file: string, columns: readonly string[]): Promise<ExpectedShard> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const source = `'${file.replaceAll("'", "''")}'`;
  const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${source}`);
  const rows = Number(counted.getRows()[0]?.[0]);
  const texts = new Map<number, Record<string, string>>();
  for (const row of [0, rows - 1]) {
    const list = columns.map((name) => `"${name}"::VARCHAR AS "${name}"`).join(', ');
    const read = await connection.runAndReadAll(`SELECT ${list} FROM ${source} LIMIT 1 OFFSET ${row}`);
    texts.set(row, Object.fromEntries(columns.map((name, i) => [name, String(read.getRows()[0]?.[i] ?? '')])));
  }
  connection.closeSync();
  instance.closeSync();
  return { file, name: basename(file), rows, texts };
}

/** Captions of the corpus, else the project's documents, parsed by JSON.parse. */
export async function expectedLines(samples: string): Promise<ExpectedShard> {
  const corpus = corpusFolder();
  const file = corpus === null ? join(samples, 'documents.jsonl') : join(corpus, 'captions/imageinwords/IIW-400/data.jsonl');
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  const texts = new Map<number, Record<string, string>>();
  for (const row of [0, 1, lines.length - 1]) texts.set(row, stringsOf(JSON.parse(lines[row] ?? '') as Record<string, unknown>));
  return { file, name: corpus === null ? 'documents.jsonl' : 'captions.jsonl', rows: lines.length, texts };
}

/** An img2dataset shard of the corpus, else the project's own, read by tar-stream. */
export async function expectedTar(samples: string): Promise<ExpectedShard & { readonly members: readonly TarMember[] }> {
  const corpus = corpusFolder();
  const file = corpus === null ? join(samples, '00000.tar') : join(corpus, 'webdataset/packed/00000.tar');
  const members = await readTar(file);
  const keys = [...new Set(members.map(({ name }) => name.replace(/\..*$/, '')))];
  const texts = new Map<number, Record<string, string>>();
  for (const row of [0, keys.length - 1]) {
    const text = members.find(({ name }) => name === `${keys[row] ?? ''}.txt`)?.bytes.toString('utf8') ?? '';
    texts.set(row, { txt: text });
  }
  return { file, name: '00000.tar', rows: keys.length, texts, members };
}

/** All members of a small archive, in order. */
export async function readTar(file: string): Promise<TarMember[]> {
  const members: TarMember[] = [];
  const unpack = extract();
  createReadStream(file).pipe(unpack);
  for await (const entry of unpack) members.push({ name: entry.header.name, bytes: await buffer(entry) });
  return members;
}

function stringsOf(record: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** What a grid cell must begin with: the value on one line, as far as the cell surely shows it. */
export function beginning(value: string): string {
  return value.replace(/\s+/g, ' ').trim().slice(0, 100).trim();
}
