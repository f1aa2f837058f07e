import { describe, expect, inject, it } from 'vitest';
import { beginning, expectedLines, expectedParquet, expectedTar, type ExpectedShard } from './support/expectations.ts';
import type { ShardView } from './support/shard-view.ts';
import { browserForFile, openFiles, openSamples } from './support/windows.ts';
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

async function walkThrough(workbench: Workbench, shard: ShardView, expected: ExpectedShard): Promise<void> {
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
    const workbench = await openFiles(context(), { [expected.name]: expected.file });
    await walkThrough(workbench, await workbench.openShard(expected.name), expected);
    expect(await workbench.statusBar()).toMatch(/[\d.]+ [KMG]i?B.*read/);
    await workbench.screenshot('parquet-last-row');
  });

  it('opens JSON Lines by the explorer’s menu', async () => {
    const expected = await expectedLines(inject('samples'));
    const workbench = await openFiles(context(), { [expected.name]: expected.file });
    await walkThrough(workbench, await workbench.openShard(expected.name, 'openInLoupe'), expected);
    await workbench.screenshot('jsonl-last-row');
  });

  it('opens a WebDataset by double click', async () => {
    const expected = await expectedTar(inject('samples'));
    const workbench = await openFiles(context(), { [expected.name]: expected.file });
    await walkThrough(workbench, await workbench.openShard(expected.name, 'doubleClick'), expected);
    await workbench.screenshot('webdataset-last-row');
  });

  it('opens the same lines compressed, with the same rows', async () => {
    const names = ['documents.jsonl.gz', 'documents.jsonl.zst'];
    const workbench = await openSamples(context(), names);
    for (const name of names) {
      const shard = await workbench.openShard(name, 'openInLoupe');
      await shard.click(0, 0);
      await shard.lastRow();
      const last = await shard.named(599, 'id');
      await expect.poll(() => shard.text(last)).toBe('crawl-2023-14/0000/en_head.json.gz/599');
    }
  });
});
