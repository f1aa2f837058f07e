import { ProgressCount, type Progress, type Tally } from '../../captions/progress.ts';
import { textTable } from '../text-table.ts';
import type { CaptionTask } from './arguments.ts';
import { eachRow } from './each-row.ts';
import type { CaptionsWork } from './run.ts';

export async function showProgress(work: CaptionsWork, { maxRounds, distance }: Extract<CaptionTask, { name: 'progress' }>): Promise<void> {
  const { invocation, captions, circumstances: { terminal } } = work;
  const count = new ProgressCount({ rounds: maxRounds, distance });
  for await (const rows of eachRow(work)) for (const { rounds, start } of rows) count.take(rounds, start.text);
  const progress = count.result(captions.names.rows);
  if (invocation.format === 'json') terminal.out(`${JSON.stringify(progress)}\n`);
  else terminal.out(`${progressText(progress, terminal.width, maxRounds !== null || distance !== null)}\n`);
}

function progressText({ rows, begun, disputed, stopped, byRound, byAnnotator, byDay, agreement }: Progress, width: number, hasRule: boolean): string {
  const tallies = (what: string, list: readonly Tally[]): string =>
    textTable([what, 'rounds', 'minutes', 'flagged'], list.map(({ name, rounds, seconds, flagged }) => [name, String(rounds), (seconds / 60).toFixed(1), String(flagged)]), width);
  const agreed = agreement.map(({ first, second, sameRounds, distance, editedWords, editsKept }) => [
    first, second, String(sameRounds), distance?.toFixed(1) ?? '-', String(editedWords), editsKept === null ? '-' : `${(100 * editsKept).toFixed(1)} %`,
  ]); // prettier-ignore
  const head = `${begun} of ${rows} rows begun, ${disputed} to be decided${hasRule ? `, ${stopped} need no further round` : ''}`;
  const tables = [tallies('round', byRound), tallies('annotator', byAnnotator), tallies('day', byDay), textTable(['first', 'second', 'same rounds', 'words apart', 'words edited', 'kept by second'], agreed, width)];
  return [head, ...tables].join('\n\n');
}
