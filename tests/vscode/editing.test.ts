import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { duckdbTable } from '../support/parquet-readers.ts';
import { writeParquet } from '../support/parquet-files.ts';
import { folderOf } from './support/files.ts';
import type { ShardView } from './support/shard-view.ts';
import { browserForFile, openFolder } from './support/windows.ts';
import type { Workbench } from './support/workbench.ts';

const context = browserForFile();

const LINES = '{"id": 12345678901234567890, "caption": "a cat", "score": 0.50, "kept": true}\r\n{"id": 2,  "caption": "a dog", "score": 1e3, "kept": false}\r\n{"id": 3, "caption": null}';

async function openEdited(name: string, write: (path: string) => Promise<void>): Promise<{ workbench: Workbench; shard: ShardView; path: string }> {
  const { folder, remove } = await folderOf({});
  onTestFinished(remove);
  const path = join(folder, name);
  await write(path);
  // Saved when the test says so.
  const workbench = await openFolder(context(), folder, { settings: { 'files.autoSave': 'off' } });
  return { workbench, shard: await workbench.openShard(name, 'openInLoupe'), path };
}

/** Types over a cell and confirms with Enter. */
async function type(shard: ShardView, row: number, column: string, text: string, how: 'F2' | 'double click' = 'F2'): Promise<void> {
  const cell = await shard.named(row, column);
  await cell.click();
  if (how === 'F2') await shard.page.keyboard.press('F2');
  else await cell.dblclick();
  const box = shard.frame.locator('.value-form textarea');
  await box.waitFor();
  await expect.poll(() => box.evaluate((element) => element === document.activeElement)).toBe(true);
  await shard.page.keyboard.press('Control+A');
  await shard.page.keyboard.type(text);
  await shard.page.keyboard.press('Enter');
}

const editor = (shard: ShardView) => shard.frame.locator('.value-form');

async function shows(shard: ShardView, row: number, column: string, text: string): Promise<void> {
  await expect.poll(async () => shard.text(await shard.named(row, column)), { message: `${column} of row ${row}` }).toBe(text);
}

async function dirty(workbench: Workbench, name: string, wanted: boolean): Promise<void> {
  await expect.poll(() => workbench.tab(name).evaluate((tab) => tab.classList.contains('dirty'))).toBe(wanted);
}

it('edits JSON Lines by keyboard, undoes, redoes and saves, and nothing else in the file changes', async () => {
  const { workbench, shard, path } = await openEdited('captions.jsonl', (file) => writeFile(file, LINES));
  await type(shard, 0, 'caption', 'an old cat');
  await shows(shard, 0, 'caption', 'an old cat');
  await expect.poll(() => shard.frame.locator('.cell.edited').count()).toBe(1);
  await dirty(workbench, 'captions.jsonl', true);
  await type(shard, 1, 'score', '7', 'double click');
  await shows(shard, 1, 'score', '7');
  await workbench.screenshot('edited-cells');
  expect(readFileSync(path, 'utf8')).toBe(LINES);

  await shard.page.keyboard.press('Control+Z');
  await shows(shard, 1, 'score', '1e3');
  await shard.page.keyboard.press('Control+Y');
  await shows(shard, 1, 'score', '7');
  await shard.page.keyboard.press('Control+Z');
  await shows(shard, 1, 'score', '1e3');

  await shard.page.keyboard.press('Control+S');
  await expect.poll(() => readFileSync(path, 'utf8')).toBe(LINES.replace('a cat', 'an old cat'));
  await dirty(workbench, 'captions.jsonl', false);
  await expect.poll(() => shard.frame.locator('.cell.edited').count()).toBe(0);
  await shows(shard, 0, 'caption', 'an old cat');
  expect(await workbench.page.locator('.notification-toast').allInnerTexts()).toEqual([]);

  // Undo goes on behind the save.
  await (await shard.named(0, 'caption')).click();
  await shard.page.keyboard.press('Control+Z');
  await shows(shard, 0, 'caption', 'a cat');
  await dirty(workbench, 'captions.jsonl', true);
  await shard.page.keyboard.press('Control+S');
  await expect.poll(() => readFileSync(path, 'utf8')).toBe(LINES);
});

