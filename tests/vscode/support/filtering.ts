import { DuckDBInstance } from '@duckdb/node-api';
import type { Locator } from 'playwright-core';
import type { ShardView } from './shard-view.ts';

/** The chart in a column's header, once it shows something. */
export async function chart(shard: ShardView, name: string): Promise<Locator> {
  const header = shard.header(name);
  await header.scrollIntoViewIfNeeded();
  const found = header.locator('.header-chart:is(.range, .length, .values)');
  await found.waitFor();
  return found;
}

/** Waits until a header's chart is of all rows. */
export async function counted(shard: ShardView, name: string): Promise<void> {
  await chart(shard, name);
  await shard.header(name).locator('.partial').waitFor({ state: 'detached' });
}

/** Drags over a chart, from one share of its width to another. */
export async function dragOver(shard: ShardView, over: Locator, from: number, to: number): Promise<void> {
  const box = await over.boundingBox();
  if (box === null) throw new Error('The chart is not on screen');
  const { mouse } = shard.page;
  const y = box.y + Math.min(8, box.height / 2);
  await mouse.move(box.x + box.width * from, y);
  await mouse.down();
  await mouse.move(box.x + box.width * to, y, { steps: 5 });
  await mouse.up();
}

/** How many rows the filter bar says there are; null while it says nothing or the count still grows. */
export async function rowsShown(shard: ShardView): Promise<number | null> {
  const texts = await shard.frame.locator('.row-count').allInnerTexts();
  const [, count] = /^([\d,]+) of /.exec(texts[0]?.trim() ?? '') ?? [];
  return count === undefined ? null : Number(count.replaceAll(',', ''));
}

/** The chips of conditions as they read. */
export async function chips(shard: ShardView): Promise<string[]> {
  const texts = await shard.frame.locator('.chip:not(.sort) .chip-main').allInnerTexts();
  return texts.map((text) => text.replace(/\s+/g, ' ').trim());
}

/** Adds a condition in SQL. */
export async function addSql(shard: ShardView, where: string): Promise<void> {
  await shard.frame.getByRole('button', { name: 'Add filter' }).click();
  const editor = shard.frame.getByRole('dialog', { name: 'Add filter' });
  await editor.getByLabel('Condition', { exact: true }).selectOption('sql');
  await editor.locator('textarea').fill(where);
  await editor.getByRole('button', { name: 'Apply' }).click();
  await editor.waitFor({ state: 'detached' });
}

/** Numbers of the rows on screen as the grid's first column says them. */
export async function rowNumbers(shard: ShardView, count: number): Promise<string[]> {
  const texts = await shard.frame.locator('tbody th[role="rowheader"]').allInnerTexts();
  return texts.slice(0, count).map((text) => text.replaceAll(',', '').trim());
}

/** What DuckDB itself says of a Parquet file, texts by row. */
export async function byDuckdb(file: string, select: string, rest = ''): Promise<string[][]> {
  return runDuckdb(`SELECT ${select} FROM (SELECT *, file_row_number AS n FROM read_parquet(${quoted(file)}, file_row_number = true)) ${rest}`);
}

/** Writes what a SELECT gives as a Parquet file. */
export async function writeParquet(file: string, select: string): Promise<void> {
  await runDuckdb(`COPY (${select}) TO ${quoted(file)} (FORMAT parquet)`);
}

async function runDuckdb(sql: string): Promise<string[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const read = await connection.runAndReadAll(sql);
    return read.getRows().map((row) => row.map(String));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
