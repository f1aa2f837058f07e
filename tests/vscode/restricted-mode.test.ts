import { expect, it } from 'vitest';
import { browserForFile, openSamples } from './support/windows.ts';

const context = browserForFile();

it('reads shards in a folder that the user does not trust', async () => {
  const settings = { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' };
  const workbench = await openSamples(context(), ['00000.tar'], { settings });
  await expect.poll(() => workbench.statusBar()).toContain('Restricted Mode');
  const shard = await workbench.openShard('00000.tar');
  await expect.poll(() => shard.text(shard.cell(0, 0))).toBe('000000000');
  await workbench.screenshot('restricted-mode');
});
