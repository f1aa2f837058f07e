import * as vscode from 'vscode';
import { MAX_STEP_BYTES, MAX_STEP_CHANGES, type BulkWish } from '../../protocol/bulk.ts';
import type { Change } from '../../protocol/edits.ts';
import type { ResultId } from '../../protocol/queries.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { EditedDocument } from './document-edits.ts';

/** What is to be done to which rows of what is shown. */
export type BulkWork = Omit<BulkWish, 'keep'> & { readonly result?: ResultId };

/** Told how many rows were looked at, of how many. */
export type ReportRows = (done: number, total: number) => void;

/**
 * The changes of an edit of many rows, all of them, so that they can be done as one step.
 * @throws LoupeError with the row where one does not take its value, `too-large` where they are more than a step may have
 */
export async function bulkChanges({ request, name }: Pick<EditedDocument, 'request' | 'name'>, work: BulkWork, report: ReportRows, signal: AbortSignal): Promise<Change[]> {
  const changes: Change[] = [];
  let bytes = 0;
  for (let at: number | null = work.start; at !== null; ) {
    const stretch: Awaited<ReturnType<typeof request<'shard/bulk'>>> = await request('shard/bulk', { ...work, start: at }, signal);
    const [problem] = stretch.problems;
    if (problem !== undefined) throw new LoupeError('unsupported', vscode.l10n.t('Row {0}: {1} Nothing was changed.', count(problem.row + 1), problem.message));
    for (const change of stretch.changes) changes.push(change);
    bytes += stretch.bytes;
    if (changes.length > MAX_STEP_CHANGES || bytes > MAX_STEP_BYTES) throw tooLarge(name);
    at = stretch.next;
    report((at ?? stretch.rows) - work.start, stretch.rows - work.start);
  }
  return changes;
}

/** The user was told of a limit that their wish passes. */
export function tooLarge(name: string): LoupeError {
  const message = vscode.l10n.t('One step changes at most {0} rows and {1} MB of values; do it to {2} in parts, by a filter or a selection.', count(MAX_STEP_CHANGES), count(MAX_STEP_BYTES / 1024 / 1024), name);
  return new LoupeError('too-large', message);
}

/** What VS Code's list of steps says of it. */
export function bulkLabel({ edit }: BulkWork, rows: number, column: string): string {
  switch (edit.kind) {
    case 'set':
      return vscode.l10n.t('Set {0} in {1} rows', column, count(rows));
    case 'replace':
      return vscode.l10n.t('Replace in {0} rows of {1}', count(rows), column);
    case 'values':
      return vscode.l10n.t('Paste into {0} rows of {1}', count(rows), column);
    case 'drop':
      return edit.dropped ? vscode.l10n.t('Drop {0} rows', count(rows)) : vscode.l10n.t('Keep {0} rows', count(rows));
  }
}

function count(number: number): string {
  return number.toLocaleString(vscode.env.language);
}
