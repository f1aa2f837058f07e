import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { corpusFolder, reportSkipped } from '../conformance/corpus.ts';
import { float32, npz, uidArray } from '../unit/sidecars/arrays.ts';
import { END, member } from '../unit/webdataset/archive.ts';
import { addSql, chips, rowNumbers, rowsShown, writeParquet } from './support/filtering.ts';
import { browserForFile, openFolder } from './support/windows.ts';

const context = browserForFile();

/** Shards of a set, and rows of each. */
const SHARDS = 3;
const ROWS = 40;
const rows = Array.from({ length: SHARDS * ROWS }, (_, row) => row);
const uid = (row: number): string => row.toString(16).padStart(32, '0');
/** Halves, quarters and so on, which every float holds exactly. */
const score = (row: number): number => ((row * 7) % 32) / 32;
const isBasic = (row: number): boolean => row % 3 === 0;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loupe-side-cars-'));
  await mkdir(join(folder, 'shards'));
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

/** A DataComp set: metadata with vectors' scores beside each shard, and a subset beside them all. */
async function writeSet(): Promise<void> {
  for (let shard = 0; shard < SHARDS; shard++) {
    const [first, end] = [shard * ROWS, (shard + 1) * ROWS];
    await writeParquet(join(folder, 'shards', `${shard}.parquet`), `SELECT lpad(to_hex(n), 32, '0') AS uid, 'caption ' || n AS text FROM range(${first}, ${end}) AS t(n)`);
    await writeFile(join(folder, 'shards', `${shard}.npz`), npz({ score: float32(rows.slice(first, end).map(score)) }));
  }
  await writeFile(join(folder, 'shards', 'basic.npy'), uidArray(rows.filter(isBasic).map(uid)));
}

it('joins what lies beside the shards of a set; columns are marked, filtered by, and there again after a reload', async () => {
  await writeSet();
  const workbench = await openFolder(context(), folder);
  await workbench.inExplorer('shards').click({ button: 'right' });
  await workbench.choose('Open Folder in Loupe as One Table');
  const shard = await workbench.shard();
  await shard.painted();
  await expect.poll(() => shard.columnNames()).toEqual(['shard', 'uid', 'text', 'score', 'basic']);
  const marks = (name: string): Promise<number> => shard.header(name).locator('.joined-mark').count();
  expect(await Promise.all(['uid', 'score', 'basic'].map(marks))).toEqual([0, 1, 1]);
  await expect.poll(() => shard.header('score').locator('.column-name').getAttribute('title')).toContain('From 0.npz and 2 files like it, joined by row number.\nEvery row has its partner.');
  await expect.poll(() => shard.header('basic').locator('.column-name').getAttribute('title')).toContain(`From basic.npy, joined by uid.\n${rows.filter((row) => !isBasic(row)).length} rows here have no partner there.`);
  await shard.click(0, 0);
  for (const row of [5, SHARDS * ROWS - 1]) {
    await shard.goToRow(row);
    await expect.poll(async () => Number(await shard.text(await shard.named(row, 'score')))).toBe(score(row));
    expect(await shard.text(await shard.named(row, 'basic'))).toBe(String(isBasic(row)));
    expect(await shard.text(await shard.named(row, 'text'))).toBe(`caption ${row}`);
  }
  await workbench.screenshot('side-cars-set');

  await addSql(shard, 'score >= 0.5 AND basic');
  const kept = rows.filter((row) => score(row) >= 0.5 && isBasic(row));
  await expect.poll(() => rowsShown(shard)).toBe(kept.length);
  await expect.poll(() => rowNumbers(shard, 5)).toEqual(kept.slice(0, 5).map((row) => String(row + 1)));
  await (await shard.named(2, 'score')).click();
  await workbench.palette('Loupe: Show Statistics');
  await expect.poll(() => shard.panel().locator('.origin-line').innerText()).toContain('joined by row number');
  await workbench.screenshot('side-cars-filtered');
  await expect.poll(() => workbench.remembers('score >= 0.5 AND basic', '"focus":{"row":2,"column":"score"}')).toBe(true);

  await workbench.page.reload();
  await workbench.settled();
  const again = await workbench.shard();
  await again.painted(2);
  await expect.poll(() => chips(again)).toEqual(['SQL score >= 0.5 AND basic']);
  await expect.poll(() => rowsShown(again)).toBe(kept.length);
  await expect.poll(async () => Number(await again.text(await again.named(2, 'score')))).toBe(score(kept[2] ?? -1));
});

it('joins a table to its archive by key, tells the rows without a partner on both sides, and refuses what does not fit', async () => {
  const keys = [3, 0, 2].map((n) => String(n).padStart(9, '0'));
  await writeFile(join(folder, '00000.tar'), Buffer.concat([...keys.map((key) => member(`${key}.txt`, `caption ${key}`)), END]));
  await writeParquet(join(folder, '00000.parquet'), "SELECT lpad(n::VARCHAR, 9, '0') AS key, 'http://x/' || n AS url FROM unnest([0, 1, 2]) AS t(n)");
  await writeFile(join(folder, '00000.npz'), npz({ score: float32([1, 2]) }));
  const workbench = await openFolder(context(), folder);
  const shard = await workbench.openShard('00000.tar');
  await expect.poll(() => shard.columnNames()).toEqual(['__key__', 'txt', 'url']);
  await expect.poll(async () => shard.text(await shard.named(1, 'url'))).toBe('http://x/0');
  expect(await shard.text(await shard.named(2, 'url'))).toBe('http://x/2');
  await expect.poll(() => shard.header('url').locator('.column-name').getAttribute('title')).toContain('joined by __key__ = key.\n1 row here has no partner there.\n1 row there has no partner here.');
  await expect.poll(() => shard.frame.locator('.notices').innerText()).toContain('00000.npz has 2 rows, 00000.tar has 3');
  await shard.togglePanel('Metadata');
  const table = shard.panel().getByRole('region', { name: 'Side-cars' });
  await expect.poll(() => table.innerText()).toMatch(/00000\.parquet\s+img2dataset table\s+__key__ = key\s+joined\s+1\s+1/);
  await workbench.screenshot('side-cars-archive');
});

it('shows the embeddings that lie beside the metadata of clip-retrieval', async () => {
  const corpus = corpusFolder();
  if (corpus === null) {
    reportSkipped('vscode', 'the output of clip-retrieval');
    return;
  }
  const workbench = await openFolder(context(), join(corpus, 'embeddings/clip-retrieval-output/embeddings'));
  await workbench.quickOpen('metadata_0.parquet');
  const shard = await workbench.shardOf('metadata_0.parquet');
  for (const name of ['img_emb', 'text_emb']) {
    await shard.header(name).scrollIntoViewIfNeeded();
    // CLIP's vectors have the norm 1, but for what is lost to half precision.
    await expect.poll(async () => shard.text(await shard.named(8, name))).toMatch(/^512\b.*(0\.99|1\.0)/);
    expect(await shard.header(name).locator('.joined-mark').count()).toBe(1);
  }
});
