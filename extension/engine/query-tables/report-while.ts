import type { Progress } from '../../protocol/shards.ts';
import type { ReportWork } from '../queries/relation.ts';

/** Milliseconds between two reports. */
export const REPORT_INTERVAL = 100;

/** Tells how far the work behind a promise has come, until it is settled. */
export async function reportWhile<T>(work: Promise<T>, progress: () => Progress | null, report: ReportWork): Promise<T> {
  const timer = setInterval(() => {
    const now = progress();
    if (now !== null) report(now.label, now.done, now.total);
  }, REPORT_INTERVAL);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
