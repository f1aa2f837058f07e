import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { corpusFolder, reportSkipped } from '../conformance/corpus.ts';
import { browserForFile, openFolder } from './support/windows.ts';
import type { Workbench } from './support/workbench.ts';

const context = browserForFile();
let folder: string;
let workbench: Workbench;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loupe-folder-'));
  await writeBadFiles(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

/** The names say nothing of what is wrong: only the refusal may. */
async function writeBadFiles(target: string): Promise<void> {
  const samples = inject('samples');
  const gallery = await readFile(join(samples, 'gallery.parquet'));
  const tar = await readFile(join(samples, '00000.tar'));
  const files: Record<string, Buffer> = {
    'hollow.parquet': Buffer.alloc(0),
    'half.parquet': gallery.subarray(0, gallery.length * 0.6),
    'noise.parquet': Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7919) & 255)),
    'locked.parquet': await encrypted(),
    'broken-off.tar': tar.subarray(0, tar.length * 0.5 + 100),
    'lies.parquet': await readFile(join(samples, 'documents.jsonl')),
    'gallery.parquet': gallery,
  };
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(target, name), bytes);
}

/** An encrypted file of the corpus; without it one that carries the magic bytes of an encrypted footer. */
async function encrypted(): Promise<Buffer> {
  const corpus = corpusFolder();
  if (corpus !== null) return readFile(join(corpus, 'parquet/parquet-testing/data/uniform_encryption.parquet.encrypted'));
  reportSkipped('vscode bad files', 'the encrypted file of the corpus; a made one stands in');
  const footer = Buffer.alloc(64, 7);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([Buffer.from('PARE'), footer, length, Buffer.from('PARE')]);
}

/** Opens a file and waits for the words that say what is wrong with it. */
async function failureOf(name: string): Promise<string> {
  await workbench.quickOpen(name);
  await workbench.tab(name).waitFor();
  let text = '';
  await expect
    .poll(async () => {
      text = await (await workbench.shard()).failure().innerText();
      return text;
    })
    .toContain(name);
  await workbench.screenshot(`bad-${name}`);
  return text;
}

it('says what is wrong with a bad file, shows what can be shown, and the window lives on', async () => {
  workbench = await openFolder(context(), folder);
  expect.soft(await failureOf('hollow.parquet')).toContain('is empty (0 bytes)');
  expect.soft(await failureOf('half.parquet')).toContain('is cut short');
  expect.soft(await failureOf('noise.parquet')).toContain('is not a Parquet file');
  expect.soft(await failureOf('locked.parquet')).toContain('is encrypted (its footer too)');

  await workbench.quickOpen('broken-off.tar');
  await workbench.tab('broken-off.tar').waitFor();
  await expect.poll(async () => (await workbench.shard()).frame.locator('.notices').innerText()).toContain('The archive is cut off at byte');
  const partial = await workbench.shard();
  await partial.painted();
  await expect.poll(() => partial.text(partial.cell(0, 0))).toBe('000000000');
  await workbench.screenshot('bad-broken-off.tar');

  await workbench.quickOpen('lies.parquet');
  await workbench.tab('lies.parquet').waitFor();
  await expect.poll(async () => (await workbench.shard()).frame.locator('.notices').innerText()).toContain('the bytes say JSON');
  const lies = await workbench.shard();
  await lies.painted();
  await expect.poll(async () => lies.text(await lies.named(0, 'id'))).toBe('crawl-2023-14/0000/en_head.json.gz/0');
  await workbench.screenshot('bad-lies.parquet');

  const good = await workbench.openShard('gallery.parquet');
  await expect.poll(() => good.columnNames()).toContain('caption');
});
