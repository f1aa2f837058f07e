import { join } from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';
import { startServer } from '../../scripts/vscode/server.ts';
import { makeDataFolder } from '../../scripts/vscode/throwaway.ts';
import { arrange, expectArranged, remembered, ROW } from './support/arranged-view.ts';
import { folderOf } from './support/files.ts';
import { browserForFile, openFolder, openSamples } from './support/windows.ts';

const FILE = 'gallery.parquet';

const context = browserForFile();

it('looks as before when its tab was hidden and its page thrown away', async () => {
  const workbench = await openSamples(context(), [FILE, 'records.json']);
  const shard = await workbench.openShard(FILE, 'doubleClick');
  const arrangement = await arrange(workbench, shard);
  await workbench.quickOpen('records.json');
  await expect.poll(() => workbench.editorText()).toContain('"question"');
  await expect.poll(() => shard.frame.isDetached(), { message: 'The hidden page is gone' }).toBe(true);
  await workbench.tab(FILE).click();
  await expectArranged(await workbench.shardOf(FILE, ROW), arrangement);
  await workbench.screenshot('tab-hidden');
});

it('looks as before when the window is reloaded', async () => {
  const workbench = await openSamples(context(), [FILE]);
  const arrangement = await arrange(workbench, await workbench.openShard(FILE));
  await remembered(workbench);
  await workbench.page.reload();
  await workbench.settled();
  await expectArranged(await workbench.shardOf(FILE, ROW), arrangement);
  await workbench.screenshot('window-reloaded');
});

it('looks as before when VS Code was ended and started again', async () => {
  const { dataFolder, remove: removeData } = await makeDataFolder(inject('vsix'));
  onTestFinished(removeData);
  const { folder, remove } = await folderOf({ [FILE]: join(inject('samples'), FILE) });
  onTestFinished(remove);
  const first = await startServer(dataFolder);
  onTestFinished(() => first.stop());
  const before = await openFolder(context(), folder, { server: first });
  const arrangement = await arrange(before, await before.openShard(FILE));
  await remembered(before);
  await before.page.close();
  await first.stop();
  const second = await startServer(dataFolder, first);
  onTestFinished(() => second.stop());
  const after = await openFolder(context(), folder, { server: second });
  await expectArranged(await after.shardOf(FILE, ROW), arrangement);
  await after.screenshot('restarted');
});
