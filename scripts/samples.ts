import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { webDataset } from './samples/archives.ts';
import { annotation, documentLine } from './samples/documents.ts';
import { writeGallery } from './samples/gallery.ts';
import { cacheFolder } from './workspace.ts';

/** Where the samples lie; git ignores it. */
export const samplesFolder = join(cacheFolder, 'samples');

const DOCUMENTS = 600;
const DOCUMENTS_PER_PART = 200;
const ANNOTATIONS = 250;

/** The files that a first look opens, in order. */
export const samplesToOpen = ['gallery.parquet', 'documents.jsonl', '00000.tar'].map((name) => join(samplesFolder, name));

/** Makes the sample shards unless those of this version of the scripts are there already. */
export async function makeSamples(folder: string = samplesFolder): Promise<string> {
  const version = await scriptsVersion();
  // Beside the folder, which people look into.
  const marker = `${folder}.version`;
  if (existsSync(folder) && existsSync(marker) && (await readFile(marker, 'utf8')) === version) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeGallery(join(folder, 'gallery.parquet'));
  await writeDocuments(folder);
  const annotations = Array.from({ length: ANNOTATIONS }, (_, row) => annotation(row));
  await writeFile(join(folder, 'records.json'), `${JSON.stringify(annotations, null, 1)}\n`);
  await writeFile(join(folder, '00000.tar'), await webDataset(0, 120));
  await writeFile(join(folder, '00001.tar.gz'), gzipSync(await webDataset(120, 40)));
  await writeFile(marker, version);
  return folder;
}

async function writeDocuments(folder: string): Promise<void> {
  const parts: Buffer[] = [];
  for (let start = 0; start < DOCUMENTS; start += DOCUMENTS_PER_PART) {
    const lines = Array.from({ length: DOCUMENTS_PER_PART }, (_, i) => `${documentLine(start + i)}\n`);
    parts.push(Buffer.from(lines.join('')));
  }
  await writeFile(join(folder, 'documents.jsonl'), Buffer.concat(parts));
  // Several members and frames, as tools that append leave them.
  await writeFile(join(folder, 'documents.jsonl.gz'), Buffer.concat(parts.map((part) => gzipSync(part))));
  await writeFile(join(folder, 'documents.jsonl.zst'), Buffer.concat(parts.map((part) => zstdCompressSync(part))));
}

async function scriptsVersion(): Promise<string> {
  const folder = join(import.meta.dirname, 'samples');
  const files = [import.meta.filename, ...(await readdir(folder)).sort().map((name) => join(folder, name))];
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex');
}

if (import.meta.main) console.log(`Samples: ${await makeSamples()}`);
