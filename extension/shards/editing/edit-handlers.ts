import * as vscode from 'vscode';
import type { EditStep } from '../../protocol/edits.ts';
import type { HostRequests } from '../../protocol/webview.ts';
import type { RequestHandlers } from '../../rpc/connection.ts';
import { LoupeError } from '../../rpc/failure.ts';
import type { ShardSession } from '../shard-session.ts';
import type { DocumentEdits } from './document-edits.ts';
import { withLateProgress } from './late-progress.ts';

type Methods = 'view/editable' | 'view/edit' | 'view/bulk' | 'view/editMany' | 'view/edits' | 'view/clipboard' | 'view/takeBack';

/**
 * What a page asks about edits.
 * @param until a request's signal, or the end of the page that asks
 * @param edited a step was made, for VS Code's stack of what can be undone
 */
export function editHandlers(session: ShardSession, until: (signal: AbortSignal) => AbortSignal, edited: (step: EditStep) => void): Pick<RequestHandlers<HostRequests>, Methods> {
  const tell = (step: EditStep | null): void => {
    if (step !== null) edited(step);
  };
  return {
    'view/editable': async (place, signal) => ({ value: (await editsOf(session).editable(place, until(signal))).value }),
    'view/edit': async ({ value, ...place }) => {
      tell(await editsOf(session).edit(place, value));
      return null;
    },
    'view/bulk': (params, signal) => {
      editsOf(session);
      return session.request('shard/bulk', params, until(signal));
    },
    // It goes on when its page is hidden: the user sees its progress in a notification.
    'view/editMany': async (work) => {
      const edits = editsOf(session);
      const column = columnName(session, 'column' in work.edit ? work.edit.column : -1);
      const step = await withLateProgress(vscode.l10n.t('Editing {0}', session.name), (report, signal) => edits.editMany(work, column, report, signal));
      tell(step);
      return { changed: step?.changes.length ?? 0 };
    },
    'view/edits': (params, signal) => session.request('shard/edits', params, until(signal)),
    'view/clipboard': async () => ({ text: await vscode.env.clipboard.readText() }),
    'view/takeBack': async (place) => {
      tell(await editsOf(session).takeBack(place));
      return null;
    },
  };
}

/** @throws LoupeError where the document is no file on this disk */
export function editsOf({ edits, name }: ShardSession): DocumentEdits {
  if (edits === null) throw new LoupeError('unsupported', vscode.l10n.t('{0} is read-only here: only single files on this disk are edited.', name));
  return edits;
}

function columnName({ state }: ShardSession, column: number): string {
  return state.status === 'open' ? (state.shard.columns[column]?.name ?? '') : '';
}
