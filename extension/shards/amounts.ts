import * as vscode from 'vscode';
import type { ShardState } from '../protocol/shards.ts';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** `1.2 GB`: decimal units as file managers and data hubs use them, two or three digits. */
export function byteText(bytes: number, language: string): string {
  let step = 0;
  let amount = bytes;
  // 999.5 and not 1,000: what would be shown as 1,000 KB is 1 MB.
  for (; amount >= 999.5 && step < UNITS.length - 1; step++) amount /= 1000;
  const text = amount.toLocaleString(language, { maximumFractionDigits: step === 0 || amount >= 100 ? 0 : 1 });
  return `${text} ${UNITS[step] ?? ''}`;
}

/** `1,234,567 rows`, with a `+` while more may come. */
export function rowsText(shard: Pick<ShardState, 'rows' | 'rowsComplete'>, language: string): string {
  const count = shard.rows.toLocaleString(language);
  if (!shard.rowsComplete) return vscode.l10n.t('{0}+ rows', count);
  return shard.rows === 1 ? vscode.l10n.t('1 row') : vscode.l10n.t('{0} rows', count);
}
