import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { addSql, byDuckdb, chart, chips, counted, dragOver, rowNumbers, rowsShown } from './support/filtering.ts';
import { browserForFile, openSamples } from './support/windows.ts';

const context = browserForFile();

const gallery = (): string => join(inject('samples'), 'gallery.parquet');

it('filters by dragging over a histogram: the rows are those of a plain count, with their numbers in the table', async () => {
  const workbench = await openSamples(context(), ['gallery.parquet']);
  const shard = await workbench.openShard('gallery.parquet');
  await counted(shard, 'aesthetic_score');
  await dragOver(shard, await chart(shard, 'aesthetic_score'), 0.4, 0.8);
  await expect.poll(() => rowsShown(shard)).not.toBeNull();
  const [min, max] = ((await shard.frame.locator('.chip-main').getAttribute('title')) ?? '').split(' … ');
  const closed = (await chips(shard))[0]?.includes('<') === true ? '<' : '<=';
  const where = `WHERE aesthetic_score >= ${min ?? ''} AND aesthetic_score ${closed} ${max ?? ''}`;
  const rows = await byDuckdb(gallery(), 'n + 1', `${where} ORDER BY n`);
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.length).toBeLessThan(290);
  expect(await rowsShown(shard)).toBe(rows.length);
  await expect.poll(() => rowNumbers(shard, 8)).toEqual(rows.slice(0, 8).map(([number]) => number));
  await workbench.screenshot('filter-dragged');

  await shard.frame.locator('.grid-host').press('Control+Z');
  await expect.poll(() => chips(shard)).toEqual([]);
  await expect.poll(() => rowNumbers(shard, 3)).toEqual(['1', '2', '3']);
});

it('filters by keyboard alone: into the chart, over bars, and back', async () => {
  const workbench = await openSamples(context(), ['gallery.parquet']);
  const shard = await workbench.openShard('gallery.parquet');
  const { keyboard } = workbench.page;
  await counted(shard, 'width');
  await (await shard.named(0, 'width')).click();
  await keyboard.press('ArrowUp');
  await keyboard.press('F2');
  await shard.frame.locator('.header-chart:focus').waitFor();
  await keyboard.press('Shift+ArrowRight');
  await keyboard.press('Shift+ArrowRight');
  await keyboard.press('Enter');
  await expect.poll(() => chips(shard)).toHaveLength(1);
  await expect.poll(() => rowsShown(shard)).toBeLessThan(300);
  await keyboard.press('Delete');
  await expect.poll(() => chips(shard)).toEqual([]);
  await keyboard.press('Escape');
  await shard.frame.locator('thead th:focus').waitFor();
});

it('sorts by a click, and by a second key with Shift', async () => {
  const workbench = await openSamples(context(), ['gallery.parquet']);
  const shard = await workbench.openShard('gallery.parquet');
  const sort = async (name: string, modifiers: 'Shift'[] = []): Promise<void> => {
    await shard.header(name).hover();
    await shard.header(name).getByRole('button', { name: new RegExp(`^(Sort by ${name}|${name}:)`) }).click({ modifiers }); // prettier-ignore
  };
  await sort('width');
  await expect.poll(() => shard.header('width').getAttribute('aria-sort')).toBe('ascending');
  await sort('aesthetic_score', ['Shift']);
  await sort('aesthetic_score', ['Shift']);
  const want = await byDuckdb(gallery(), 'n + 1', 'ORDER BY width, aesthetic_score DESC, n LIMIT 8');
  await expect.poll(() => rowNumbers(shard, 8)).toEqual(want.map(([number]) => number));
  expect(await shard.header('aesthetic_score').getAttribute('aria-sort')).toBe('descending');
  await workbench.screenshot('sorted');
  await workbench.palette('Loupe: Clear Filters and Sorting');
  await expect.poll(() => shard.header('width').getAttribute('aria-sort')).toBe('none');
  await expect.poll(() => rowNumbers(shard, 2).then(([first, second]) => Number(second) - Number(first))).toBe(1);
});

it('shows where an SQL condition is wrong, keeps the rows, and takes the right one', async () => {
  const workbench = await openSamples(context(), ['gallery.parquet']);
  const shard = await workbench.openShard('gallery.parquet');
  await addSql(shard, 'width > 512 AND widht < 3');
  await shard.frame.locator('.chip.invalid').waitFor();
  expect(await shard.frame.locator('.filter-refusal').innerText()).toContain('widht');
  expect(await rowNumbers(shard, 3)).toEqual(['1', '2', '3']);
  await shard.frame.locator('.chip.invalid .chip-main').click();
  const editor = shard.frame.getByRole('dialog', { name: 'Edit filter' });
  expect(await editor.locator('.condition-problem em').innerText()).toBe('widht');
  await workbench.screenshot('sql-refused');
  await editor.locator('textarea').fill('width > 512');
  await editor.locator('textarea').press('Control+Enter');
  const rows = await byDuckdb(gallery(), 'n + 1', 'WHERE width > 512 ORDER BY n');
  await expect.poll(() => rowsShown(shard)).toBe(rows.length);
  await expect.poll(() => shard.frame.locator('.chip.invalid').count()).toBe(0);
  await expect.poll(() => rowNumbers(shard, 5)).toEqual(rows.slice(0, 5).map(([number]) => number));
  await addSql(shard, 'false');
  await shard.frame.getByText('No row passes the filter').waitFor();
  await workbench.screenshot('no-rows');
  await shard.frame.getByRole('button', { name: /^Remove “/ }).click();
  await expect.poll(() => rowsShown(shard)).toBe(rows.length);
});

