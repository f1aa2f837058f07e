import { expect, inject, it } from 'vitest';
import { enginesStartedFromNow } from './support/engine-processes.ts';
import { beginning, expectedParquet } from './support/expectations.ts';
import { browserForFile, openFiles, openSamples } from './support/windows.ts';

const context = browserForFile();

it('brings the view back after its engine was killed, and reads on', async () => {
  const expected = await expectedParquet(inject('samples'));
  const started = enginesStartedFromNow();
  const workbench = await openFiles(context(), { [expected.name]: expected.file });
  await (await workbench.openShard(expected.name)).click(0, 0);
  expect(started()).toHaveLength(1);
  const [engine] = started();
  process.kill(engine as number, 'SIGKILL');
  await expect.poll(() => started().filter((pid) => pid !== engine).length).toBe(1);
  const after = await workbench.shardOf(expected.name);
  await after.click(0, 0);
  await after.lastRow();
  const [name, text] = Object.entries(expected.texts.get(expected.rows - 1) ?? {})[1] ?? ['', ''];
  const cell = await after.named(expected.rows - 1, name);
  await expect.poll(() => after.text(cell)).toContain(beginning(text));
  await workbench.screenshot('engine-back');
});

it('leaves a file closed at which the engine was killed twice, opens the others, and this one when told to', async () => {
  const started = enginesStartedFromNow();
  const workbench = await openSamples(context(), ['gallery.parquet', '00000.tar']);
  await workbench.openShard('gallery.parquet', 'doubleClick');
  for (const crash of [1, 2]) {
    await expect.poll(started).toHaveLength(1);
    const [engine] = started();
    const shard = await workbench.shardOf('gallery.parquet');
    if (crash === 2) await expect.poll(() => shard.frame.locator('.notices').innerText()).toContain('started again');
    process.kill(engine as number, 'SIGKILL');
    await expect.poll(() => started().includes(engine as number)).toBe(false);
  }
  await expect.poll(async () => (await workbench.shard()).failure().innerText()).toMatch(/gallery\.parquet was open when .* ended twice/);
  await workbench.screenshot('quarantine');
  await workbench.openShard('00000.tar', 'doubleClick');
  await workbench.tab('gallery.parquet').click();
  await (await workbench.shard()).failure().waitFor();
  await (await workbench.shard()).failure().getByRole('button', { name: 'Try again' }).click();
  await workbench.shardOf('gallery.parquet');
});
