import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ExportFormat, SqlResultId } from '../protocol/queries.ts';
import type { HostRequests } from '../protocol/webview.ts';
import type { RequestHandlers } from '../rpc/connection.ts';
import { byteText } from './amounts.ts';
import { QueryFiles } from './query-files.ts';
import type { ShardSession } from './shard-session.ts';
import { SqlHistory } from './sql-history.ts';
import { offerToOpen, openShard, whileWriting } from './written-files.ts';

type Methods = 'view/sql' | 'view/sqlPage' | 'view/sqlClose' | 'view/sqlHistory' | 'view/sqlCopy' | 'view/sqlExport' | 'view/sqlOpen';

const FILE_TYPES: Readonly<Record<ExportFormat, string>> = { parquet: 'Parquet', jsonl: 'JSON Lines', csv: 'CSV' };

/** What the host does for the SQL consoles of this window. */
export class SqlConsole {
  readonly #history: SqlHistory;
  readonly #files: QueryFiles;

  /** @param folder where results go that are opened as tables */
  constructor(storage: vscode.Memento, folder: vscode.Uri) {
    this.#history = new SqlHistory(storage);
    this.#files = new QueryFiles(folder);
  }

  /** @param until a request's signal, or the end of the page that asks */
  handlers(session: ShardSession, until: (signal: AbortSignal) => AbortSignal): Pick<RequestHandlers<HostRequests>, Methods> {
    return {
      'view/sql': (params, signal) => {
        this.#history.add(params.sql);
        return session.request('shard/sql', params, until(signal));
      },
      'view/sqlPage': (params, signal) => session.request('shard/sqlPage', params, until(signal)),
      'view/sqlClose': (params, signal) => session.request('shard/sqlClose', params, until(signal)),
      'view/sqlHistory': () => ({ statements: this.#history.statements }),
      'view/sqlCopy': async (params, signal) => {
        const { text } = await session.request('shard/sqlCopy', params, until(signal));
        await vscode.env.clipboard.writeText(text);
        return { length: text.length };
      },
      'view/sqlExport': ({ sqlResult, format }, signal) => this.#export(session, sqlResult, format, signal),
      'view/sqlOpen': async ({ sqlResult }, signal) => {
        await this.#open(session, sqlResult, until(signal));
        return null;
      },
    };
  }

  /** Goes on when its page is hidden: the user sees its progress in a notification. */
  async #export(session: ShardSession, sqlResult: SqlResultId, format: ExportFormat, signal: AbortSignal): Promise<HostRequests['view/sqlExport']['result']> {
    const uri = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Export Result'),
      ...(session.uri.scheme === 'file' ? { defaultUri: vscode.Uri.joinPath(session.uri, '..', `result.${format}`) } : {}),
      filters: { [FILE_TYPES[format]]: [format] },
    });
    if (uri === undefined) return null;
    const path = uri.fsPath;
    const written = await whileWriting(path, signal, (stop) => session.request('shard/sqlExport', { sqlResult, path, format }, stop));
    void offerToOpen(uri, vscode.l10n.t('Exported {0} rows to {1} ({2}).', written.rows.toLocaleString(vscode.env.language), basename(path), byteText(written.bytes, vscode.env.language)));
    return { ...written, path };
  }

  async #open(session: ShardSession, sqlResult: SqlResultId, signal: AbortSignal): Promise<void> {
    const uri = await this.#files.next(session.name);
    await session.request('shard/sqlExport', { sqlResult, path: uri.fsPath, format: 'parquet' }, signal);
    await openShard(uri, vscode.ViewColumn.Beside);
  }
}
