import type { CaptionRound } from '../../../protocol/captions.ts';
import type { Start } from '../../captions/annotate.ts';
import { terminalText } from '../../pages/terminal-text.ts';
import type { CaptionsWork } from './run.ts';

/** Rows that are read at a time. */
const BATCH = 500;

/** A row with its alt-text and rounds. */
export interface RowWithRounds {
  readonly row: number;
  readonly altText: string;
  /** The text before any recorded round. */
  readonly start: Start;
  readonly rounds: readonly CaptionRound[];
}

/** Gives rows in order, and tells what of their rounds could not be read. @param most rows at most */
export async function* eachRow({ captions, circumstances: { signal }, tell }: CaptionsWork, most = Infinity): AsyncGenerator<RowWithRounds[]> {
  const { rows, remarks } = await captions.rounds(signal);
  for (const remark of remarks) tell(terminalText(remark));
  const end = Math.min(captions.names.rows, most);
  for (let start = 0; start < end; start += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, end - start) }, (_, at) => start + at);
    const altTexts = await captions.altTexts(numbers, signal);
    const starts = await captions.starts(numbers, signal);
    yield numbers.map((row, at) => ({ row, altText: altTexts[at] ?? '', start: starts[at] ?? { text: '', round: 1 }, rounds: rows.get(row) ?? [] }));
  }
}