it('has the filter, the order of columns and the row again after a reload', async () => {
  const workbench = await openSamples(context(), ['gallery.parquet']);
  const shard = await workbench.openShard('gallery.parquet');
  await addSql(shard, 'height > 450');
  const rows = await byDuckdb(gallery(), 'n + 1', 'WHERE height > 450 ORDER BY n');
  await expect.poll(() => rowsShown(shard)).toBe(rows.length);
  await (await shard.named(20, 'caption')).click();
  await workbench.palette('Loupe: Move Column to the Beginning');
  await expect.poll(async () => (await shard.columnNames())[0]).toBe('caption');
  await expect.poll(() => workbench.remembers('height > 450', '"order":["caption"]', '"focus":{"row":20')).toBe(true);
  await workbench.page.reload();
  await workbench.settled();
  const again = await workbench.shardOf('gallery.parquet', 20);
  expect(await chips(again)).toEqual(['SQL height > 450']);
  await expect.poll(() => rowsShown(again)).toBe(rows.length);
  expect((await again.columnNames())[0]).toBe('caption');
  const focused = again.frame.locator('tbody tr:has(> [tabindex="0"]) th[role="rowheader"]');
  await expect.poll(() => focused.innerText()).toBe(rows[20]?.[0]);
});

it('finds a text, marks it, goes from match to match, and shows only rows that match', async () => {
  const workbench = await openSamples(context(), ['gallery.parquet']);
  const shard = await workbench.openShard('gallery.parquet');
  const { keyboard } = workbench.page;
  const word = ((await byDuckdb(gallery(), 'caption', 'WHERE n = 200'))[0]?.[0] ?? '').split(' ').find((part) => part.length > 5) ?? '';
  const rows = await byDuckdb(gallery(), 'n', `WHERE contains(lower(caption), lower('${word}')) ORDER BY n`);
  await shard.click(0, 0);
  await keyboard.press('Control+F');
  await shard.frame.locator('.search-box vscode-text-field:focus-within').waitFor();
  await keyboard.type(word);
  await keyboard.press('Enter');
  const next = rows.map(([row]) => Number(row)).find((row) => row > 0) ?? 0;
  const current = shard.frame.locator('tbody tr:has(> [tabindex="0"])');
  await expect.poll(() => current.getAttribute('aria-rowindex')).toBe(String(next + 2));
  await expect.poll(() => current.locator('mark').first().innerText()).toMatch(new RegExp(`^${word}$`, 'i'));
  await keyboard.press('Shift+F3');
  await keyboard.press('F3');
  await shard.frame.getByRole('button', { name: 'Show only rows that match' }).click();
  await expect.poll(() => rowsShown(shard)).toBe(rows.length);
  await workbench.screenshot('searched');
});

it('draws a threshold whose counts are DuckDB’s, and shows the rows at the cut', async () => {
  const workbench = await openSamples(context(), ['gallery.parquet']);
  const shard = await workbench.openShard('gallery.parquet');
  await (await shard.named(0, 'aesthetic_score')).click();
  await workbench.palette('Loupe: Show Statistics');
  const panel = shard.panel();
  const plot = panel.locator('.chart-plot').first();
  await plot.waitFor();
  await dragOver(shard, panel.locator('.threshold-line'), 0.5, 10);
  const text = await panel.locator('.threshold-line').getAttribute('aria-valuetext');
  const kept = (await byDuckdb(gallery(), 'count(*)', `WHERE aesthetic_score >= ${text ?? ''}`))[0]?.[0];
  await expect.poll(() => panel.locator('.kept-dropped').innerText()).toContain(`${kept ?? ''} kept · ${300 - Number(kept)} dropped`);
  await expect.poll(() => rowsShown(shard)).toBe(Number(kept));
  await panel.getByRole('button', { name: 'Rows at the cut' }).click();
  const above = await byDuckdb(gallery(), 'n + 1', `WHERE aesthetic_score >= ${text ?? ''} ORDER BY aesthetic_score, n LIMIT 5`);
  await expect.poll(async () => (await panel.getByRole('list', { name: 'Just above' }).getByRole('button').all()).length).toBe(5);
  const titles = await panel.getByRole('list', { name: 'Just above' }).getByRole('button').evaluateAll((buttons) => buttons.map((button) => (button as HTMLElement).title)); // prettier-ignore
  expect(titles.toReversed()).toEqual(above.map(([number]) => `Go to row ${number ?? ''}`));
  await workbench.screenshot('threshold');
});
