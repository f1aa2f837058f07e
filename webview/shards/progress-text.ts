import type { Progress } from '../../extension/protocol/shards.ts';
import { strings } from '../strings.ts';

/** Hundredths that are done; never more than all. */
export function percentDone({ done, total }: Progress): number {
  return total > 0 ? Math.min(100, Math.floor((done / total) * 100)) : 0;
}

/** What is being done and how much of it is. */
export function progressText(progress: Progress): string {
  return strings.progress(progress.label, percentDone(progress));
}
