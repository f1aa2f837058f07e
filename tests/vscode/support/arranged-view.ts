import { expect } from 'vitest';
import type { ShardView } from './shard-view.ts';
import type { Workbench } from './workbench.ts';

/** Where the focus is put, far below the first screen. */
export const ROW = 249;

/** What a view looks like that a user has made their own. */
export interface Arrangement {
  readonly columns: readonly string[];
  /** Of the column `caption`, in CSS pixels. */
  readonly width: number;
}

/** Hides a column of the gallery, widens another, goes far down and opens the row there at the side. */
export async function arrange(workbench: Workbench, shard: ShardView): Promise<Arrangement> {
  await (await shard.named(0, 'uid')).click();
  await workbench.palette('Loupe: Hide Column');
  await expect.poll(() => shard.columnNames()).not.toContain('uid');
  const width = await widen(shard, 'caption', 90);
  await (await shard.named(0, 'caption')).click();
  await shard.goToRow(ROW);
  await (await shard.named(ROW, 'caption')).click();
  await workbench.page.keyboard.press('Enter');
  await expect.poll(() => shard.panel().innerText()).toContain(`Row ${ROW + 1}`);
  return { columns: await shard.columnNames(), width };
}

/** Drags the edge of a column's header. @returns the width then */
async function widen(shard: ShardView, name: string, by: number): Promise<number> {
  const header = shard.header(name);
  const box = await header.boundingBox();
  if (box === null) throw new Error(`The header of ${name} is not on screen`);
  const { mouse } = shard.page;
  await mouse.move(box.x + box.width - 2, box.y + box.height / 2);
  await mouse.down();
  await mouse.move(box.x + box.width + by, box.y + box.height / 2, { steps: 5 });
  await mouse.up();
  await expect.poll(() => widthOf(shard, name)).toBeGreaterThan(box.width + by * 0.6);
  return widthOf(shard, name);
}

/** Everything that `arrange` did is seen, and the keyboard goes on from the focused row. */
export async function expectArranged(shard: ShardView, { columns, width }: Arrangement): Promise<void> {
  await expect.poll(() => shard.panel().innerText()).toContain(`Row ${ROW + 1}`);
  expect(await shard.columnNames()).toEqual(columns);
  await expect.poll(async () => Math.abs((await widthOf(shard, 'caption')) - width)).toBeLessThan(3);
  await (await shard.named(ROW, 'caption')).and(shard.frame.locator('[tabindex="0"]')).waitFor();
  await shard.page.keyboard.press('ArrowUp');
  await expect.poll(() => shard.panel().innerText()).toMatch(new RegExp(`Row ${ROW}\\b`));
}

async function widthOf(shard: ShardView, name: string): Promise<number> {
  return (await shard.header(name).boundingBox())?.width ?? 0;
}

/** Waits until the window's storage holds the arrangement, and the editor it belongs to. */
export async function remembered(workbench: Workbench): Promise<void> {
  await expect.poll(() => workbench.remembers(`"focus":{"row":${ROW},"column":"caption"}`, '"panel":"row"')).toBe(true);
  await expect.poll(() => workbench.remembers('"viewType":"loupe.shard"')).toBe(true);
}