it('says where it is typed what a cell does not take, and tells null from an empty text', async () => {
  const { workbench, shard, path } = await openEdited('kinds.jsonl', (file) => writeFile(file, LINES));
  await type(shard, 0, 'score', 'many');
  await editor(shard).getByRole('alert').getByText('It takes a number').waitFor();
  await workbench.screenshot('edit-refused');
  await shard.page.keyboard.press('Escape');
  await shows(shard, 0, 'score', '0.50');
  await type(shard, 0, 'caption', ' ');
  await type(shard, 1, 'caption', 'x');
  await shows(shard, 1, 'caption', 'x');
  await (await shard.named(1, 'caption')).click();
  await shard.page.keyboard.press('F2');
  await editor(shard).getByRole('checkbox').click();
  await editor(shard).locator('textarea').focus();
  await shard.page.keyboard.press('Enter');
  await shows(shard, 1, 'caption', 'null');
  await shard.page.keyboard.press('Control+S');
  await expect.poll(() => readFileSync(path, 'utf8')).toBe(LINES.replace('"a cat"', '" "').replace('"a dog"', 'null'));
});

it('edits Parquet, and refuses what its column does not take', async () => {
  const name = 'scores.parquet';
  const { workbench, shard, path } = await openEdited(name, (file) => writeParquet(file, `SELECT range::TINYINT AS small, 'caption ' || range AS caption, 'x'::BLOB AS bytes FROM range(100)`, 'COMPRESSION zstd'));
  const before = await duckdbTable(path);
  await type(shard, 3, 'small', '1000');
  await editor(shard).getByRole('alert').getByText('whole numbers from -128 to 127').waitFor();
  await shard.page.keyboard.press('Control+A');
  await shard.page.keyboard.type('-5');
  await shard.page.keyboard.press('Enter');
  await shows(shard, 3, 'small', '-5');
  await (await shard.named(3, 'bytes')).click();
  await shard.page.keyboard.press('F2');
  await shard.frame.getByText('bytes is not edited. Its values are bytes, not text.').first().waitFor({ state: 'attached' });
  expect(await editor(shard).count()).toBe(0);
  await type(shard, 4, 'caption', 'another, é');
  await shows(shard, 4, 'caption', 'another, é');
  await dirty(workbench, name, true);
  await shard.page.keyboard.press('Control+S');
  await dirty(workbench, name, false);
  const after = await duckdbTable(path);
  expect(after.get('0 small')?.slice(0, 5)).toEqual(['0', '1', '2', '-5', '4']);
  expect(after.get('1 caption')).toEqual(before.get('1 caption')?.map((text, row) => (row === 4 ? 'another, é' : text)));
});

it('edits in the row at the side: texts, numbers inside objects, and objects as JSON', async () => {
  const line = '{"caption": "a cat\\non a mat", "meta": {"id": 12345678901234567890, "tags": ["a", "b"]}}\n';
  const { workbench, shard, path } = await openEdited('row.jsonl', (file) => writeFile(file, line));
  await (await shard.named(0, 'caption')).click();
  await shard.page.keyboard.press('Enter');
  const write = async (name: string, typed: string): Promise<void> => {
    await shard.line(name).hover();
    await shard.line(name).getByRole('button', { name: 'Edit', exact: true }).click();
    await editor(shard).locator('textarea').fill(typed);
  };
  await write('caption', 'a dog\non a log');
  await workbench.screenshot('edit-in-row');
  await shard.page.keyboard.press('Enter');
  await shard.line('caption').getByText('a dog').waitFor();
  await write('meta', '{"id": 1');
  await shard.page.keyboard.press('Enter');
  await editor(shard).getByRole('alert').getByText('It takes JSON').waitFor();
  await editor(shard).locator('textarea').fill('{"id": 98765432109876543210, "tags": ["a", "b"]}');
  await shard.page.keyboard.press('Enter');
  await shard.line('meta').click();
  await shard.line('meta').focus();
  await shard.page.keyboard.press('ArrowRight');
  await write('id', '7');
  await shard.page.keyboard.press('Enter');
  await shard.line('id').getByText('7', { exact: true }).waitFor();
  await expect.poll(() => editor(shard).count()).toBe(0);
  await shard.page.keyboard.press('Control+S');
  await expect.poll(() => readFileSync(path, 'utf8')).toBe('{"caption": "a dog\\non a log", "meta": {"id": 7, "tags": ["a", "b"]}}\n');
});

