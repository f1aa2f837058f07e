import * as vscode from 'vscode';
import { FILE_SUFFIXES, type ExportWish, type FileFormat } from '../../protocol/export.ts';
import type { ShardState } from '../../protocol/shards.ts';
import type { HostRequests } from '../../protocol/webview.ts';

/** What the view offers to export. */
export type Offer = HostRequests['view/export']['params'];

/** What the user has chosen before the file's name. */
export type Choice = Omit<ExportWish, 'path' | 'replace'>;

/** Asks which rows, as what and in how many files; undefined when the user thinks better of it. */
export async function chooseExport(offer: Offer, shard: ShardState): Promise<Choice | undefined> {
  const rows = await chooseRows(offer, shard);
  if (rows === undefined) return undefined;
  const format = await chooseFormat();
  if (format === undefined) return undefined;
  const key = format === 'ids' || format === 'npy' ? await chooseColumn(shard, vscode.l10n.t('Column that holds the ids')) : null;
  if (key === undefined) return undefined;
  const size = format === 'npy' ? {} : await chooseFileSize();
  if (size === undefined) return undefined;
  return { query: offer.query, columns: offer.columns, format, ...rows, ...size, ...(key === null ? {} : { roles: { key } }) };
}

interface Item<T> extends vscode.QuickPickItem {
  readonly value: T;
}

async function choose<T>(title: string, items: readonly Item<T>[]): Promise<T | undefined> {
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Export Rows'), placeHolder: title }))?.value;
}

type Rows = Pick<ExportWish, 'positions' | 'sample'>;

async function chooseRows({ selection, query }: Offer, shard: ShardState): Promise<Rows | undefined> {
  const filtered = query.conditions.length > 0 || query.sort.length > 0;
  const items: Item<'all' | 'selected' | 'sample' | 'strata'>[] = [
    { label: filtered ? vscode.l10n.t('All rows that pass the filters') : vscode.l10n.t('All rows'), description: vscode.l10n.t('in the order of the view, with the columns shown'), value: 'all' },
    ...(selection === null ? [] : [{ label: vscode.l10n.t('Selected rows'), description: (selection[1] - selection[0]).toLocaleString(vscode.env.language), value: 'selected' as const }]),
    { label: vscode.l10n.t('A random sample'), description: vscode.l10n.t('the same rows for the same seed'), value: 'sample' },
    { label: vscode.l10n.t('A stratified sample'), description: vscode.l10n.t('every value of a column keeps its share'), value: 'strata' },
  ];
  const chosen = await choose(vscode.l10n.t('Which rows?'), items);
  if (chosen === undefined || chosen === 'all') return chosen === undefined ? undefined : {};
  if (chosen === 'selected') return selection === null ? {} : { positions: [selection] };
  const by = chosen === 'strata' ? await chooseColumn(shard, vscode.l10n.t('Column whose values keep their shares')) : null;
  if (by === undefined) return undefined;
  const rows = await askNumber(vscode.l10n.t('Rows of the sample'), '1000', 1);
  const seed = rows === undefined ? undefined : await askNumber(vscode.l10n.t('Seed: the same one gives the same sample'), '0', 0);
  if (rows === undefined || seed === undefined) return undefined;
  return { sample: { rows, seed, ...(by === null ? {} : { by: [by] }) } };
}

function chooseFormat(): Promise<FileFormat | undefined> {
  const words: Readonly<Record<FileFormat, string>> = {
    parquet: 'Parquet',
    jsonl: 'JSON Lines',
    'jsonl.gz': 'JSON Lines, gzip',
    'jsonl.zst': 'JSON Lines, Zstandard',
    csv: 'CSV',
    tar: 'WebDataset',
    ids: vscode.l10n.t('List of ids'),
    npy: vscode.l10n.t('DataComp subset (uids)'),
  };
  const formats = Object.keys(FILE_SUFFIXES) as FileFormat[];
  return choose(vscode.l10n.t('As what?'), formats.map((format) => ({ label: words[format], description: FILE_SUFFIXES[format], value: format })));
}

function chooseColumn({ columns }: ShardState, title: string): Promise<string | undefined> {
  return choose(title, columns.map(({ name, type }) => ({ label: name, description: type, value: name })));
}

const MEGABYTE = 1_000_000;

async function chooseFileSize(): Promise<Pick<ExportWish, 'fileSize'> | undefined> {
  const unit = await choose(vscode.l10n.t('In how many files?'), [
    { label: vscode.l10n.t('One file'), value: 'one' as const },
    { label: vscode.l10n.t('Files of so many rows'), value: 'rows' as const },
    { label: vscode.l10n.t('Files of so many megabytes'), value: 'bytes' as const },
  ]);
  if (unit === undefined || unit === 'one') return unit === undefined ? undefined : {};
  const size = await (unit === 'rows' ? askNumber(vscode.l10n.t('Rows of a file'), '10000', 1) : askNumber(vscode.l10n.t('Megabytes of a file'), '500', 1));
  return size === undefined ? undefined : { fileSize: { unit, size: unit === 'rows' ? size : size * MEGABYTE } };
}

async function askNumber(prompt: string, value: string, least: number): Promise<number | undefined> {
  const valid = (text: string): boolean => /^\d{1,15}$/.test(text.trim()) && Number(text) >= least;
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Export Rows'),
    prompt,
    value,
    validateInput: (typed) => (valid(typed) ? null : vscode.l10n.t('A whole number from {0} on', least)),
  });
  return text === undefined || !valid(text) ? undefined : Number(text);
}
