import * as vscode from 'vscode';
import type { ReportRows } from './bulk-changes.ts';

/** Milliseconds that a work takes before one is told of it. */
const DELAY = 1_000;

/** Work that may take a while: after a second its progress is shown, and it can be cancelled. */
export async function withLateProgress<T>(title: string, work: (report: ReportRows, signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  let show: ReportRows = () => undefined;
  const running = work((done, total) => show(done, total), stop.signal);
  const timer = setTimeout(() => {
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    void vscode.window.withProgress(options, async (progress, token) => {
      let shown = 0;
      token.onCancellationRequested(() => stop.abort());
      show = (done, total) => {
        const percent = Math.floor((100 * done) / Math.max(1, total));
        progress.report({ message: vscode.l10n.t('{0} of {1} rows', done.toLocaleString(vscode.env.language), total.toLocaleString(vscode.env.language)), increment: percent - shown });
        shown = percent;
      };
      await running.catch(() => undefined);
    });
  }, DELAY);
  try {
    return await running;
  } finally {
    clearTimeout(timer);
  }
}
