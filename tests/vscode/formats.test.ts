import { describe, expect, inject, it } from 'vitest';
import { beginning, expectedLines, expectedParquet, expectedTar, type ExpectedShard } from './support/expectations.ts';
import { folderOf } from './support/files.ts';
import type { ShardView } from './support/shard-view.ts';
import { browserForFile, openFolder } from './support/windows.ts';
import type { Workbench } from './support/workbench.ts';

const context = browserForFile();

/** Every column of a row that the expectation names, compared with what the grid shows. */
async function compareRow(shard: ShardView, expected: ExpectedShard, row: number): Promise<void> {
  for (const [name, text] of Object.entries(expected.texts.get(row) ?? {})) {
    const cell = await shard.named(row, name);
    await cell.scrollIntoViewIfNeeded();
    await expect.poll(() => shard.text(cell), { message: `row ${row}, ${name}` }).toContain(beginning(text));
  }
}

async function walkThrough(workbench: Workbench, expected: ExpectedShard): Promise<void> {
  const shard = await workbench.shard();
  await shard.painted();
  for (const row of expected.texts.keys()) if (row < expected.rows - 1) await compareRow(shard, expected, row);
  await shard.click(0, 0);
  await shard.lastRow();
  await shard.cell(expected.rows - 1, 0).waitFor();
  await compareRow(shard, expected, expected.rows - 1);
  await expect.poll(() => workbench.statusBar()).toContain(`${expected.rows.toLocaleString('en')} rows`);
}

describe('each format, first row to last, against other readers', () => {
  it('opens Parquet by keyboard', async () => {
    const expected = await expectedParquet(inject('samples'));
    const { folder, remove } = await folderOf({ [expected.name]: expected.file });
    const workbench = await openFolder(context(), folder);
    await workbench.quickOpen(expected.name);
    await walkThrough(workbench, expected);
    expect(await workbench.statusBar()).toMatch(/[\d.]+ [KMG]i?B.*read/);
    await workbench.screenshot('parquet-last-row');
    await workbench.page.close();
    await remove();
  });

  it('opens JSON Lines by the explorer’s menu', async () => {
    const expected = await expectedLines(inject('samples'));
    const { folder, remove } = await folderOf({ [expected.name]: expected.file });
    const workbench = await openFolder(context(), folder);
    await workbench.inExplorer(expected.name).click({ button: 'right' });
    await workbench.choose('Open in Loupe');
    await walkThrough(workbench, expected);
    await workbench.screenshot('jsonl-last-row');
    await workbench.page.close();
    await remove();
  });

  it('opens a WebDataset by double click', async () => {
    const expected = await expectedTar(inject('samples'));
    const { folder, remove } = await folderOf({ [expected.name]: expected.file });
    const workbench = await openFolder(context(), folder);
    await workbench.inExplorer(expected.name).dblclick();
    await walkThrough(workbench, expected);
    await workbench.screenshot('webdataset-last-row');
    await workbench.page.close();
    await remove();
  });

  it('opens the same lines compressed, with the same rows', async () => {
    const samples = inject('samples');
    const names = ['documents.jsonl.gz', 'documents.jsonl.zst'];
    const { folder, remove } = await folderOf(Object.fromEntries(names.map((name) => [name, `${samples}/${name}`])));
    const workbench = await openFolder(context(), folder);
    for (const name of names) {
      await workbench.inExplorer(name).click({ button: 'right' });
      await workbench.choose('Open in Loupe');
      await workbench.tab(name).waitFor();
      const shard = await workbench.shard();
      await shard.painted();
      await shard.click(0, 0);
      await shard.lastRow();
      const last = await shard.named(599, 'id');
      await expect.poll(() => shard.text(last)).toBe('crawl-2023-14/0000/en_head.json.gz/599');
    }
    await workbench.page.close();
    await remove();
  });
});