it('replaces in many rows at once by keyboard, lists the edits, takes one back, and saves the others', async () => {
  const lines = Array.from({ length: 300 }, (_, i) => `{"id": ${i}, "caption": "a ${i % 3 === 0 ? 'cat' : 'dog'} number ${i}"}\n`);
  const { workbench, shard, path } = await openEdited('many.jsonl', (file) => writeFile(file, lines.join('')));
  const { keyboard } = shard.page;
  await (await shard.named(0, 'caption')).click();
  await keyboard.press('Control+H');
  const panel = shard.frame.locator('.edit-panel');
  await panel.getByLabel('Find').waitFor();
  await expect.poll(() => panel.getByLabel('Find').evaluate((element) => element === document.activeElement)).toBe(true);
  await keyboard.type('a cat number (');
  await panel.getByRole('status').getByText('No row changes').waitFor();
  await panel.getByText('Regular expression').click();
  await panel.getByRole('alert').getByText('Unterminated group').waitFor();
  await panel.getByLabel('Find').focus();
  await keyboard.press('End');
  await keyboard.type('\\d+)$');
  await keyboard.press('Tab');
  await keyboard.type('cat $1');
  await panel.getByRole('status').getByText('100 rows change.').waitFor();
  await expect.poll(() => panel.locator('.edit-list li').count()).toBe(20);
  await workbench.screenshot('bulk-replace');
  await keyboard.press('Control+Enter');
  await shows(shard, 3, 'caption', 'cat 3');
  await shows(shard, 4, 'caption', 'a dog number 4');
  await dirty(workbench, 'many.jsonl', true);

  await workbench.palette('Loupe: Show Unsaved Edits');
  await panel.getByText('100 cells edited').waitFor();
  await panel.getByRole('button', { name: 'Row 4, caption', exact: true }).click();
  await expect.poll(() => shard.frame.locator('tbody td[tabindex="0"]').innerText()).toBe('cat 3');
  await panel.getByRole('button', { name: 'Revert Row 4, caption', exact: true }).click();
  await shows(shard, 3, 'caption', 'a cat number 3');
  await panel.getByText('99 cells edited').waitFor();
  await panel.getByText('Show only edited rows').click();
  await expect.poll(() => shard.frame.locator('.cell.edited').count()).toBeGreaterThan(5);
  await shows(shard, 1, 'caption', 'cat 6');
  await workbench.screenshot('list-of-edits');

  await keyboard.press('Control+S');
  const replaced = lines.map((line, i) => (i % 3 === 0 && i !== 3 ? line.replace(/a cat number/, 'cat') : line)).join('');
  await expect.poll(() => readFileSync(path, 'utf8')).toBe(replaced);
  await dirty(workbench, 'many.jsonl', false);
  await shard.frame.getByText('Nothing is edited.').waitFor();
});

it('edits a set of shards: unsaved edits are back when the window is reloaded, and each is saved in its own file', async () => {
  const { folder, remove } = await folderOf({});
  onTestFinished(remove);
  const path = (name: string): string => join(folder, 'shards', name);
  await mkdir(join(folder, 'shards'));
  await writeFile(path('a.jsonl'), LINES);
  await writeFile(path('b.jsonl'), LINES);
  const tab = 'shards (2 shards)';
  const workbench = await openFolder(context(), folder, { settings: { 'files.autoSave': 'off' } });
  await workbench.inExplorer('shards').click({ button: 'right' });
  await workbench.choose('Open Folder in Loupe as One Table');
  const before = await workbench.shard();
  await before.painted();
  await type(before, 0, 'caption', 'an old cat');
  await type(before, 4, 'caption', 'an old dog');
  await shows(before, 4, 'caption', 'an old dog');
  await dirty(workbench, tab, true);
  await workbench.page.reload();
  await workbench.settled();
  const shard = await workbench.shard();
  await shows(shard, 0, 'caption', 'an old cat');
  await shows(shard, 4, 'caption', 'an old dog');
  await dirty(workbench, tab, true);
  expect(readFileSync(path('a.jsonl'), 'utf8')).toBe(LINES);
  await (await shard.named(4, 'caption')).click();
  await shard.page.keyboard.press('Control+S');
  await expect.poll(() => readFileSync(path('a.jsonl'), 'utf8')).toBe(LINES.replace('a cat', 'an old cat'));
  await expect.poll(() => readFileSync(path('b.jsonl'), 'utf8')).toBe(LINES.replace('a dog', 'an old dog'));
  await dirty(workbench, tab, false);
  await expect.poll(() => shard.frame.locator('tbody td[tabindex="0"]').innerText(), { message: 'The keyboard is where it was' }).toBe('an old dog');
  await workbench.screenshot('set-saved');
});
