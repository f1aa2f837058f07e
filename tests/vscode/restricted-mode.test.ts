import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { folderOf } from './support/files.ts';
import { launch, newContext, openFolder } from './support/windows.ts';

it('reads shards in a folder that the user does not trust', async () => {
  const browser = await launch();
  const context = await newContext(browser);
  const { folder, remove } = await folderOf({ '00000.tar': join(inject('samples'), '00000.tar') });
  const settings = { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' };
  const workbench = await openFolder(context, folder, settings);
  await expect.poll(() => workbench.statusBar()).toContain('Restricted Mode');
  await workbench.quickOpen('00000.tar');
  const shard = await workbench.shard();
  await shard.painted();
  await expect.poll(() => shard.text(shard.cell(0, 0))).toBe('000000000');
  await workbench.screenshot('restricted-mode');
  await browser.close();
  await remove();
});
